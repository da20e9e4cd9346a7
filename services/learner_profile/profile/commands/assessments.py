"""Define what results are scored on."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.access import require_role
from services.learner_profile.profile import queries
from services.learner_profile.profile.errors import ScaleInUse
from services.learner_profile.profile.models import Assessment
from services.learner_profile.profile.schemas import AssessmentIn


async def define_assessment(session: AsyncSession, identifier: str, given: AssessmentIn) -> Assessment:
    """Define an assessment under the sender's identifier; a scale that results stand on does not change: `ScaleInUse`."""
    await require_role(session, "district_leader", "data_steward")
    await session.execute(_PLACE, {"identifier": identifier, **given.model_dump()})
    own = select(Assessment).where(
        Assessment.district_id == func.trellis_district(), Assessment.identifier == identifier
    )
    held = (await session.scalars(own.with_for_update())).one()
    scale = (held.scale_min, held.scale_max)
    if scale != (given.scale_min, given.scale_max) and await queries.has_results(session, identifier):
        raise ScaleInUse
    await session.execute(_CHANGE, {"identifier": identifier, **given.model_dump()})
    await session.refresh(held)
    return held


_PLACE = text("""
insert into assessment (district_id, identifier, title, type, is_internal, scale_min, scale_max, recorded_at)
values (trellis_district(), :identifier, :title, :type, :is_internal, :scale_min, :scale_max, trellis_now())
on conflict (district_id, identifier) do nothing""")
_CHANGE = text("""
update assessment set title = :title, type = :type, is_internal = :is_internal, scale_min = :scale_min,
       scale_max = :scale_max, version = version + 1, recorded_at = trellis_now()
where district_id = trellis_district() and identifier = :identifier
  and (title, type, is_internal, scale_min, scale_max)
    is distinct from (:title, :type, :is_internal, cast(:scale_min as numeric), cast(:scale_max as numeric))""")
