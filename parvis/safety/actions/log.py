"""The log that only grows."""

import uuid
from typing import Any

from parvis.safety.models import Case, LogEntry


def note(case: Case, what: str, *, by: uuid.UUID | None = None, **data: Any) -> None:
    """Append what was done in a case; `by` is a moderator's pseudonym, None for what happened by itself."""
    LogEntry.objects.create(case=case.id, by=by, what=what, data=data)
