"""What an operator does from the command line: `python -m services.learner_profile.operator`.

It runs with the service's own environment, as the application role: a new district gets its id here, and everything is written
in that district's context, where row security holds as it does for everybody. Only a district's slug is looked up outside of
one, by the function `find_district`. No command needs the owner.
"""
