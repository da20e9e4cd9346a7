"""What this service is told by its environment."""

from pydantic import Field, SecretStr

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = "cohort"
    database_url: SecretStr = Field(validation_alias="DATABASE_URL_COHORT")
    relay_database_url: SecretStr = Field(validation_alias="RELAY_DATABASE_URL_COHORT")
