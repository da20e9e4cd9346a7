"""What figures say about learners, classes and schools: pace, alerts, progress and gaps."""
