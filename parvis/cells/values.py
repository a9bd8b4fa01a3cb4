"""Values of columns as plain JSON, and back: what an archive holds. What comes back is trusted in nothing."""

import base64
import binascii
import math
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime

from parvis.cells.errors import BadRow

Field = models.Field  # of any type


def encoded(value: Any) -> Any:
    """Return a column's value as JSON has it: bytes as base64, times as ISO 8601."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return [encoded(one) for one in value]
    return value


def decoded(field: "Field[Any, Any]", value: Any) -> Any:
    """Return what stood in a column of this field before `encoded`. BadRow for what cannot have."""
    if value is None:
        if not field.null:
            raise BadRow
        return None
    try:
        found = _typed(field, value)
        field.run_validators(found)
    except (ValidationError, ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise BadRow from error
    return found


def _typed(field: "Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return _typed(field.target_field, value)
    if isinstance(field, ArrayField):
        return [_typed(field.base_field, one) for one in _a(list, value)]
    return next(read for kind, read in _READERS if isinstance(field, kind))(value)


def _a(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise BadRow
    return value


def _moment(value: Any) -> datetime:
    moment = parse_datetime(_a(str, value))
    if moment is None or moment.tzinfo is None:
        raise BadRow
    return moment


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise BadRow
    return _a(int, value)


def _number(value: Any) -> float:
    number = float(_a((int, float), value))
    if not math.isfinite(number):
        raise BadRow
    return number


def _text(value: Any) -> Any:
    if "\0" in _a(str, value):
        raise BadRow
    return value


# The first that fits reads the value; whatever is none of these is text.
_READERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (models.BinaryField, lambda value: base64.b64decode(_a(str, value), validate=True)),
    (models.UUIDField, lambda value: uuid.UUID(_a(str, value))),
    (models.DateTimeField, _moment),
    (models.BooleanField, lambda value: _a(bool, value)),
    (models.IntegerField, _whole),
    (models.FloatField, _number),
    (models.JSONField, lambda value: value),
    (models.Field, _text),
)
