"""Who may write to whom."""

import pytest

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.inbox.models.notices import EVERYONE, FOLLOWED, NOBODY
from parvis.inbox.policies import Party, Standing, Tie, may_be_together, standing

OPEN, REQUEST, REFUSED = Standing.OPEN, Standing.REQUEST, Standing.REFUSED
MUTUAL = Tie(writer_follows=True, reader_follows=True)
KNOWN = Tie(is_known=True)
FOLLOWED_BACK = Tie(reader_follows=True)
NONE = Tie()


@pytest.mark.parametrize(
    ("writer", "reader", "takes", "tie", "expected"),
    [
        (ADULT, ADULT, EVERYONE, NONE, REQUEST),
        (ADULT, ADULT, EVERYONE, Tie(writer_follows=True), REQUEST),
        (ADULT, ADULT, EVERYONE, FOLLOWED_BACK, OPEN),
        (ADULT, ADULT, FOLLOWED, NONE, REFUSED),
        (ADULT, ADULT, FOLLOWED, FOLLOWED_BACK, OPEN),
        (ADULT, ADULT, NOBODY, MUTUAL, REFUSED),
        (ADULT, ADULT, NOBODY, KNOWN, OPEN),
        (ADULT, TEEN, EVERYONE, NONE, REFUSED),
        (ADULT, TEEN, EVERYONE, FOLLOWED_BACK, OPEN),
        (TEEN, TEEN, EVERYONE, NONE, REFUSED),
        (TEEN, ADULT, EVERYONE, NONE, REQUEST),
        (ADULT, UNDER_16, EVERYONE, NONE, REFUSED),
        (ADULT, UNDER_16, EVERYONE, FOLLOWED_BACK, REFUSED),
        (ADULT, UNDER_16, EVERYONE, KNOWN, REFUSED),
        (ADULT, UNDER_16, EVERYONE, MUTUAL, OPEN),
        (UNDER_16, ADULT, EVERYONE, FOLLOWED_BACK, REFUSED),
        (UNDER_16, ADULT, NOBODY, MUTUAL, REFUSED),
        (UNDER_16, UNDER_16, EVERYONE, MUTUAL, OPEN),
    ],
)
def test_how_a_message_arrives(writer, reader, takes, tie, expected):
    assert standing(Party(writer), Party(reader, takes), tie) == expected


@pytest.mark.parametrize("age", [ADULT, TEEN, UNDER_16])
def test_nothing_passes_where_one_has_blocked_the_other(age):
    tie = Tie(writer_follows=True, reader_follows=True, is_known=True, is_apart=True)
    assert standing(Party(age), Party(age), tie) == REFUSED


def test_a_group_is_small_and_its_youngest_are_among_friends():
    grown, young = (Party(ADULT), False), Party(UNDER_16)
    assert may_be_together([grown] * 32, count=32)
    assert not may_be_together([grown] * 33, count=33)
    assert may_be_together([grown, (young, True)], count=2)
    assert not may_be_together([grown, (young, False)], count=2)
