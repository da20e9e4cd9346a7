"""What the standards say, read as rules: from a body to events, and from an event to what it shows of a learner."""
