"""The lines of the how-to by which a receiver checks a call are run as they stand there."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import parvis
from parvis.kit.clock import now
from parvis.webhooks.policies import new_secret, signed
from parvis.webhooks.topics import topics

HOWTO = Path(parvis.__file__).parents[1] / "docs" / "howto" / "webhooks.md"


def lines_of_the_howto() -> Any:
    found: dict[str, Any] = {}
    [lines] = re.findall(r"```python\n(.*?)```", HOWTO.read_text(), re.DOTALL)
    exec(lines, found)
    return found["comes_from_parvis"]


def test_the_lines_of_the_howto_tell_our_calls_from_others():
    check, secret, body = lines_of_the_howto(), new_secret(), '{"type": "ping", "é": 1}'.encode()
    call = signed([secret], "a-number", now(), body)
    assert check(secret, call, body)
    assert check(secret, signed([new_secret(), secret], "a-number", now(), body), body)
    assert not check(new_secret(), call, body)
    assert not check(secret, call, body + b" ")
    assert not check(secret, call | {"webhook-id": "another"}, body)
    assert not check(secret, signed([secret], "a-number", datetime(2020, 1, 1, tzinfo=UTC), body), body)


def test_the_howto_names_all_that_can_be_told():
    told = HOWTO.read_text().partition("## What can be told")[2].partition("##")[0]
    assert set(re.findall(r"`([a-z.]+)`", told)) == {*topics(), "ping"}
