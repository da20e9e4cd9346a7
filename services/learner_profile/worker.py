"""The learner profile service's worker: applies rosters, and tells the others what changed."""

from kit.worker import run
from services.learner_profile.intake.work.run import JOBS, SCHEDULES
from services.learner_profile.settings import Settings

if __name__ == "__main__":
    run(Settings(), jobs=JOBS, schedules=SCHEDULES)
