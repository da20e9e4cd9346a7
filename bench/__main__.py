"""`make bench`: every figure of speed that we claim, measured here and now; `SMALL=1 make bench` tries it out in minutes."""

import asyncio
import sys
from typing import Any

from bench import district, events, figures, intake, mastery, subjects, system
from bench.compare import Way, compared
from bench.copies import copy_rows
from bench.settings import BenchSettings
from bench.subjects import Read
from bench.system import Stack

_SERVING = ("gateway", "learner_profile", "cohort", "marketplace")


class DifferentAnswersError(Exception):
    """The two ways do not answer the same, so that nothing can be compared."""


def main() -> int:
    """The exit code is 1 where a figure does not hold its floor, which a small district cannot tell."""
    settings = BenchSettings()
    found: dict[str, Any] = {}
    with system.started(settings) as stack:
        measured = district.planned(settings)
        district.load(stack, measured)
        asyncio.run(copy_rows(stack))
        bare = stack.start_bare()
        for read in subjects.reads(stack, measured):
            print(f"   graph.{read.name}")
            found[f"graph.{read.name}"] = _measured(settings, stack, bare, read)
        print("   events")
        asyncio.run(events.prepare(stack))
        found |= events.measure(settings, stack, measured)
    print("   intake")
    found |= intake.measure(settings)
    print("   mastery")
    found |= mastery.measure(settings)
    figures.write(found, settings.results)
    figures.show(found)
    return 0 if settings.small or all(figures.holds(name, figure) for name, figure in found.items()) else 1


def _measured(settings: BenchSettings, stack: Stack, bare: str, read: Read) -> dict[str, Any]:
    for difference in subjects.differences(stack, bare, read):
        raise DifferentAnswersError(difference)
    compare = compared(settings, Way(stack.gateway, read.graph), Way(bare, read.bare))
    return {
        "ratio": round(compare.ratio, 3),
        "of": read.of,
        "p50_ms": round(compare.first.p50_ms, 2),
        "p99_ms": round(compare.first.p99_ms, 2),
        "rss_mb": stack.resident_mb(*_SERVING),
        "per_second": round(compare.first.per_second, 1),
        "bare_per_second": round(compare.second.per_second, 1),
        "ratios": [round(compare.lowest, 3), round(compare.highest, 3)],
    }


if __name__ == "__main__":
    sys.exit(main())
