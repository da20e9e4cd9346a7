"""The signing key is replaced step by step while replicas with the old and the new file serve side by side."""

import json
import stat
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kit.caller import Verifier
from services.learner_profile.identity.domain.keys import SigningKeysError, read_keys
from services.learner_profile.operator.errors import OperatorError
from services.learner_profile.operator.keys import Step, rotate_keys
from tests.conftest import client_of, living, service_app
from tests.learner_profile.identity.conftest import World, ask_as

NOW = 1_800_000_000
HOUR = 3600


def _after(file: Path, *steps: Step) -> str:
    for step in steps:
        rotate_keys(file, step, NOW)
    return file.read_text()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "signing-keys.json"


def test_the_first_step_makes_a_file_that_only_its_owner_reads(file: Path) -> None:
    (key,) = rotate_keys(file, Step.PUBLISH, NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    published = json.loads(read_keys(file.read_text()).published)
    assert [set(each) for each in published["keys"]] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]
    assert published["keys"][0]["kid"] == key
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_key_is_published_before_it_signs_and_stays_until_its_tokens_have_run_out(file: Path) -> None:
    (first,) = rotate_keys(file, Step.PUBLISH, NOW)
    first_, second = rotate_keys(file, Step.PUBLISH, NOW)
    assert first_ == first
    assert rotate_keys(file, Step.PUBLISH, NOW) == [first, second], "one waits already"
    assert rotate_keys(file, Step.SIGN, NOW) == [second, first]
    assert rotate_keys(file, Step.RETIRE, NOW + HOUR) == [second, first]
    assert rotate_keys(file, Step.RETIRE, NOW + HOUR + 61) == [second]


def test_a_step_out_of_turn_changes_nothing(file: Path) -> None:
    with pytest.raises(OperatorError, match="There is no"):
        rotate_keys(file, Step.SIGN, NOW)
    rotate_keys(file, Step.PUBLISH, NOW)
    before = file.read_bytes()
    with pytest.raises(OperatorError, match="publish one first"):
        rotate_keys(file, Step.SIGN, NOW)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [7]}',
        '{"keys": [{"kty": "EC"}]}',
        '{"keys": [{"kty": "oct", "k": "AA"}]}',
    ],
)
def test_unusable_signing_keys_stop_the_process_at_its_start(text: str) -> None:
    with pytest.raises(SigningKeysError):
        read_keys(text)


def test_a_public_key_cannot_sign(file: Path) -> None:
    rotate_keys(file, Step.PUBLISH, NOW)
    with pytest.raises(SigningKeysError):
        read_keys(read_keys(file.read_text()).published.decode())


async def test_tokens_of_each_replica_hold_at_each_other_and_at_other_services_throughout(
    app_settings: dict[str, dict[str, Any]], world: World, file: Path
) -> None:
    """`old` and `new` are replicas before and after each restart; a third service fetches the keys from the old one."""
    before = _after(file, Step.PUBLISH)
    for step in (Step.PUBLISH, Step.SIGN):
        after = _after(file, step)
        async with AsyncExitStack() as stack:
            old, new = [
                await stack.enter_async_context(living(_replica(app_settings, keys))) for keys in (before, after)
            ]
            elsewhere = Verifier(old.state.settings, fetch=_keys_of(old))
            for replica in (old, new):
                token = await _token(replica, world)
                for verifier in (old.state.verifier, new.state.verifier, elsewhere):
                    assert (await verifier.verify(token)).district_id == world.ours.id
        before = after


async def test_a_service_fetches_the_keys_again_when_it_does_not_know_one(
    app_settings: dict[str, dict[str, Any]], world: World, file: Path
) -> None:
    first, later = _after(file, Step.PUBLISH), _after(file, Step.PUBLISH, Step.SIGN)
    async with living(_replica(app_settings, first)) as old, living(_replica(app_settings, later)) as new:
        service = Verifier(old.state.settings, fetch=_keys_of(old))
        await service.verify(await _token(old, world))
        service.fetch, service.fetched_at = _keys_of(new), service.fetched_at - 11
        assert (await service.verify(await _token(new, world))).client_id == world.client.client_id


def _replica(app_settings: dict[str, dict[str, Any]], keys: str) -> FastAPI:
    return service_app("learner_profile", app_settings["learner_profile"] | {"jwks": "", "signing_keys": keys})


def _keys_of(replica: FastAPI) -> Callable[[], Awaitable[bytes]]:
    async def fetch() -> bytes:
        async with client_of(replica) as lp:
            return (await lp.get("/.well-known/jwks.json")).content

    return fetch


async def _token(replica: FastAPI, world: World) -> str:
    async with client_of(replica) as lp:
        answer: httpx.Response = await ask_as(lp, world.client)
        token: str = answer.json()["access_token"]
        return token
