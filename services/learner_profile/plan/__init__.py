"""Learning plans: what a learner, the guardians and the teachers plan together, version by version."""
