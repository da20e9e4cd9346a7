"""What a run found, counted exactly and listed up to a bound."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from services.learner_profile.intake.domain.problems import Finding, Severity, severity

MOST_REFUSED = 100_000
"""Refused rows listed for a run."""
MOST_OF_A_KIND = 1_000
"""Warnings listed for one file, column and code."""


@dataclass
class Report:
    """Findings by file, column and code; the counts are exact, the rows listed are the first ones."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    rows: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    refused: int = 0

    def note(self, file: str, column: str, code: str, rows: Sequence[int] = (0,)) -> None:
        key = (file, column, code)
        self.counts[key] += len(rows)
        listed = self.rows.setdefault(key, [])
        room = MOST_OF_A_KIND - len(listed)
        if severity(code) is Severity.REFUSED:
            room = MOST_REFUSED - self.refused
            self.refused += len(rows)
        listed.extend(rows[: max(0, room)])

    def note_once(self, file: str, column: str, code: str) -> None:
        """Note what concerns the file as a whole, however often it is met."""
        if (file, column, code) not in self.counts:
            self.note(file, column, code)

    def add(self, findings: Iterable[Finding]) -> None:
        for one in findings:
            self.note(one.file, one.column, one.code, [one.row])

    def findings(self) -> Iterator[Finding]:
        """All that is listed, in the order of files and rows."""
        every = (Finding(file, row, column, code) for (file, column, code), rows in self.rows.items() for row in rows)
        return iter(sorted(every, key=lambda one: (one.file, one.row, one.column, one.code)))

    def summary(self) -> list[dict[str, object]]:
        """One entry for each file, column and code, with its count."""
        return [
            {"file": file, "column": column, "code": code, "severity": severity(code).value, "count": count}
            for (file, column, code), count in sorted(self.counts.items())
        ]
