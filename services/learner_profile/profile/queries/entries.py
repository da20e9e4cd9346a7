"""Sections of the noun `learners`: entries by kind, and what several of them come to."""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Build, NoArguments, Rows, Section, connection
from services.learner_profile import access
from services.learner_profile.profile.domain import FEWEST_PEERS
from services.learner_profile.profile.models import Assessment, ProfileEntry
from services.learner_profile.profile.schemas import CoursePage, EntryPage, LatestFew, ResultPage

EntryTable = type[ProfileEntry]
_NUMERIC = Numeric()
_RANK: ColumnElement[int] = literal_column("3")


def stands(entry: EntryTable, as_of: Any = None) -> SQLColumnExpression[bool]:  # noqa: ANN401 - an instant in SQL
    """Whether this revision is the one that counts, now or as it was known at `as_of`."""
    later = aliased(ProfileEntry)
    superseded = and_(
        later.district_id == entry.district_id,
        later.source == entry.source,
        later.kind == entry.kind,
        later.source_record_id == entry.source_record_id,
        later.revision > entry.revision,
    )
    if as_of is None:
        return and_(entry.state == "active", ~exists().where(superseded))
    return and_(
        entry.state == "active",
        entry.occurred_at <= as_of,
        entry.recorded_at <= as_of,
        ~exists().where(superseded, later.recorded_at <= as_of),
    )


