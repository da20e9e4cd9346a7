"""What this service is told by its environment."""

from pydantic import Field, SecretStr

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = "learner_profile"
    database_url: SecretStr = Field(validation_alias="DATABASE_URL_LEARNER_PROFILE")
    relay_database_url: SecretStr = Field(validation_alias="RELAY_DATABASE_URL_LEARNER_PROFILE")
    disclosures_every_seconds: float = Field(default=1.0, gt=0)
    """How long what people read waits, at most, before it is logged."""
    signing_keys: SecretStr = SecretStr("")
    """The private JSON Web Key Set that tokens are signed with, in `SIGNING_KEYS_FILE`; serving processes need it."""
