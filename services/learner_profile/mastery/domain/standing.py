"""Where a learner stands: evidence held against a policy, a scale and a blueprint."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from services.learner_profile.mastery.domain.methods import Policy, score_of
from services.learner_profile.mastery.domain.scales import DEFAULT_LEVELS, Level, level_of, threshold_of

State = Literal["NOT_STARTED", "INSUFFICIENT_EVIDENCE", "DEVELOPING", "MASTERED", "DECAYED"]


@dataclass(frozen=True, slots=True)
class Piece:
    score: Decimal
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Which evidence a statement needs: of which kinds, how much, also of single kinds, and how recent."""

    kinds: frozenset[str] | None = None
    minimum_count: int = 2
    minimum_by_kind: Mapping[str, int] = field(default_factory=dict)
    recency_days: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    policy: Policy = field(default_factory=Policy)
    levels: tuple[Level, ...] = DEFAULT_LEVELS
    blueprint: Blueprint = field(default_factory=Blueprint)


@dataclass(frozen=True, slots=True)
class Standing:
    """`level` is None until there is enough evidence for one; `evidence_count` tells the pieces that count."""

    state: State
    level: str | None
    score: Decimal | None
    evidence_count: int


def standing(pieces: Sequence[Piece], rule: Rule, at: datetime) -> Standing:
    """What these pieces, oldest first, say at an instant.

    DECAYED: what counted once would be mastered, and what is recent enough is no longer sufficient.
    """
    if not pieces:
        return Standing("NOT_STARTED", None, None, 0)
    allowed = [piece for piece in pieces if rule.blueprint.kinds is None or piece.kind in rule.blueprint.kinds]
    counted = [piece for piece in allowed if _is_recent(piece, rule.blueprint, at)]
    score = _score(counted, rule)
    if score is not None and is_sufficient(counted, rule.blueprint):
        level = level_of(score, rule.levels)
        return Standing("MASTERED" if level.is_mastered else "DEVELOPING", level.name, score, len(counted))
    state: State = "DECAYED" if _was_mastered(allowed, rule) else "INSUFFICIENT_EVIDENCE"
    return Standing(state, None, score, len(counted))


def is_sufficient(counted: Sequence[Piece], blueprint: Blueprint) -> bool:
    kinds = Counter(piece.kind for piece in counted)
    return len(counted) >= blueprint.minimum_count and all(
        kinds[kind] >= least for kind, least in blueprint.minimum_by_kind.items()
    )


def _is_recent(piece: Piece, blueprint: Blueprint, at: datetime) -> bool:
    return blueprint.recency_days is None or piece.occurred_at > at - timedelta(days=blueprint.recency_days)


def _was_mastered(allowed: Sequence[Piece], rule: Rule) -> bool:
    if rule.blueprint.recency_days is None or not is_sufficient(allowed, rule.blueprint):
        return False
    score = _score(allowed, rule)
    return score is not None and level_of(score, rule.levels).is_mastered


def _score(pieces: Sequence[Piece], rule: Rule) -> Decimal | None:
    return score_of([piece.score for piece in pieces], rule.policy, threshold_of(rule.levels))