def _document(entry: EntryTable, *also: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - names and columns
    """The content, with where it comes from: who tells it, when it happened, when it was learned and what it replaced."""
    provenance = func.jsonb_build_object(
        "id", entry.entry_id,
        "kind", entry.kind,
        "source", entry.source,
        "occurredAt", entry.occurred_at,
        "recordedAt", entry.recorded_at,
        "revision", entry.revision,
        "replaces", entry.supersedes_id,
        *also,
    )  # fmt: skip
    return cast(entry.content.op("||")(provenance), JSON)


def _of_kind(kind: str, seen: Any = None) -> Build:  # noqa: ANN401 - a predicate over the entry and the learner
    def build(learner: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
        entry = aliased(ProfileEntry)
        rows: Rows = select(entry.entry_id.label("cursor"), _document(entry).label("node")).where(
            _of(entry, learner, kind, binds), seen(entry, learner) if seen else true()
        )
        if "term" in binds.given:
            rows = rows.where(entry.content["term"].astext == binds("term", Text))
        return connection(rows, (entry.occurred_at.desc(), entry.id.desc()), binds, learner)

    return build


def _interests(learner: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """A short list, the latest first."""
    entry = aliased(ProfileEntry)
    page = (
        select(_document(entry).label("node"))
        .where(_of(entry, learner, "INTEREST", binds))
        .order_by(entry.occurred_at.desc(), entry.id.desc())
        .limit(binds("first", Integer))
        .correlate(learner)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(page.c.node), EMPTY_LIST)).scalar_subquery()


def _achievement(learner: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """Results with the definition that they were scored on."""
    entry, assessment = aliased(ProfileEntry), aliased(Assessment)
    definition = func.jsonb_build_object(
        "id", assessment.id,
        "identifier", assessment.identifier,
        "title", assessment.title,
        "type", assessment.type,
        "isInternal", assessment.is_internal,
        "scaleMin", assessment.scale_min,
        "scaleMax", assessment.scale_max,
    )  # fmt: skip
    own = and_(assessment.district_id == entry.district_id, assessment.identifier == entry.content["assessment"].astext)
    rows: Rows = (
        select(entry.entry_id.label("cursor"), _document(entry, "assessment", definition).label("node"))
        .join_from(entry, assessment, own)
        .where(_of(entry, learner, "ASSESSMENT_RESULT", binds))
    )
    if "type" in binds.given:
        rows = rows.where(assessment.type == binds("type", Text))
    if "is_internal" in binds.given:
        rows = rows.where(assessment.is_internal == binds("is_internal", Boolean))
    return connection(rows, (entry.occurred_at.desc(), entry.id.desc()), binds, learner)


def _of(entry: EntryTable, learner: Any, kind: str, binds: Binds) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    """Entries of the learner and kind that stand, behind the one whose id is `after`."""
    as_of = binds("as_of", DateTime(timezone=True)) if "as_of" in binds.given else None
    wanted = [
        entry.district_id == learner.district_id,
        entry.learner_id == learner.id,
        entry.kind == kind,
        stands(entry, as_of),
    ]
    if "since" in binds.given:
        wanted.append(func.district_day(entry.occurred_at) >= binds("since", Date))
    if "after" in binds.given:
        last = aliased(ProfileEntry)
        place = (
            select(last.occurred_at, last.id)
            .where(
                last.district_id == learner.district_id,
                last.learner_id == learner.id,
                last.entry_id == binds("after", Uuid),
            )
            .order_by(last.revision.desc())
            .limit(1)
            .correlate(learner)
        )
        wanted.append(tuple_(entry.occurred_at, entry.id) < place.scalar_subquery())
    return and_(*wanted)


def _skills(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """For each skill the latest word of the learner, the mean of each teacher's latest, and of peers by threes.

    Peers count in whole groups of three, so that the next one's rating is not the difference of two means.
    """
    latest = _in_threes(_words(learner))
    by = {name: func.avg(latest.c.value).filter(latest.c.rater == name) for name in ("SELF", "TEACHER", "PEER")}
    peers = func.count().filter(latest.c.rater == "PEER")
    enough = peers > 0
    node = func.json_build_object(
        "skill", latest.c.skill,
        "self", func.round(by["SELF"], 4),
        "teacher", func.round(by["TEACHER"], 4),
        "peers", case((enough, func.round(by["PEER"], 4))),
        "peerCount", case((enough, peers)),
        type_=JSON,
    )  # fmt: skip
    rows = select(latest.c.skill, node.label("node")).group_by(latest.c.skill).subquery("rows")
    listed = func.json_agg(aggregate_order_by(rows.c.node, rows.c.skill))
    return select(func.coalesce(listed, EMPTY_LIST)).scalar_subquery()


def _words(learner: Any) -> Any:  # noqa: ANN401 - a table and a subquery
    """Everybody's latest rating of each of the learner's skills."""
    entry = aliased(ProfileEntry)
    return (
        select(
            entry.content["skill"].astext.label("skill"),
            entry.content["rater"].astext.label("rater"),
            cast(entry.content["normalised"].astext, _NUMERIC).label("value"),
            entry.occurred_at,
            entry.id,
        )
        .where(
            entry.district_id == learner.district_id,
            entry.learner_id == learner.id,
            entry.kind == "SKILL_RATING",
            stands(entry),
            ~exists().where(_later_word(entry)),
        )
        .correlate(learner)
        .subquery("words")
    )


def _in_threes(words: Any) -> Any:  # noqa: ANN401 - subqueries
    """All but those of peers that do not fill a group of three."""
    side = (words.c.skill, words.c.rater)
    ranked = select(
        words,
        func.row_number().over(partition_by=side, order_by=(words.c.occurred_at, words.c.id)).label("n"),
        func.count().over(partition_by=side).label("of"),
    ).subquery("ranked")
    counted = or_(ranked.c.rater != "PEER", ranked.c.n <= ranked.c.of - ranked.c.of % FEWEST_PEERS)
    return select(ranked).where(counted).subquery("latest")


def _later_word(entry: EntryTable) -> ColumnElement[bool]:
    """Somebody's earlier rating of the same skill gives way to the later one."""
    later = aliased(ProfileEntry)
    return and_(
        later.district_id == entry.district_id,
        later.learner_id == entry.learner_id,
        later.kind == "SKILL_RATING",
        later.source == entry.source,
        later.source.like("person:%"),
        later.content["skill"].astext == entry.content["skill"].astext,
        stands(later),
        tuple_(later.occurred_at, later.id) > tuple_(entry.occurred_at, entry.id),
    )


def _home_access(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """SERVED with internet at home, SURVEYED where somebody has said that there is none, otherwise UNKNOWN."""
    entry = aliased(ProfileEntry)
    latest = (
        select(entry.content["internetAccessInResidence"].astext)
        .where(
            entry.district_id == learner.district_id,
            entry.learner_id == learner.id,
            entry.kind == "DIGITAL_ACCESS",
            stands(entry),
        )
        .order_by(entry.occurred_at.desc(), entry.id.desc())
        .limit(1)
        .correlate(learner)
        .scalar_subquery()
    )
    state = func.coalesce(case((latest == "YES", "SERVED")), case((latest.is_not(None), "SURVEYED")), "UNKNOWN")
    return func.json_build_object("state", state, type_=JSON)


def entry_changes(learner_id: Any, instants: Any) -> Rows:  # noqa: ANN401 - SQL
    """What live streams tell of entries recorded at these instants: (instant, rank, body)."""
    entry = aliased(ProfileEntry)
    body = func.json_build_object(
        "kind", "ProfileChanged", "entryId", entry.entry_id, "entryKind", entry.kind, type_=JSON
    )
    return select(entry.recorded_at, _RANK, body).where(
        entry.district_id == func.trellis_district(),
        entry.learner_id == learner_id,
        _seen_by_others(entry, learner_id),
        entry.recorded_at.in_(instants),
    )


def _drafts_are_own(entry: EntryTable, learner: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    return or_(entry.content["state"].astext != "DRAFT", access.is_me(learner))


def _seen_by_others(entry: EntryTable, learner_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - SQL
    """Neither a draft nor a peer's word, unless it is the learner's own."""
    return or_(
        learner_id == func.trellis_person(),
        and_(
            func.coalesce(entry.content["state"].astext, "") != "DRAFT",
            func.coalesce(entry.content["rater"].astext, "") != "PEER",
        ),
    )


SECTIONS = {
    "achievement": Section(_achievement, ResultPage),
    "courses": Section(_of_kind("COURSE_RECORD"), CoursePage),
    "skills": Section(_skills, NoArguments),
    "collegeMilestones": Section(_of_kind("MILESTONE"), EntryPage),
    "interests": Section(_interests, LatestFew),
    "preferences": Section(_of_kind("PREFERENCE"), EntryPage),
    "portfolio": Section(_of_kind("PORTFOLIO_ITEM", _drafts_are_own), EntryPage),
    "inventories": Section(_of_kind("INVENTORY_RESULT"), EntryPage),
    "experiences": Section(_of_kind("EXPERIENCE"), EntryPage),
    "digitalAccess": Section(_of_kind("DIGITAL_ACCESS"), EntryPage),
    "homeAccess": Section(_home_access, NoArguments),
}
