"""What of conversations can be reported: a message, and the name of a group. See `safety.registry`."""

import uuid
from functools import partial
from typing import Any

from parvis.accounts.viewer import Viewer
from parvis.inbox.actions.evidence import keep_group, keep_message, withhold_message, withhold_title
from parvis.inbox.models.evidence import GROUP, MESSAGE
from parvis.inbox.queries import evidence
from parvis.safety.registry import ThingKind, register
from parvis.safety.states import REMOVE

Before = dict[str, Any]


def _has_message(viewer: Viewer, message_id: uuid.UUID) -> bool:
    return evidence.reportable_message(viewer, message_id) is not None


def _has_group(viewer: Viewer, conversation: uuid.UUID) -> bool:
    return evidence.reportable_group(viewer, conversation) is not None


def _apply_to_message(message: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    withhold_message(message=message, is_withheld=REMOVE in measures)
    return {}


def _apply_to_group(conversation: uuid.UUID, measures: frozenset[str], before: Before) -> Before:
    withhold_title(conversation=conversation, is_withheld=REMOVE in measures)
    return {}


KINDS = (
    ThingKind(
        MESSAGE, "CONTENT_TYPE_TEXT", (REMOVE,), partial(evidence.evidence_of, MESSAGE), _has_message,
        _apply_to_message, shown=evidence.message_shown, keep=keep_message,
    ),
    ThingKind(
        GROUP, "CONTENT_TYPE_TEXT", (REMOVE,), partial(evidence.evidence_of, GROUP), _has_group,
        _apply_to_group, shown=evidence.group_shown, keep=keep_group,
    ),
)  # fmt: skip
for _kind in KINDS:
    register(_kind)
