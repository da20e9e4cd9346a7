"""What the roster runs' doors say and take."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_camel

from services.learner_profile.intake.domain.problems import MESSAGES

State = Literal["received", "checking", "held", "applying", "applied", "failed", "cancelled"]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, alias_generator=to_camel, populate_by_name=True)


class FileCounts(_Out):
    """Counts of one file. Every row is counted once: rows = created + updated + unchanged + (removed - absent) + rejected + repeated."""

    mode: Annotated[
        Literal["bulk", "delta", "links", "refused", "not_kept"],
        Field(description="`refused`: the file could not be used; `not_kept`: its rows were only counted"),
    ]
    rows: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: Annotated[int, Field(description="Rows that this run marked to be deleted")] = 0
    absent: Annotated[int, Field(description="Those of `removed` that were stored and are not in a bulk file")] = 0
    rejected: int = 0
    repeated: Annotated[int, Field(description="Rows that say again what an earlier row said")] = 0
    waiting: Annotated[int, Field(description="Rows that refer to what is not there yet")] = 0


class FindingCount(_Out):
    """How often a code was met in one column of one file."""

    file: str
    column: str
    code: str
    severity: Literal["refused", "warning", "waiting"]
    count: int

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own idiom
    @property
    def message(self) -> str:
        return MESSAGES.get(self.code, "")


class RunOut(_Out):
    """A run. `files` and `findings` are there once the archive has been read."""

    id: UUID
    source: str
    state: State
    dry_run: bool
    progress: Annotated[int, Field(description="Percent")]
    version: Annotated[str | None, Field(description="Of OneRoster")]
    bytes: int
    digest: Annotated[str, Field(description="SHA-256 of the body")]
    files: dict[str, FileCounts]
    findings: list[FindingCount]
    reasons: Annotated[list[str], Field(description="Why the run is held: `vanishing:<file>` or `emptied:<file>`")]
    error: str | None
    received_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RunPage(_Out):
    runs: list[RunOut]
    next: Annotated[UUID | None, Field(description="Give it as `after` for the next page")]


class ProblemOut(_Out):
    """One line of a report. Row 1 is the header; row 0 is the file as a whole, an empty file the archive."""

    file: str
    row: int
    column: str
    code: str
    severity: Literal["refused", "warning", "waiting"]
    message: str


class ProblemPage(_Out):
    problems: list[ProblemOut]
    next: Annotated[int | None, Field(description="Give it as `after` for the next page")]


class WaitingOut(_Out):
    """A row that refers to something that is not there yet."""

    file: str
    sourced_id: str
    column: str
    refers_to: str
    missing: Annotated[str, Field(description="The sourcedId that is not there")]


class WaitingPage(_Out):
    waiting: list[WaitingOut]
    next: Annotated[str | None, Field(description="Give it as `after` for the next page")]


DISTRICT_DECIDES: Final = frozenset({"name", "owner", "state", "expected_every"})
"""Members of a policy that a source does not set for itself."""
_Name = Annotated[str, Field(min_length=1, max_length=200, pattern="^[^\\x00]*$")]


class SourcePolicy(BaseModel):
    """What absence from a bulk file means, and how much a run may remove without a person's confirmation.

    Beside it what the district decides of the source; of these members, those that are left out stay as they are.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", from_attributes=True)

    absence: Literal["remove", "keep"]
    removal_share: Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
    name: _Name = ""
    owner: Annotated[_Name | None, Field(description="Who answers for the source")] = None
    state: Annotated[
        Literal["live", "paused"], Field(description="Nothing that a paused source sends is taken, at any door")
    ] = "live"
    expected_every: Annotated[
        timedelta | None,
        Field(
            ge=timedelta(minutes=2), le=timedelta(days=366), description="The source is stale after so long a silence"
        ),
    ] = None


class SourceOut(_Out):
    source: str
    name: str
    owner: str | None
    state: Literal["live", "paused"]
    absence: Literal["remove", "keep"]
    removal_share: float
    last_good_run_at: datetime | None
    expected_every: timedelta | None
