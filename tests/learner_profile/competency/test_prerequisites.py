"""What comes before a competency, in frameworks of our own and in graphs that others drew."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.learner_profile.gradebook.lms import Lms, guid, package

_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
_CHANGED = {"lastChangeDateTime": "2026-01-05T10:00:00+00:00"}


def _precedes(origin: str, destination: str, told_by: str = "") -> dict[str, Any]:
    ends = {"originNodeURI": origin, "destinationNodeURI": destination}
    return {
        "identifier": guid(f"{told_by}{origin} precedes {destination}"),
        "associationType": "precedes",
        **{end: {"identifier": guid(at), "title": at, "uri": f"https://x.test/{guid(at)}"} for end, at in ends.items()},
        **_CHANGED,
    }


async def _publish(lms: Lms, name: str, codes: list[str], *links: dict[str, Any]) -> dict[str, Any]:
    body = package(name, *codes) | {"CFAssociations": list(links)}
    report: dict[str, Any] = (await lms.send("POST", "/v1/frameworks", body)).raise_for_status().json()
    return report


async def _shown(lms: Lms, framework_id: str) -> dict[str, list[dict[str, Any]]]:
    """The prerequisites of every active item, by code."""
    listing = {"ids": [framework_id], "sections": [{"key": "items", "name": "items", "args": {"first": 1000}}]}
    [framework] = (await lms.send("POST", "/graph/frameworks", listing)).raise_for_status().json()
    ids = [edge["node"]["id"] for edge in framework["items"]["edges"]]
    wanted = {"ids": ids, "sections": [{"key": "before", "name": "prerequisites"}]}
    found = (await lms.send("POST", "/graph/competencies", wanted)).raise_for_status().json()
    return {one["code"]: one["before"] for one in found}


def _codes(before: list[dict[str, Any]]) -> list[str | None]:
    return [one["competency"] and one["competency"]["code"] for one in before]


async def test_prerequisites_come_in_the_packages_order_and_a_dangling_one_is_told(lms: Lms) -> None:
    links = [_precedes("M.2", "M.3"), _precedes("nowhere", "M.3"), _precedes("M.1", "M.3")]
    made = await _publish(lms, "Maths", ["M.1", "M.2", "M.3"], *links)
    shown = await _shown(lms, made["id"])
    assert (shown["M.1"], shown["M.2"]) == ([], [])
    assert [one["identifier"] for one in shown["M.3"]] == [guid("M.2"), guid("nowhere"), guid("M.1")]
    assert shown["M.3"][1] == {"identifier": guid("nowhere"), "competency": None}
    first = shown["M.3"][0]["competency"]
    assert first == {
        "id": first["id"], "code": "M.2", "statement": "Can do M.2", "frameworkId": made["id"],
    }  # fmt: skip


async def test_a_dangling_prerequisite_attaches_when_its_framework_arrives(lms: Lms) -> None:
    made = await _publish(lms, "Maths", ["M.1"], _precedes("O.1", "M.1"))
    assert _codes((await _shown(lms, made["id"]))["M.1"]) == [None]
    await _publish(lms, "Other", ["O.1"], _precedes("O.1", "M.1", "other: "))
    assert _codes((await _shown(lms, made["id"]))["M.1"]) == ["O.1"]


async def test_a_withdrawn_edge_is_no_longer_told_and_a_withdrawn_item_dangles(lms: Lms) -> None:
    whole = [_precedes("M.1", "M.3"), _precedes("M.2", "M.3")]
    made = await _publish(lms, "Maths", ["M.1", "M.2", "M.3"], *whole)
    assert _codes((await _shown(lms, made["id"]))["M.3"]) == ["M.1", "M.2"]
    await _publish(lms, "Maths", ["M.2", "M.3"], whole[1])
    assert _codes((await _shown(lms, made["id"]))["M.3"]) == ["M.2"]
    await _publish(lms, "Maths", ["M.3"], whole[1])
    assert (await _shown(lms, made["id"]))["M.3"] == [{"identifier": guid("M.2"), "competency": None}]


async def test_a_cycle_is_shown_as_it_was_told(lms: Lms) -> None:
    made = await _publish(lms, "Maths", ["M.1", "M.2"], _precedes("M.1", "M.2"), _precedes("M.2", "M.1"))
    shown = await _shown(lms, made["id"])
    assert {code: _codes(before) for code, before in shown.items()} == {"M.1": ["M.2"], "M.2": ["M.1"]}


def _rows(file: str) -> list[dict[str, str]]:
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.skipif(not _DATA.is_dir(), reason="the shared folder with other people's graphs is absent")
@pytest.mark.parametrize(
    ("folder", "nodes", "code", "origin", "destination"),
    [
        ("coherence-map", "standards", "code", "from_code", "to_code"),
        ("khan-exercise-graph", "exercises", "slug", "from_slug", "to_slug"),
    ],
)
async def test_a_real_graph_shows_every_edge_and_says_which_dangle(
    lms: Lms, folder: str, nodes: str, code: str, origin: str, destination: str
) -> None:
    edges = dict.fromkeys((edge[origin], edge[destination]) for edge in _rows(f"{folder}/prerequisite_edges.csv"))
    touched = {end for edge in edges for end in edge}
    held = [row[code] for row in _rows(f"{folder}/{nodes}.csv") if row[code] in touched][:900]
    made = await _publish(lms, folder, held, *(_precedes(*edge) for edge in edges))
    due: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for before, after in edges:
        due[after].add((guid(before), before if before in held else None))
    shown = await _shown(lms, made["id"])
    told = {
        each: {(one["identifier"], at) for one, at in zip(before, _codes(before), strict=True)}
        for each, before in shown.items()
    }
    assert told == {each: due[each] for each in held}
    assert any(told.values())
