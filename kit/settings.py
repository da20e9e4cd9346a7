"""Settings come from the environment; a value may also stand in a file that `NAME_FILE` points at."""

import json
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, create_model, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

MEBIBYTE = 1024 * 1024


class FileSource(EnvSettingsSource):
    """Reads `NAME_FILE` where `NAME` itself is absent, so that a secret never has to be in the environment."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the library's signature
        for key, name, is_complex in self._extract_field_info(field, field_name):
            path = self.env_vars.get(f"{name}_file")
            if path:
                return Path(path).read_text(encoding="utf-8").strip(), key, is_complex
        return None, field_name, False


class Settings(BaseSettings):
    """What the gateway and every service are told."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    environment: Literal["production", "development", "test"] = "production"
    origin: str
    """The one public origin, `https://host[:port]` without a path: issuer and audience of every token."""
    jwks_url: str = ""
    """Where the platform's public keys are published; empty where `jwks` is given."""
    jwks: str = ""
    """The public keys themselves as a JSON Web Key Set; takes the place of `jwks_url`."""
    max_body_bytes: int = Field(default=MEBIBYTE, gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: str = ""
    """OTLP over HTTP; empty sends no traces."""
    shutdown_seconds: float = 10

    @field_validator("origin")
    @classmethod
    def _bare_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.netloc or parts.path not in ("", "/"):
            raise ValueError("origin is a scheme and a host, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("jwks")
    @classmethod
    def _key_set(cls, value: str) -> str:
        if value and "keys" not in json.loads(value):
            raise ValueError("jwks is a JSON Web Key Set")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSource(settings_cls)


class ServiceSettings(Settings):
    """What a service that owns a database is told; each service names the variables of its databases."""

    service: str
    database_url: SecretStr
    """The application role's."""
    relay_database_url: SecretStr
    """The relay role's: outbox and inbox, nothing else."""
    pool_size: int = Field(default=8, gt=0)
    event_secret: SecretStr = SecretStr("")
    """Signs events between services; two secrets separated by a blank while one replaces the other, the first signs."""
    consumers: dict[str, str] = {}
    """Where each consuming service takes events: `{"cohort": "http://cohort:8000/events"}`."""


class _OwnerSettings(BaseSettings):
    """The owner's address, known to migrations alone."""

    url: SecretStr

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSource(settings_cls)


def owner_url(service: str) -> str:
    """The owner role's address of a service's database, from `OWNER_DATABASE_URL_<SERVICE>` or its `_FILE`."""
    settings: type[_OwnerSettings] = create_model(
        "OwnerSettings",
        __base__=_OwnerSettings,
        url=(SecretStr, Field(validation_alias=f"OWNER_DATABASE_URL_{service.upper()}")),
    )
    return settings().url.get_secret_value()
