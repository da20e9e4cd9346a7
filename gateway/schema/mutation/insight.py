"""Answers to alerts, decisions to advance, and targets of pace."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Write, joined
from gateway.types.insight import AdvanceChoice, AdvanceDecision, Alert
from gateway.types.refusal import Refusal
from gateway.types.scalars import Date
from gateway.types.sources import LEARNER_PROFILE


@strawberry.enum(description="What somebody did about an alert.")
class AlertAnswer(Enum):
    SEEN = "SEEN"
    ACTED = "ACTED"
    DISMISSED = "DISMISSED"


@strawberry.type
class AnswerAlertPayload:
    alert: Alert


@strawberry.type
class DecideAdvancePayload:
    decision: AdvanceDecision


@strawberry.type(description="The day by which a class is to have mastered a competency.")
class PaceTarget:
    due_on: Date


@strawberry.type
class SetPaceTargetPayload:
    target: PaceTarget


AnswerAlertResult = Annotated[AnswerAlertPayload | Refusal, strawberry.union("AnswerAlertResult")]
DecideAdvanceResult = Annotated[DecideAdvancePayload | Refusal, strawberry.union("DecideAdvanceResult")]
SetPaceTargetResult = Annotated[SetPaceTargetPayload | Refusal, strawberry.union("SetPaceTargetResult")]


def _answer(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: arguments[name] for name in ("state", "note") if arguments.get(name) is not None}


def _decision(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: arguments[name] for name in ("competencyId", "decision", "note") if arguments.get(name) is not None}


def _target(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"dueOn": arguments["dueOn"]}


@strawberry.type
class InsightMutations:
    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/alerts/{alertId}/answer", "AnswerAlertPayload", "alert", _answer))
    def answer_alert(self, alert_id: ID, state: AlertAnswer, note: str | None = UNSET) -> AnswerAlertResult | None:
        """For those who work with the learner."""

    @joined(
        Write(
            LEARNER_PROFILE,
            "POST",
            "/v1/learners/{learnerId}/advance-decisions",
            "DecideAdvancePayload",
            "decision",
            _decision,
        )
    )
    def decide_advance(
        self,
        learner_id: ID,
        competency_id: ID,
        decision: AdvanceChoice,
        idempotency_key: str,
        note: str | None = UNSET,
    ) -> DecideAdvanceResult | None:
        """For those who teach the learner or lead or counsel at the learner's school; an override says why."""

    @joined(
        Write(
            LEARNER_PROFILE,
            "PUT",
            "/v1/classes/{classId}/pace-targets/{competencyId}",
            "SetPaceTargetPayload",
            "target",
            _target,
        )
    )
    def set_pace_target(self, class_id: ID, competency_id: ID, due_on: Date) -> SetPaceTargetResult | None:
        """For those who teach the class or lead its school; the learners' pace follows at once."""
