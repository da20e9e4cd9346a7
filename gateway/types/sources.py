"""The batch reads that the services offer to the graph."""

from gateway.joins import Source

LEARNER_PROFILE, COHORT, MARKETPLACE = "learner_profile", "cohort", "marketplace"
SERVICES = (LEARNER_PROFILE, COHORT, MARKETPLACE)

ME = Source(LEARNER_PROFILE, "me", keyed=False)
DISTRICT = Source(LEARNER_PROFILE, "district", keyed=False)
LEARNERS = Source(LEARNER_PROFILE, "learners")
CLASSES = Source(LEARNER_PROFILE, "classes")
SCHOOLS = Source(LEARNER_PROFILE, "schools")
PERSONS = Source(LEARNER_PROFILE, "persons")
COMPETENCIES = Source(LEARNER_PROFILE, "competencies")
FRAMEWORKS = Source(LEARNER_PROFILE, "frameworks")
PLANS = Source(LEARNER_PROFILE, "plans")
RUBRICS = Source(LEARNER_PROFILE, "rubrics")

SCHOOLS_IN_COHORTS = Source(COHORT, "schools")
PROGRAMS = Source(COHORT, "programs")

RESOURCES = Source(MARKETPLACE, "resources")
COMPETENCY_RESOURCES = Source(MARKETPLACE, "competencies")
