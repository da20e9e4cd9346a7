"""Progress of many at a point in time and over time, and gaps between subgroups."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    Label,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, distinct_on
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Rows, Section
from services.learner_profile import access
from services.learner_profile.competency.models import Competency, Framework
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.queries import stands
from services.learner_profile.insight.models import GapFigure, ProgressSnapshot
from services.learner_profile.insight.schemas import GapArguments, ProgressArguments, TrendArguments
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.mastery.queries.standings import PIECE, standings
from services.learner_profile.roster.models import Enrollment, Person, SchoolEnrollment

_COUNTED = ("learners", "assessed", "mastered", "developing", "insufficient")
_PERIODS = {"DAY": "day", "WEEK": "week", "MONTH": "month"}
_NOT_DEVELOPING = ("MASTERED", "INSUFFICIENT_EVIDENCE")


def _in_class(class_: Any) -> Rows:  # noqa: ANN401 - a table
    seat, learner = aliased(Enrollment), aliased(Person)
    own = and_(
        learner.district_id == seat.district_id,
        learner.source == seat.source,
        learner.sourced_id == seat.person_sourced_id,
    )
    return (
        select(learner.id)
        .join_from(seat, learner, own)
        .where(
            seat.district_id == class_.district_id,
            seat.source == class_.source,
            seat.class_sourced_id == class_.sourced_id,
            seat.role == "student",
            access.enrolled_now(seat),
            learner.status == "active",
        )
        .correlate(class_)
    )


def _at_school(school: Any) -> Rows:  # noqa: ANN401 - a table
    place = aliased(SchoolEnrollment)
    return (
        select(place.learner_id)
        .where(place.district_id == school.district_id, place.school_id == school.id, access.in_force(place))
        .correlate(school)
    )


def _now(learners: Rows) -> Any:  # noqa: ANN401 - a subquery
    held = aliased(Mastery)
    return select(held.learner_id, held.competency_id, held.state).where(
        held.district_id == func.trellis_district(), held.learner_id.in_(learners), held.evidence_count > 0
    )


def _at(learners: Rows, as_of: Any) -> Any:  # noqa: ANN401 - an instant in SQL
    """From the ledger, by what had happened and was known then."""
    piece = aliased(Evidence)
    pieces = select(*(getattr(piece, name) for name in PIECE)).where(
        piece.district_id == func.trellis_district(), piece.learner_id.in_(learners), stands(piece, as_of)
    )
    stood = standings(pieces, as_of).subquery("stood")
    return select(stood.c.learner_id, stood.c.competency_id, stood.c.state).where(stood.c.evidence_count > 0)


def _progress(learners: Rows, binds: Binds, outer: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    known = _at(learners, binds("as_of", DateTime(timezone=True))) if "as_of" in binds.given else _now(learners)
    row = known.correlate(outer).subquery("known")
    competency, framework = aliased(Competency), aliased(Framework)
    counts = {
        "learners": func.count(row.c.learner_id.distinct()),
        "assessed": func.count(),
        "mastered": func.count().filter(row.c.state == "MASTERED"),
        "developing": func.count().filter(row.c.state.not_in(_NOT_DEVELOPING)),
        "insufficient": func.count().filter(row.c.state == "INSUFFICIENT_EVIDENCE"),
    }
    figures = (
        select(
            framework.id,
            framework.title,
            func.json_build_object(
                "framework", func.json_build_object(
                    "id", framework.id, "identifier", framework.identifier, "title", framework.title
                ),
                *(part for name, count in counts.items() for part in (name, count)),
                type_=JSON,
            ).label("node"),
        )
        .select_from(row)
        .join(competency, and_(competency.district_id == func.trellis_district(), competency.id == row.c.competency_id))
        .join(framework, and_(framework.district_id == competency.district_id, framework.id == competency.framework_id))
        .group_by(framework.id, framework.identifier, framework.title)
        .order_by(framework.title, framework.id)
        .correlate(outer)
        .subquery("figures")
    )  # fmt: skip
    return select(func.coalesce(func.json_agg(figures.c.node), EMPTY_LIST)).scalar_subquery()


def _trend(scope: str, outer: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The last snapshot of each period and framework."""
    shot, framework = aliased(ProgressSnapshot), aliased(Framework)
    given = binds("by", Text)
    period: Label[Any] = func.date_trunc(case(_PERIODS, value=given, else_="month"), cast(shot.on_day, DateTime)).label(
        "period"
    )
    scope_id = outer.district_id if scope == "district" else outer.id
    last = (
        select(shot, period, framework.title.label("title"), framework.identifier.label("identifier"))
        .join(framework, and_(framework.district_id == shot.district_id, framework.id == shot.framework_id))
        .where(
            shot.district_id == outer.district_id,
            shot.scope == scope,
            shot.scope_id == scope_id,
            shot.on_day.between(binds("from_on", Date), binds("to_on", Date)),
        )
        .ext(distinct_on(period, shot.framework_id))
        .order_by(period, shot.framework_id, shot.on_day.desc())
        .correlate(outer)
        .subquery("last")
    )
    node = func.json_build_object(
        "on", last.c.on_day,
        "framework", func.json_build_object(
            "id", last.c.framework_id, "identifier", last.c.identifier, "title", last.c.title
        ),
        *(part for name in _COUNTED for part in (name, last.c[name])),
        type_=JSON,
    )  # fmt: skip
    rows = select(node.label("node")).order_by(last.c.on_day, last.c.title).subquery()
    return select(func.coalesce(func.json_agg(rows.c.node), EMPTY_LIST)).scalar_subquery()


