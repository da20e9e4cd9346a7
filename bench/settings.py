"""What the benchmark is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from local.settings import ROOT

RESULTS = ROOT / "bench" / "results.json"


class BenchSettings(BaseSettings):
    """`SMALL=1` measures a district that loads in seconds: a trial of the benchmark, not of the system."""

    model_config = SettingsConfigDict(env_prefix="BENCH_", extra="ignore", env_ignore_empty=True, validate_by_name=True)

    small: bool = Field(default=False, validation_alias="SMALL")
    pg: str = Field(default="embedded", validation_alias="PG")
    state: Path = ROOT / ".local" / "bench"
    """Made anew by every run, unless `keep` says that the district loaded there is to be measured again."""
    keep: bool = Field(default=False, validation_alias="KEEP")
    results: Path = RESULTS
    rounds: int = Field(default=7, ge=1)
    """How often each way is measured; they take turns, and medians count."""
    seconds: float = Field(default=3, gt=0)
    """How long one way is measured in one round."""
    connections: int = Field(default=8, ge=1)
    """How many requests are under way at a time."""

    @property
    def students(self) -> int:
        return 2_000 if self.small else 100_000

    @property
    def evidence(self) -> int:
        """Pieces that mastery is recomputed from."""
        return 300_000 if self.small else 3_000_000

    @property
    def schools(self) -> int:
        return 95
