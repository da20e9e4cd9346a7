"""The learner profile service's worker: applies rosters, recomputes mastery, takes figures, and tells the others what changed."""

from datetime import timedelta

from kit.worker import run
from services.learner_profile.insight.commands import take_figures
from services.learner_profile.intake.work import run as intake
from services.learner_profile.mastery.commands import jobs as mastery
from services.learner_profile.settings import Settings
from services.learner_profile.source import commands as source

JOBS = {**intake.JOBS, **mastery.JOBS}
SCHEDULES = {
    **intake.SCHEDULES,
    **mastery.SCHEDULES,
    **source.SCHEDULES,
    "figures": (timedelta(hours=1), take_figures),
}

if __name__ == "__main__":
    run(Settings(), jobs=JOBS, schedules=SCHEDULES)
