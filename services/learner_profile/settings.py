"""What this service is told by its environment."""

from pydantic import Field, SecretStr

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = "learner_profile"
    database_url: SecretStr = Field(validation_alias="DATABASE_URL_LEARNER_PROFILE")
    relay_database_url: SecretStr = Field(validation_alias="RELAY_DATABASE_URL_LEARNER_PROFILE")
    signing_keys: SecretStr = SecretStr("")
    """The private JSON Web Key Set that tokens are signed with, in `SIGNING_KEYS_FILE`; serving processes need it."""
