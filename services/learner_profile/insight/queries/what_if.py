"""What another policy would change, from the real ledger; nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import Rows
from kit.problems import Forbidden
from services.learner_profile import access
from services.learner_profile.competency.models import Competency
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.queries import stands
from services.learner_profile.insight.domain.suppression import ALL, Cell, hidden_cells, with_margins
from services.learner_profile.insight.queries.people import people_of
from services.learner_profile.insight.schemas import WhatIfCell, WhatIfIn, WhatIfOut
from services.learner_profile.mastery.errors import UnknownTarget
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.mastery.queries.standings import PIECE, standings
from services.learner_profile.mastery.queries.targets import framework_since

_HERE = func.trellis_district()


async def what_if(session: AsyncSession, given: WhatIfIn) -> WhatIfOut:
    """For those who see the district's figures; raises `Forbidden` or `UnknownTarget`."""
    if not (await session.execute(select(access.sees_figures_of_district()))).scalar_one():
        raise Forbidden
    if await framework_since(session, given.framework_id) is None:
        raise UnknownTarget
    rule = given.model_dump(include={"method", "weight", "n", "m"})
    changed = (await session.execute(_changed(given.framework_id), rule)).all()
    gaining = {learner_id for learner_id, gains, _ in changed if gains}
    losing = {learner_id for learner_id, _, loses in changed if loses}
    people = (await session.execute(_PEOPLE, {"framework_id": given.framework_id})).mappings().all()
    of_each = {person["learner_id"]: (str(person["school_id"]), person[given.by]) for person in people}
    cells = _cells(_published(of_each, gaining), _published(of_each, losing))
    return WhatIfOut(framework_id=given.framework_id, by=given.by, cells=tuple(cells))


def _published(of_each: Mapping[UUID, Cell], chosen: set[UUID]) -> dict[Cell, int | None]:
    """How many of the chosen are in each cell of everybody's; None where that is not to be known."""
    counted = Counter(cell for learner_id, cell in of_each.items() if learner_id in chosen)
    counts = {cell: counted[cell] for cell in set(of_each.values())}
    hidden = hidden_cells(counts)
    return {cell: None if cell in hidden else people for cell, people in with_margins(counts).items()}


def _cells(gain: Mapping[Cell, int | None], lose: Mapping[Cell, int | None]) -> Iterable[WhatIfCell]:
    """The district first, and everybody before the groups."""
    for school, group in sorted(gain):
        yield WhatIfCell(
            school_id=UUID(school) if school != ALL else None,
            group="ALL" if group == ALL else group,
            gain=gain[school, group],
            lose=lose[school, group],
        )


def _changed(framework_id: UUID) -> Rows:
    """Learners for whom the given method differs from the mastery that is kept, with `gains` and `loses`."""
    piece, competency, held = aliased(Evidence), aliased(Competency), aliased(Mastery)
    pieces = select(*(getattr(piece, name) for name in PIECE)).where(
        piece.district_id == _HERE,
        piece.competency_id.in_(
            select(competency.id).where(competency.district_id == _HERE, competency.framework_id == framework_id)
        ),
        stands(piece),
    )
    stood = standings(pieces, policy=_GIVEN).subquery("stood")
    would, has = stood.c.state == "MASTERED", func.coalesce(held.state == "MASTERED", False)
    same = and_(
        held.district_id == _HERE,
        held.learner_id == stood.c.learner_id,
        held.competency_id == stood.c.competency_id,
    )
    return (
        select(stood.c.learner_id, func.bool_or(and_(would, ~has)), func.bool_or(and_(~would, has)))
        .join_from(stood, held, same, isouter=True)
        .where(or_(and_(would, ~has), and_(~would, has)))
        .group_by(stood.c.learner_id)
    )


_GIVEN: Final = """
  select cast(null as uuid) as policy_id, cast(null as integer) as version, cast(:method as text) as method,
         cast(:weight as numeric) as weight, cast(:n as integer) as n, cast(:m as integer) as m"""

_PEOPLE: Final = people_of("""
  select distinct m.learner_id from mastery m
  join competency c on c.district_id = m.district_id and c.id = m.competency_id
  where m.district_id = trellis_district() and c.framework_id = :framework_id and m.evidence_count > 0""")
