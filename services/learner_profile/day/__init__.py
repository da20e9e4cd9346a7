"""A learner's day: what teachers plan for a class, a group or one learner, and how far each learner is with it."""
