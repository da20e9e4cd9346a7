"""What is written down whenever somebody changes who has access."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from services.learner_profile.identity.models import AuditEntry


def record(session: AsyncSession, caller: VerifiedCaller, action: str, subject: str, **detail: Any) -> None:  # noqa: ANN401 - JSON
    actor = f"person:{caller.person_id}" if caller.person_id else caller.client_id or "system"
    session.add(
        AuditEntry(district_id=caller.district_id, actor=actor, action=action, subject=subject, detail=dict(detail))
    )
