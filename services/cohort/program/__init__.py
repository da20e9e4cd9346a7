"""Programs, their cohorts and which school stands where."""
