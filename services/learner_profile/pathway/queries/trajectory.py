"""`domain.trajectory` in SQL."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import (
    Date,
    Integer,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, GraphModel, Section
from services.learner_profile import access
from services.learner_profile.aims.queries import has_begun
from services.learner_profile.competency.models import Competency, CompetencyAssociation
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.insight.models import Pace
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.pathway.domain.trajectory import MOST_STEPS

MOST_MONTHS = 60
_MOST = 100


class TrajectoryArguments(GraphModel):
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS)] = 6


def _trajectory(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    reach, competency = _reach(person), aliased(Competency)
    day = case((~func.bool_or(reach.c.projected_on.is_(None)), func.max(reach.c.projected_on)))
    found = (
        select(reach.c.competency_id, day.label("day"), func.min(reach.c.steps).label("steps"))
        .group_by(reach.c.competency_id)
        .subquery()
    )
    node = func.json_build_object(
        "competency", competency_reference(competency), "projectedOn", found.c.day, type_=JSON
    )  # fmt: skip
    until = cast(access.today() + func.make_interval(0, binds("months", Integer)), Date)
    page = (
        select(node.label("node"))
        .join_from(found, competency, competency.id == found.c.competency_id)
        .where(competency.district_id == func.trellis_district(), competency.state == "active")
        .where(or_(found.c.day <= until, and_(found.c.day.is_(None), found.c.steps == 0)))
        .order_by(found.c.day.asc().nulls_last(), competency.framework_id, competency.position, competency.id)
        .limit(_MOST)
        .correlate(person)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(page.c.node), EMPTY_LIST)).scalar_subquery()


def _reach(person: Any) -> Any:  # noqa: ANN401 - tables, and what chains lead to with the day of each chain
    held, pace = aliased(Mastery), aliased(Pace)
    its_own = and_(
        pace.district_id == held.district_id,
        pace.learner_id == held.learner_id,
        pace.competency_id == held.competency_id,
    )
    begun = (
        select(
            held.competency_id.label("competency_id"),
            case((pace.band != "STALLED", pace.projected_on)).label("projected_on"),
            literal_column("0", Integer).label("steps"),
            _days_between(person).label("rate"),
        )
        .select_from(held)
        .outerjoin(pace, its_own)
        .where(held.district_id == person.district_id, held.learner_id == person.id)
        .where(held.state.not_in(("NOT_STARTED", "MASTERED")))
        .correlate(person)
    )
    reach = begun.cte("reach", recursive=True, nesting=True)
    before, link, after = aliased(Competency), aliased(CompetencyAssociation), aliased(Competency)
    following = (
        select(after.id, cast(reach.c.projected_on + reach.c.rate, Date), reach.c.steps + 1, reach.c.rate)
        .select_from(reach)
        .join(before, and_(before.district_id == func.trellis_district(), before.id == reach.c.competency_id))
        .join(link, and_(link.district_id == before.district_id, link.origin_identifier == before.identifier))
        .join(after, and_(after.district_id == link.district_id, after.identifier == link.destination_identifier))
        .where(link.type == "precedes", link.state == "active", after.state == "active")
        .where(reach.c.steps < MOST_STEPS, ~has_begun(person, after.id))
        .correlate(person)
    )
    return reach.union(following)


def _days_between(person: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The learner's median number of days from one mastery to the next; null with fewer than two."""
    held = aliased(Mastery)
    day = func.district_day(held.as_of, type_=Date)
    gaps = (
        select((day - func.lag(day).over(order_by=day)).label("days"))
        .where(held.district_id == person.district_id, held.learner_id == person.id, held.state == "MASTERED")
        .correlate(person)
        .subquery()
    )
    middle = func.percentile_cont(literal_column("0.5")).within_group(cast(gaps.c.days, Integer))
    return select(cast(func.ceil(middle), Integer)).select_from(gaps).scalar_subquery()


TRAJECTORY_SECTIONS = {"trajectory": Section(_trajectory, TrajectoryArguments)}
