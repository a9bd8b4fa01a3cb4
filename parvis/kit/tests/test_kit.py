"""The leaf's promises."""

import uuid
from datetime import UTC, datetime

import pytest

from parvis.kit.errors import ParvisError
from parvis.kit.ids import uuid7, uuid7_ms, uuid7_time
from parvis.kit.signing import BadSignatureError, sign, unsign
from parvis.kit.states import IllegalMoveError, StateGraph, StateGraphError

KEY = b"k" * 32


def test_ids_rise_strictly_within_one_process() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {uuid.RFC_4122}


def test_an_id_carries_its_moment() -> None:
    assert abs((uuid7_time(uuid7()) - datetime.now(UTC)).total_seconds()) < 5


def test_another_version_of_id_has_no_moment() -> None:
    with pytest.raises(ValueError, match="not a UUID of version 7"):
        uuid7_ms(uuid.uuid4())


def test_a_signed_value_comes_back_whole() -> None:
    assert unsign("cookie", sign("cookie", b"\x00hello", KEY), KEY) == b"\x00hello"


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: unsign("link", value, KEY),
        lambda value: unsign("cookie", value, b"x" * 32),
        lambda value: unsign("cookie", "A" + value, KEY),
        lambda value: unsign("cookie", value[:-2], KEY),
        lambda value: unsign("cookie", "é.é", KEY),
        lambda value: unsign("cookie", "", KEY),
    ],
    ids=["another purpose", "another key", "changed", "cut", "not ascii", "empty"],
)
def test_a_forged_value_is_refused(forge) -> None:
    with pytest.raises(BadSignatureError):
        forge(sign("cookie", b"hello", KEY))


def test_a_graph_knows_its_moves() -> None:
    graph = StateGraph("door", initial="open", moves={"open": {"shut": "anyone"}, "shut": {}})
    graph.check("open", "shut")
    assert graph.terminal == {"shut"}
    assert graph.sources("shut") == ("open",)
    with pytest.raises(IllegalMoveError, match="no move from 'shut' to 'open'"):
        graph.check("shut", "open")


@pytest.mark.parametrize(
    ("initial", "moves", "message"),
    [
        ("gone", {"open": {}}, "initial state"),
        ("open", {"open": {"open": "x"}}, "moves to itself"),
        ("open", {"open": {"shut": "x"}}, "undeclared"),
        ("open", {"open": {}, "lost": {}}, "no way"),
    ],
)
def test_a_graph_that_contradicts_itself_is_refused(initial, moves, message) -> None:
    with pytest.raises(StateGraphError, match=message):
        StateGraph("door", initial=initial, moves=moves)


def test_an_error_has_one_json_shape() -> None:
    class TooWide(ParvisError):
        code = "too-wide"
        message = "It is %(width)s wide."

    assert TooWide(width=3).as_json() == {"error": {"code": "too-wide", "message": "It is 3 wide.", "details": []}}
