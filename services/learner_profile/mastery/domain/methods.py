"""The methods: each says how much every piece of evidence weighs, and the weights give the number.

Weights are exact fractions. The score is the sum of weight times score, rounded half up once at the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final, Literal

from services.learner_profile.mastery.domain.scales import SCORE_PLACES

Method = Literal["HIGHEST", "LATEST", "MEAN", "N_AT_MASTERY", "WEIGHTED_LATEST", "EXPONENTIALLY_WEIGHTED", "M_OF_N"]
Weights = tuple[Fraction, ...]

_NOTHING, _ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Policy:
    """A method with its parameters: `weight` is the latest piece's share, `n` and `m` count pieces."""

    method: Method = "WEIGHTED_LATEST"
    weight: Decimal = Decimal("0.65")
    n: int = 1
    m: int = 1


def score_of(scores: Sequence[Decimal], policy: Policy, threshold: Decimal) -> Decimal | None:
    """What the method makes of these scores, oldest first; None where it makes nothing of them."""
    weighed = weights(scores, policy, threshold)
    if weighed is None:
        return None
    return rounded(sum((weight * Fraction(score) for weight, score in zip(weighed, scores, strict=True)), _NOTHING))


def weights(scores: Sequence[Decimal], policy: Policy, threshold: Decimal) -> Weights | None:
    """The weight of each score, oldest first, together 1; None where the method makes nothing of them.

    `threshold` is the score from which on the scale counts as mastered.
    """
    return _METHODS[policy.method](scores, policy, threshold) if scores else None


def rounded(exact: Fraction) -> Decimal:
    """Half up to four places; scores are never negative."""
    return Decimal(floor(exact * 10**SCORE_PLACES + Fraction(1, 2))).scaleb(-SCORE_PLACES)


def _only(index: int, count: int) -> Weights:
    return tuple(_ALL if place == index else _NOTHING for place in range(count))


def _highest(scores: Sequence[Decimal], _: Policy, __: Decimal) -> Weights:
    """Canvas Outcomes, "Highest Score"; of equal ones the latest is named."""
    return _only(max(range(len(scores)), key=lambda place: (scores[place], place)), len(scores))


def _latest(scores: Sequence[Decimal], _: Policy, __: Decimal) -> Weights:
    """Canvas Outcomes, "Most Recent Score"."""
    return _only(len(scores) - 1, len(scores))


def _mean(scores: Sequence[Decimal], _: Policy, __: Decimal) -> Weights:
    """Canvas Outcomes, "Average"."""
    return (Fraction(1, len(scores)),) * len(scores)


def _n_at_mastery(scores: Sequence[Decimal], policy: Policy, threshold: Decimal) -> Weights | None:
    """Canvas Outcomes, "Achieve mastery n number of times": the mean of all scores at or above mastery once n of them exist."""
    reached = [score >= threshold for score in scores]
    if (count := sum(reached)) < policy.n:
        return None
    return tuple(Fraction(int(reaches), count) for reaches in reached)


def _weighted_latest(scores: Sequence[Decimal], policy: Policy, _: Decimal) -> Weights:
    """Canvas Outcomes, "Weighted Average": latest x w + mean of the older x (1 - w); one score alone counts in full."""
    older, latest = len(scores) - 1, Fraction(policy.weight)
    return (*((1 - latest) / older for _ in range(older)), latest if older else _ALL)


def _exponentially_weighted(scores: Sequence[Decimal], policy: Policy, _: Decimal) -> Weights:
    """Canvas Outcomes, "Decaying Average": a = a (1 - r) + x r from the first score on.

    Solved, the k-th before the last weighs r (1 - r)^k, and the first score, with which a begins, (1 - r)^(n - 1).
    """
    rate, before = Fraction(policy.weight), len(scores) - 1
    return ((1 - rate) ** before, *(rate * (1 - rate) ** k for k in reversed(range(before))))


def _m_of_n(scores: Sequence[Decimal], policy: Policy, _: Decimal) -> Weights | None:
    """The m-th highest of the latest n scores: it reaches a bound exactly when at least m of these n do.

    The rule "m successes in the last n trials" of criterion-referenced practice, as a number. Of equal ones the later is higher.
    """
    first = max(0, len(scores) - policy.n)
    ranked = sorted(range(first, len(scores)), key=lambda place: (scores[place], place), reverse=True)
    return _only(ranked[policy.m - 1], len(scores)) if len(ranked) >= policy.m else None


_METHODS: Final[dict[Method, Callable[[Sequence[Decimal], Policy, Decimal], Weights | None]]] = {
    "HIGHEST": _highest,
    "LATEST": _latest,
    "MEAN": _mean,
    "N_AT_MASTERY": _n_at_mastery,
    "WEIGHTED_LATEST": _weighted_latest,
    "EXPONENTIALLY_WEIGHTED": _exponentially_weighted,
    "M_OF_N": _m_of_n,
}
