"""Which public path belongs to which process: the table that the proxies in infra/ serve too."""

import json
from pathlib import Path

from local.settings import ROOT

TABLE = ROOT / "infra" / "proxy" / "routes.json"


def public_routes(table: Path = TABLE) -> dict[str, str]:
    """Path prefix to the process behind it."""
    routes: dict[str, str] = json.loads(table.read_text())["public"]
    return routes


def owner_of(path: str, routes: dict[str, str]) -> str | None:
    """The process that answers this (decoded) path; None for everything that is not public.

    A prefix matches whole segments: `/v1/roster` is `/v1/roster` and `/v1/roster/runs`, but not `/v1/rosters`.
    """
    found = [prefix for prefix in routes if _covers(prefix.rstrip("/"), path)]
    return routes[max(found, key=len)] if found else None


def _covers(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
