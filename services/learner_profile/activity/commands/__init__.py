"""Writes of the area: events as told, what maps them, line items, and how all of it becomes evidence."""

from services.learner_profile.activity.commands.line_items import (
    change_line_item,
    create_line_item,
    publish_score,
    remove_line_item,
)
from services.learner_profile.activity.commands.mappings import put_mapping, withdraw_mapping
from services.learner_profile.activity.commands.projection import attach_waiting
from services.learner_profile.activity.commands.store import receive, record_told

__all__ = [
    "attach_waiting",
    "change_line_item",
    "create_line_item",
    "publish_score",
    "put_mapping",
    "receive",
    "record_told",
    "remove_line_item",
    "withdraw_mapping",
]
