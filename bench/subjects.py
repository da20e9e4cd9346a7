"""Who asks for what: each read of the graph with the tokens and ids that it is measured with."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import orjson

from bench.client import Request
from bench.district import LEARNERS, PROFILE, Measured
from bench.system import Stack
from local.demo.personas import PERSONAS, Persona

READS = Path(__file__).parent / "reads"
_ASKERS = 10
_ME = "{ me { learner { id school { id } classes { id code } } } }"


@dataclass(frozen=True)
class Subject:
    """The id that is asked about, and a token of somebody who may see it."""

    id: str
    token: str


@dataclass(frozen=True)
class Read:
    """One read, two ways: `<name>.graphql` through the gateway, `<name>.sql` through the bare application."""

    name: str
    of: str
    district_id: str
    subjects: tuple[Subject, ...]

    @property
    def graph(self) -> list[Request]:
        return [
            Request("/graphql", _json({"query": self._query, "variables": {"id": one.id}}), one.token)
            for one in self.subjects
        ]

    @property
    def bare(self) -> list[Request]:
        return [Request(f"/{self.name}", _json([self.district_id, one.id])) for one in self.subjects]

    @cached_property
    def _query(self) -> str:
        return (READS / f"{self.name}.graphql").read_text()


def reads(stack: Stack, measured: Measured) -> list[Read]:
    """The three reads: a learner's morning, a teacher's class, a principal's school."""
    running, district_id = stack.running, _district_id(stack)
    learners = [
        Subject("", running.person_token(Persona("", PROFILE, one.sourced_id, "learner", "")))
        for one in measured.members[:_ASKERS]
    ]
    found = [_ask(stack, one.token, _ME)["me"]["learner"] for one in learners]
    code = measured.section.split("-", 2)[2]
    class_id = next(one["id"] for one in found[0]["classes"] if one["code"] == code)
    school_id = found[0]["school"]["id"]
    own = tuple(Subject(one["id"], asker.token) for one, asker in zip(found, learners, strict=True))
    teacher, principal = (running.person_token(_persona(key)) for key in ("teacher", "principal"))
    said = "throughput, relative to one bare asyncpg query that returns the same JSON"
    return [
        Read("dashboard", f"a learner's morning page, about 71 objects: {said}", district_id, own),
        Read(
            "class30",
            f"{LEARNERS} learners with 20 competencies each: {said}",
            district_id,
            (Subject(class_id, teacher),),
        ),
        Read(
            "school1000",
            f"the names of a school's first 1000 learners: {said}",
            district_id,
            (Subject(school_id, principal),),
        ),
    ]


def differences(stack: Stack, bare: str, wanted: Read) -> Iterator[str]:
    """Where the two ways do not answer the same; the order of suggestions is free."""
    for graph_request, bare_request in zip(wanted.graph, wanted.bare, strict=True):
        ours, theirs = _answer(stack.gateway, graph_request), _answer(bare, bare_request)
        if _settled(ours) != _settled(theirs):
            yield f"{wanted.name}:\n  graph {orjson.dumps(ours).decode()}\n  bare  {orjson.dumps(theirs).decode()}"


def _settled(answer: Any) -> Any:  # noqa: ANN401 - JSON
    suggested = ((answer["data"].get("learner") or {}).get("suggestedResources") or {}).get("edges")
    if suggested:
        suggested.sort(key=orjson.dumps)
    return answer


def _answer(address: str, request: Request) -> Any:  # noqa: ANN401 - JSON
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    headers |= {"Authorization": f"Bearer {request.token}"} if request.token else {}
    answer = httpx.post(f"{address}{request.path}", content=request.body, headers=headers, trust_env=False, timeout=60)
    return orjson.loads(answer.raise_for_status().content)


def _ask(stack: Stack, token: str, query: str) -> Any:  # noqa: ANN401 - JSON
    return _answer(stack.gateway, Request("/graphql", _json({"query": query}), token))["data"]


def _district_id(stack: Stack) -> str:
    token = stack.running.person_token(_persona("principal"))
    found: str = _ask(stack, token, "{ district { id } }")["district"]["id"]
    return found


def _persona(key: str) -> Persona:
    return next(persona for persona in PERSONAS if persona.key == key)


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return orjson.dumps(value).decode()
