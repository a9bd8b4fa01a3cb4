"""The one family of errors that a person may meet: a stable code, a sentence, an HTTP status."""

from collections.abc import Sequence
from typing import Any


class ParvisError(Exception):
    """Something was refused.

    A subclass fixes `code` (stable, for programs), `status` (HTTP) and `message` (a sentence, translatable, with
    named placeholders that `params` fills). The JSON form is the same everywhere: see `as_json`.
    """

    code = "refused"
    status = 400
    message: Any = "That is not possible."

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)

    def as_json(self, details: Sequence[dict[str, str]] = ()) -> dict[str, dict[str, Any]]:
        """Return the one JSON shape: {"error": {"code", "message", "details"}}; `details` say what was wrong where."""
        return {"error": {"code": self.code, "message": str(self), "details": list(details)}}
