"""To whom a learner's records were disclosed."""

from typing import Any

from sqlalchemy import SQLColumnExpression, Uuid, and_, case, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from kit.graph import Binds, Page, Rows, Section, connection
from services.learner_profile import access
from services.learner_profile.graph.queries import documents
from services.learner_profile.identity.models import Client
from services.learner_profile.privacy.models import Disclosure
from services.learner_profile.roster.models import Person


def _recipient(shown: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """A name, but for one guardian to another: what a family's members are called is not told across it."""
    person, client = aliased(Person), aliased(Client)
    named = documents.person(person)["displayName"]
    who = select(named).where(person.district_id == shown.district_id, person.id == shown.person_id)
    system = select(client.name).where(client.district_id == shown.district_id, client.client_id == shown.client_id)
    is_known = or_(
        shown.basis != "GUARDIAN", shown.person_id == func.trellis_person(), access.holds_role("data_steward")
    )
    return case(
        (shown.basis == "SYSTEM", func.coalesce(system.scalar_subquery(), shown.client_id)),
        (is_known, who.scalar_subquery()),
        else_="A guardian",
    )


def _disclosures(learner: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The latest first, to those who may see them; to everybody else none."""
    shown, last = aliased(Disclosure), aliased(Disclosure)
    node = func.json_build_object(
        "id", shown.id,
        "recipient", _recipient(shown),
        "basis", shown.basis,
        "purpose", shown.purpose,
        "elements", shown.elements,
        "at", shown.at,
        type_=JSON,
    )  # fmt: skip
    rows: Rows = select(shown.id.label("cursor"), node.label("node")).where(
        shown.district_id == learner.district_id, shown.learner_id == learner.id, access.sees_disclosures(learner)
    )
    if "after" in binds.given:
        place = select(last.at, last.id).where(
            and_(last.district_id == shown.district_id, last.learner_id == shown.learner_id),
            last.id == binds("after", Uuid),
        )
        rows = rows.where(tuple_(shown.at, shown.id) < place.scalar_subquery())
    return connection(rows, (shown.at.desc(), shown.id.desc()), binds, learner)


LEARNER_SECTIONS = {"disclosures": Section(_disclosures, Page)}
