"""What comes before what: the order in which competencies can be learned."""
