"""The learner profile service's worker: applies rosters, and tells the others what changed."""

from datetime import timedelta

from kit.worker import run
from services.learner_profile.insight.commands import take_figures
from services.learner_profile.intake.work.run import JOBS, SCHEDULES
from services.learner_profile.settings import Settings

if __name__ == "__main__":
    run(Settings(), jobs=JOBS, schedules={**SCHEDULES, "figures": (timedelta(hours=1), take_figures)})
