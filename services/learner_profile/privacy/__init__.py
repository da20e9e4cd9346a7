"""What a learner's privacy rights need: who was told what, and why."""
