"""Which resources to suggest: pure, over what the learner still needs and what the marketplace lists for it."""

from collections.abc import Iterator, Mapping
from typing import Any

_WORDS = {
    "NOT_STARTED": "Not started yet: ",
    "INSUFFICIENT_EVIDENCE": "More evidence would show it: ",
    "DEVELOPING": "On the way: ",
}
_RESOURCES_A_COMPETENCY = 5
_MOST = 50


def needs_wanted(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"first": min(arguments["first"], _MOST)}


def resources_wanted(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"first": min(arguments["first"], _RESOURCES_A_COMPETENCY)}


def needed_ids(needs: Mapping[str, Any] | None) -> list[str]:
    return [edge["node"]["competency"]["id"] for edge in needs["edges"]] if needs else []


def suggest(
    needs: Mapping[str, Any] | None, resources: Mapping[str, Any], arguments: Mapping[str, Any]
) -> dict[str, Any] | None:
    """A connection of `SuggestedResource`: one resource for each need in turn, none twice, at most `first`."""
    if needs is None:
        return None
    found: dict[str, dict[str, Any]] = {}
    for need, resource in _in_turn(needs, resources):
        found.setdefault(resource["id"], _suggestion(need, resource))
    chosen = list(found.values())[: arguments["first"]]
    edges = [{"cursor": suggestion["resource"]["id"], "node": suggestion} for suggestion in chosen]
    page = {"hasNextPage": len(found) > len(chosen), "endCursor": edges[-1]["cursor"] if edges else None}
    return {"edges": edges, "pageInfo": page, "totalCount": None}


def _in_turn(
    needs: Mapping[str, Any], resources: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    rows = [(edge["node"], resources.get(edge["node"]["competency"]["id"])) for edge in needs["edges"]]
    listed = [(need, listing["edges"]) for need, listing in rows if listing]
    for turn in range(max((len(edges) for _, edges in listed), default=0)):
        for need, edges in listed:
            if turn < len(edges):
                yield need, edges[turn]["node"]


def _suggestion(need: Mapping[str, Any], resource: Mapping[str, Any]) -> dict[str, Any]:
    competency = need["competency"]
    named = competency.get("code") or competency["statement"]
    return {"reasons": [f"{_WORDS.get(need['state'], '')}{named}"], "competency": competency, "resource": resource}
