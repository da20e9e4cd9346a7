"""Two ways to the same answer, measured in turns, so that what else the machine does falls on both."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import msgspec

from bench.client import Orders, Request, Sample
from bench.settings import BenchSettings
from local.settings import ROOT, inherited

_WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Way:
    address: str
    requests: list[Request]


@dataclass(frozen=True)
class Comparison:
    """Medians of the rounds; `ratio` is the first way's throughput relative to the second's."""

    ratio: float
    lowest: float
    highest: float
    first: Sample
    second: Sample


def compared(settings: BenchSettings, first: Way, second: Way) -> Comparison:
    """Measure both, turn by turn, after a round that only warms up."""
    for way in (first, second):
        measured(settings, way, _WARM_SECONDS)
    rounds = list(_rounds(settings, first, second))
    ratios = [ours.per_second / theirs.per_second for ours, theirs in rounds]
    ours, theirs = (_middle(list(samples)) for samples in zip(*rounds, strict=True))
    return Comparison(median(ratios), min(ratios), max(ratios), ours, theirs)


def _rounds(settings: BenchSettings, first: Way, second: Way) -> Iterator[tuple[Sample, Sample]]:
    for _round in range(settings.rounds):
        theirs = measured(settings, second, settings.seconds)
        yield measured(settings, first, settings.seconds), theirs


def measured(settings: BenchSettings, way: Way, seconds: float, connections: int | None = None) -> Sample:
    """One way for so many seconds, by a process of its own."""
    orders = Orders(way.address, way.requests, connections or settings.connections, seconds)
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        cwd=ROOT,
        env=inherited(),
        input=msgspec.json.encode(orders),
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Sample)


def _middle(samples: list[Sample]) -> Sample:
    return Sample(*(median(getattr(one, name) for one in samples) for name in Sample.__struct_fields__))
