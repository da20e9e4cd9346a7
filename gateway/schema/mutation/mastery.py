"""Statuses of mastery: conferred by an educator, and taken back."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import ID

from gateway.joins import Write, joined
from gateway.types.mastery import ConferredStatus
from gateway.types.refusal import Refusal
from gateway.types.sources import LEARNER_PROFILE

_STATUSES = "/v1/mastery/statuses"


@strawberry.type
class ConferStatusPayload:
    status: ConferredStatus


@strawberry.type
class WithdrawStatusPayload:
    status: ConferredStatus


ConferStatusResult = Annotated[ConferStatusPayload | Refusal, strawberry.union("ConferStatusResult")]
WithdrawStatusResult = Annotated[WithdrawStatusPayload | Refusal, strawberry.union("WithdrawStatusResult")]


def _conferred(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: arguments[name] for name in ("learnerId", "competencyId", "basis")}


def _withdrawn(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"reason": arguments["reason"]}


@strawberry.type
class MasteryMutations:
    @joined(Write(LEARNER_PROFILE, "POST", _STATUSES, "ConferStatusPayload", "status", _conferred))
    def confer_status(
        self, learner_id: ID, competency_id: ID, basis: str, idempotency_key: str
    ) -> ConferStatusResult | None:
        """For those who teach the learner, who say on what it stands."""

    @joined(
        Write(
            LEARNER_PROFILE,
            "POST",
            f"{_STATUSES}/{{statusId}}/withdrawal",
            "WithdrawStatusPayload",
            "status",
            _withdrawn,
        )
    )
    def withdraw_status(self, status_id: ID, reason: str) -> WithdrawStatusResult | None:
        """For those who teach the learner; the status stays in the record with the reason."""
