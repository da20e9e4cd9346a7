"""Source systems, and what the district holds of them."""

from enum import Enum

import strawberry

from gateway.joins import section
from gateway.types.scalars import DateTime
from gateway.types.sources import DISTRICT


@strawberry.enum(description="Whether what a source sends is taken.")
class SourceState(Enum):
    LIVE = "LIVE"
    PAUSED = "PAUSED"


@strawberry.enum(description="Where records are held.")
class CatalogFamily(Enum):
    PROFILE = "PROFILE"
    EVIDENCE = "EVIDENCE"
    GRADEBOOK = "GRADEBOOK"


@strawberry.type(description="A system that pushes into the district.")
class SourceSystem:
    name: str
    source: str = strawberry.field(description="What records name as their source.")
    owner: str | None = strawberry.field(description="Who answers for it.")
    state: SourceState
    last_good_run_at: DateTime | None = strawberry.field(
        description="When a roster run of it was last applied or a push of it taken, to the minute."
    )
    is_stale: bool = strawberry.field(
        description="It is live, and nothing good has come of it for longer than the district expects."
    )


@strawberry.type(description="Records of one kind from one source.")
class CatalogEntry:
    family: CatalogFamily
    kind: str
    type: str | None = strawberry.field(
        description="Of results in the profile: FORMATIVE, INTERIM, HIGH_STAKES or GROWTH."
    )
    source: str = strawberry.field(description="`people` for all that somebody told in person.")
    records: int = strawberry.field(description="Things told, each once however often it was corrected.")


@strawberry.type
class SourcesOfDistrict:
    """Whence the district's data comes, to data stewards and district leaders."""

    @section(DISTRICT, "sources")
    def sources(self) -> list[SourceSystem] | None:
        """By what records name as their source."""

    @section(DISTRICT, "dataCatalog")
    def data_catalog(self) -> list[CatalogEntry] | None:
        """Which elements are held, and who tells them; counts of records, never of people."""
