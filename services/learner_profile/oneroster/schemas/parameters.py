"""The query parameters of a collection, read strictly: each at most once, each as the binding has it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.learner_profile.oneroster.errors import InvalidParameter, InvalidSelectionField
from services.learner_profile.oneroster.schemas import filters, paging
from services.learner_profile.oneroster.schemas.filters import Filter
from services.learner_profile.oneroster.schemas.paging import Segment

_ONCE = ("limit", "offset", "sort", "orderBy", "filter")
_LONGEST_PATH = 120


@dataclass(frozen=True)
class Asked:
    """What a request asks for; without a sort it is the order of sourcedIds."""

    fields: tuple[str, ...] = ()
    segment: Segment = field(default_factory=Segment)
    filter: Filter | None = None
    sort: str = ""
    descending: bool = False


def asked(query: Iterable[tuple[str, str]]) -> Asked:
    """Raises `InvalidParameter`, `InvalidFilterField` or `InvalidSelectionField`; parameters of others are left alone."""
    pairs = list(query)
    given = {name: _once(name, pairs) for name in _ONCE}
    order = given["orderBy"]
    if order not in {None, "asc", "desc"}:
        raise InvalidParameter("orderBy is asc or desc")
    return Asked(
        fields=fields(pairs),
        segment=paging.segment(given["limit"], given["offset"]),
        filter=None if given["filter"] is None else filters.parse(given["filter"]),
        sort=_sort(given["sort"] or ""),
        descending=order == "desc",
    )


def _once(name: str, pairs: list[tuple[str, str]]) -> str | None:
    values = [value for found, value in pairs if found == name]
    if len(values) > 1:
        raise InvalidParameter(f"{name} is given more than once")
    return values[0] if values else None


def _sort(text: str) -> str:
    return text if len(text) <= _LONGEST_PATH and "\0" not in text else ""


def fields(query: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The members selected, none for all of them; the parameter may be repeated, as OpenAPI writes arrays."""
    names = [name.strip() for parameter, value in query if parameter == "fields" for name in value.split(",")]
    if "" in names:
        raise InvalidSelectionField("The selection holds an empty name")
    return tuple(sorted(set(names)))
