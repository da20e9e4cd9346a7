"""How a caller stands to a learner, for commands that decide by it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import NotFound
from services.learner_profile import access
from services.learner_profile.competency.models import Competency
from services.learner_profile.roster.models import Person


class Standing(NamedTuple):
    """Who the caller is to the learner; `party` is None for who may at most look."""

    person_id: UUID
    party: str | None

    @property
    def is_learner(self) -> bool:
        return self.party == "LEARNER"


async def stand_to(session: AsyncSession, learner_id: UUID) -> Standing:
    """Raises `NotFound` for a learner whose records the caller may not see, or who is none."""
    wanted = select(func.trellis_person(), access.party_to(Person)).where(
        Person.district_id == func.trellis_district(),
        Person.id == learner_id,
        access.is_learner(Person),
        access.visible_learner(Person),
    )
    found = (await session.execute(wanted)).one_or_none()
    if found is None:
        raise NotFound
    return Standing(*found)


async def competencies_held(session: AsyncSession, wanted: Sequence[UUID]) -> bool:
    """Whether the district holds all of these competencies."""
    if not wanted:
        return True
    held = select(func.count()).where(
        Competency.district_id == func.trellis_district(), Competency.id.in_(wanted), Competency.state == "active"
    )
    return bool((await session.execute(held)).scalar_one() == len(set(wanted)))
