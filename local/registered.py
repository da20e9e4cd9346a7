"""What has been registered for the demo, and whether it still is."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import httpx


@dataclass(frozen=True)
class Registration:
    """The issuer's address and the secret of each client, kept in a file: a secret is told only once."""

    issuer: str
    secrets: dict[str, str]

    @classmethod
    def read(cls, file: Path) -> Self:
        return cls(**json.loads(file.read_text())) if file.exists() else cls("", {})

    def write(self, file: Path) -> None:
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(self)))

    def holds(self, origin: str, issuer: str) -> bool:
        """Whether the system at `origin` knows every client by its secret and this issuer; its data may be new."""
        if self.issuer != issuer or not self.secrets:
            return False
        form = {"grant_type": "client_credentials"}
        with httpx.Client(base_url=origin, timeout=10, trust_env=False) as http:
            answers = [http.post("/oauth2/token", data=form, auth=known) for known in self.secrets.items()]
        return all(answer.status_code == httpx.codes.OK for answer in answers)
