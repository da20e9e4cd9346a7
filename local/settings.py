"""What the local system reads from its environment, and what its processes inherit of it."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("learner_profile", "cohort", "marketplace")
_NOT_INHERITED = {"ORIGIN", "ENVIRONMENT", "PORT", "PYTHONDONTWRITEBYTECODE"}


class LocalSettings(BaseSettings):
    """`pg` chooses the PostgreSQL: "embedded" (18, from the wheel) or the major version of Debian's packages."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    pg: str = "embedded"
    host: str = Field(default="127.0.0.1", validation_alias="TRELLIS_HOST")
    """Where the origin listens; 0.0.0.0 lets other machines in, with tokens for everybody at hand."""
    port: int = Field(default=8000, ge=1, le=65535)
    state: Path = Field(default=ROOT / ".local", validation_alias="TRELLIS_STATE")
    """The folder of everything that is made here: data, keys, passwords, logs. Git ignores it."""
    database_url_learner_profile: SecretStr | None = None
    database_url_cohort: SecretStr | None = None
    database_url_marketplace: SecretStr | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def given_server(self, service: str) -> str | None:
        """The URL of a server that somebody else runs, as a role that may create roles and databases there."""
        url: SecretStr | None = getattr(self, f"database_url_{service}")
        return url.get_secret_value() if url else None


def inherited(**added: str) -> dict[str, str]:
    """Our environment without settings of the system's own processes, which are told everything by `added`."""
    kept = {name: value for name, value in os.environ.items() if not _belongs_to_trellis(name)}  # noqa: TID251 - this is settings.py
    return kept | added


def _belongs_to_trellis(name: str) -> bool:
    return "DATABASE_URL" in name or name.startswith("PG") or name in _NOT_INHERITED
