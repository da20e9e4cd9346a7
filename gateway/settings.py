"""What the gateway is told by its environment."""

from pydantic import Field

from kit.settings import Settings as KitSettings


class Settings(KitSettings):
    """The gateway holds no database; it knows where the services are."""

    learner_profile_url: str = "http://127.0.0.1:8001"
    cohort_url: str = "http://127.0.0.1:8002"
    marketplace_url: str = "http://127.0.0.1:8003"
    max_body_bytes: int = Field(default=64 * 1024, gt=0)
    request_seconds: float = Field(default=10, gt=0)
    """How long the services together may take to answer one operation."""
    connections_to_a_service: int = Field(default=64, gt=0)
    allowed_origins: tuple[str, ...] = ()
    """Pages on these origins may open websockets too; the platform's own origin always may."""
