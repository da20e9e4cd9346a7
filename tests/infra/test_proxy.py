"""The public doors are the same in the reverse proxy, on one machine and in what the services publish."""

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI

ROOT = Path(__file__).resolve().parents[2]
PUBLIC: dict[str, str] = json.loads((ROOT / "infra/proxy/routes.json").read_text())["public"]
_NEVER_PUBLIC = ("/graph/", "/events", "/metrics", "/dev/", "/livez", "/readyz")


def test_the_proxy_routes_what_the_table_of_public_doors_names() -> None:
    configuration = (ROOT / "infra/proxy/nginx.conf").read_text()
    routed = dict(re.findall(r"location (\S+) \{ proxy_pass http://(\w+); \}", configuration))
    assert routed == PUBLIC
    assert "location / { return 404; }" in configuration


def test_nothing_of_the_inside_is_public() -> None:
    assert not [path for path in PUBLIC if any(hidden.startswith(path) for hidden in _NEVER_PUBLIC)]


@pytest.mark.parametrize("service", ["learner_profile", "cohort", "marketplace"])
def test_every_published_door_is_routed_to_its_service(service: str, request: pytest.FixtureRequest) -> None:
    app: FastAPI = request.getfixturevalue(
        {"learner_profile": "lp", "cohort": "co", "marketplace": "mk"}[service] + "_app"
    )
    published = set(app.openapi()["paths"])
    outside = {path for path in published if not path.startswith("/graph/")}
    lost = {
        path for path in outside if not any(path.startswith(prefix) for prefix, to in PUBLIC.items() if to == service)
    }
    assert lost == set()
