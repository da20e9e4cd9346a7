"""Tokens as a front-end or a system outside gets them; `make token PERSONA=teacher` prints a fresh one."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.demo.districts import PROFILES
from local.demo.personas import PERSONAS, Persona, clients
from local.registered import Registration
from local.settings import LocalSettings

_EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
}


class TokenError(Exception):
    """The text says who refused the token and why."""


@dataclass(frozen=True)
class Running:
    """Where the running system answers; written to a file while it runs."""

    origin: str
    issuer: str

    @classmethod
    def read(cls, file: Path) -> "Running":
        if not file.exists():
            raise TokenError("The system is not running: start it with make run.")
        return cls(**json.loads(file.read_text()))

    def write(self, file: Path) -> None:
        file.write_text(json.dumps({"origin": self.origin, "issuer": self.issuer}))

    def person_token(self, persona: Persona) -> str:
        """What the front-end does: sign in at the district's provider, then exchange its id_token (RFC 8693)."""
        slug = PROFILES[persona.district].slug
        id_token = _granted(f"{self.issuer}/{slug}/token", {"persona": persona.sourced_id})["id_token"]
        return _granted(f"{self.origin}/oauth2/token", {**_EXCHANGE, "subject_token": id_token})["access_token"]

    def client_token(self, client_id: str, secret: str) -> str:
        """What a system of the district does: client credentials, with HTTP Basic."""
        form = {"grant_type": "client_credentials"}
        return _granted(f"{self.origin}/oauth2/token", form, auth=(client_id, secret))["access_token"]


def running_file(state: Path) -> Path:
    return state / "running.json"


def registration_file(state: Path) -> Path:
    return state / "registered.json"


def main(names: list[str]) -> int:
    """Print one token for each name; the exit code."""
    state = LocalSettings().state
    try:
        running = Running.read(running_file(state))
        for name in names:
            print(_token_of(name, running, Registration.read(registration_file(state)).secrets))
    except TokenError as error:
        print(error, file=sys.stderr)
        return 1
    if not names:
        print(f"PERSONA is one of: {', '.join(persona.key for persona in PERSONAS)}\nor a client: {_client_ids()}")
    return 0


def _token_of(name: str, running: Running, secrets: dict[str, str]) -> str:
    for persona in PERSONAS:
        if persona.key == name:
            return running.person_token(persona)
    if name in secrets:
        return running.client_token(name, secrets[name])
    raise TokenError(f"There is no persona or client {name}; make token lists them.")


def _client_ids() -> str:
    return ", ".join(client.client_id for profile in PROFILES for client in clients(profile))


def _granted(url: str, form: dict[str, str], auth: tuple[str, str] | None = None) -> dict[str, str]:
    try:
        answer = httpx.post(url, data=form, auth=auth, timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        raise TokenError(f"{url} does not answer: {error}") from error
    if answer.status_code != httpx.codes.OK:
        raise TokenError(f"{url} answered {answer.status_code}: {answer.text}")
    granted: dict[str, str] = answer.json()
    return granted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
