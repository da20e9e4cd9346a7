"""Writes what the code publishes to `contracts/`: the graph's SDL, an OpenAPI document for each service, a schema for each event.

A test compares the folder with the code, so that a change there is seen and meant.
"""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from kit.facts import schema_of
from local.settings import ROOT, SERVICES

FOLDER = ROOT / "contracts"
_ADDRESS = "postgresql://nobody@localhost/nothing"


def documents() -> Iterator[tuple[Path, str]]:
    """Each file of the folder and what belongs into it."""
    yield FOLDER / "gateway.graphql", _sdl()
    for service in SERVICES:
        yield FOLDER / f"{service}.openapi.json", _text(_app(service).openapi())
    for service in ("learner_profile", "cohort"):
        for kind, fact in import_module(f"services.{service}.facts").PUBLISHED.items():
            yield FOLDER / "events" / f"{kind}.json", _text(schema_of(kind, fact))


def _sdl() -> str:
    text: str = import_module("gateway.schema").build_engine().schema.as_str()
    return text.rstrip() + "\n"


def _app(service: str) -> FastAPI:
    """The application as production publishes it; it is never started."""
    settings = import_module(f"services.{service}.settings").Settings
    given = {
        "environment": "production",
        "origin": "https://trellis.example.org",
        "jwks_url": "https://keys.example.org",
    }
    given |= {f"DATABASE_URL_{service.upper()}": _ADDRESS, f"RELAY_DATABASE_URL_{service.upper()}": _ADDRESS}
    app: FastAPI = import_module(f"services.{service}.app").create_app(settings(**given))
    return app


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in documents():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
