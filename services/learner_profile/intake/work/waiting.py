"""Which rows refer to what is not there yet, found when every file has been read, so that their order does not matter."""

from collections.abc import Iterable, Mapping

import polars as pl

from services.learner_profile.intake.work.checks import KEY
from services.learner_profile.intake.work.frames import ROW
from services.learner_profile.intake.work.report import Report
from services.learner_profile.intake.work.tally import Tally


def note_waiting(tallies: Iterable[Tally], known: Mapping[str, pl.Series], report: Report) -> dict[str, int]:
    """Note the rows whose references are unknown; answers their number by file. `known` are the keys of each file's nouns."""
    return {tally.file: _waiting_in(tally, known, report) for tally in tallies}


def _waiting_in(tally: Tally, known: Mapping[str, pl.Series], report: Report) -> int:
    rows: set[int] = set()
    for header in dict.fromkeys(reference.header for reference in tally.references):
        parts = [reference for reference in tally.references if reference.header == header]
        named = pl.concat([part.rows for part in parts])
        missing = named.filter(~pl.col(KEY).is_in(known[parts[0].refers].implode()))[ROW].unique().sort().to_list()
        if missing:
            report.note(tally.file, header, "reference_waiting", missing)
            rows.update(missing)
    return len(rows)
