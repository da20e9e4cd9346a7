"""One file of a run, from its side tables to the counts that the run tells."""

from dataclasses import dataclass, field
from typing import Any

from services.learner_profile.intake.work.staging import Change, Stage
from services.learner_profile.intake.work.tally import Tally


@dataclass
class LoadedFile:
    """One file in its side tables."""

    stage: Stage
    tally: Tally
    bulk: bool
    is_new: bool = False
    """The source never had a row in the table, so that nothing can be compared, vanish or be held for a person."""
    absent: int = 0
    change: Change = field(default_factory=lambda: Change(0, 0))
    _is_merged: bool = False

    async def merge(self) -> None:
        """Bring the file into its table, once."""
        if not self._is_merged and self.stage.is_open:
            self._is_merged = True
            # Somebody may have pushed a row since the file was opened.
            self.change = await self.stage.merge(is_new=self.is_new and await self.stage.is_new())

    async def plan(self) -> None:
        """Count what `merge` would do, or did."""
        if not self._is_merged:
            self.change = await self.stage.planned()

    @property
    def counts(self) -> dict[str, Any]:
        """Every row of the file is counted once; `absent` ones are counted in `removed` and are in no row."""
        kept, change = self.tally.kept, self.change
        return {
            "mode": "bulk" if self.bulk else "delta",
            "rows": kept + self.tally.removals + self.tally.refused + self.tally.repeated,
            "created": change.created,
            "updated": change.updated,
            "unchanged": kept - change.created - change.updated + self.tally.removals - change.removed,
            "removed": change.removed + change.absent,
            "absent": change.absent,
            "rejected": self.tally.refused,
            "repeated": self.tally.repeated,
        }
