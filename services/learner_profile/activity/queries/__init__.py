"""What is asked of the events: what they show, what still waits, and statements, line items and results as told."""