def _gaps(scope_id: SQLColumnExpression[Any], outer: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The published figures of one day, everybody first; what is suppressed has neither number nor value."""
    figure, other = aliased(GapFigure), aliased(GapFigure)
    day = select(func.max(other.on_day)).where(other.district_id == outer.district_id, other.scope_id == scope_id)
    if "as_of" in binds.given:
        day = day.where(other.on_day <= binds("as_of", Date))
    node = func.json_build_object(
        "by", figure.dimension,
        "group", func.coalesce(func.nullif(figure.group_name, ""), "ALL"),
        "n", figure.people,
        "value", figure.value,
        "suppressed", figure.suppressed,
        "on", figure.on_day,
        type_=JSON,
    )  # fmt: skip
    rows = (
        select(node.label("node"))
        .where(
            figure.district_id == outer.district_id,
            figure.scope_id == scope_id,
            figure.dimension == any_(binds("by", ARRAY(Text))),
            figure.on_day == day.correlate(outer).scalar_subquery(),
        )
        .order_by(figure.dimension, figure.group_name)
        .correlate(outer)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(rows.c.node), EMPTY_LIST)).scalar_subquery()


def _shown(allowed: SQLColumnExpression[bool], figures: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """Null to those who may not see figures."""
    return case((allowed, figures))


def _class(class_: Any) -> SQLColumnExpression[bool]:  # noqa: ANN401 - a table
    return or_(access.leads_class(class_), access.reaches_district())


def _of_class(class_: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(_class(class_), _progress(_in_class(class_), binds, class_))


def _class_trend(class_: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(_class(class_), _trend("class", class_, binds))


def _of_school(school: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(access.sees_counts_of_school(school.id), _progress(_at_school(school), binds, school))


def _school_trend(school: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(access.sees_counts_of_school(school.id), _trend("school", school, binds))


def _school_gaps(school: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(access.sees_figures_of_school(school.id), _gaps(school.id, school, binds))


def _district_trend(district: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(access.sees_figures_of_district(), _trend("district", district, binds))


def _district_gaps(district: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _shown(access.sees_figures_of_district(), _gaps(district.district_id, district, binds))


CLASS_SECTIONS = {
    "progress": Section(_of_class, ProgressArguments),
    "trend": Section(_class_trend, TrendArguments),
}
SCHOOL_SECTIONS = {
    "progress": Section(_of_school, ProgressArguments),
    "trend": Section(_school_trend, TrendArguments),
    "gaps": Section(_school_gaps, GapArguments),
}
DISTRICT_SECTIONS = {
    "trend": Section(_district_trend, TrendArguments),
    "gaps": Section(_district_gaps, GapArguments),
}
