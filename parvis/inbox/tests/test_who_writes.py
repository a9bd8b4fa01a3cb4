"""Who may write to a person: chosen on a page or by a program, and what holds for the young whatever they choose."""

import re

import pytest

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import anonymous
from parvis.inbox.actions.preferences import take_messages
from parvis.inbox.errors import BadAudience, CannotWrite
from parvis.inbox.models import Message, Preferences
from parvis.inbox.models.chats import OPEN, REQUEST
from parvis.inbox.tests.conftest import PAGE, viewer_of
from parvis.inbox.tests.test_messages import follow, state, write


def test_the_choice_is_saved_shown_and_obeyed(world, client_of):
    alice = client_of(world["alice"])
    write(world["carol"], world["alice"])
    assert state(world["alice"], world["carol"]) == REQUEST
    assert alice.post("/settings/messages", {"takes": "followed"}, headers=PAGE).status_code == 303
    html = alice.get("/settings/messages", headers=PAGE).content.decode()
    assert re.search(r'value="followed"[^>]* checked', html)
    before = Message.objects.count()
    with pytest.raises(CannotWrite):
        write(world["bob"], world["alice"])
    assert Message.objects.count() == before
    follow(world["alice"], world["bob"])
    write(world["bob"], world["alice"])
    assert state(world["alice"], world["bob"]) == OPEN
    alice.post("/settings/messages", {"takes": "nobody"}, headers=PAGE)
    follow(world["alice"], world["dan"])
    with pytest.raises(CannotWrite):
        write(world["dan"], world["alice"])


def test_who_is_under_16_is_never_written_to_by_strangers(world):
    erin, bob = world["erin"], world["bob"]
    for takes in ("everyone", "followed", "nobody"):
        take_messages(viewer=viewer_of(erin), takes=takes)
        with pytest.raises(CannotWrite):
            write(bob, erin)
    assert not Message.objects.exists()


@pytest.mark.parametrize("wrong", ["", "strangers", "EVERYONE"])
def test_another_word_is_refused_and_changes_nothing(wrong, world, client_of):
    answer = client_of(world["alice"]).post("/settings/messages", {"takes": wrong}, headers=PAGE)
    assert answer.status_code == 422
    assert "Please choose who may write to you." in answer.content.decode()
    with pytest.raises(BadAudience):
        take_messages(viewer=viewer_of(world["alice"]), takes=wrong)
    with pytest.raises(SignInNeeded):
        take_messages(viewer=anonymous("FR", "fr"), takes="nobody")
    assert not Preferences.objects.exists()


def test_each_sees_what_holds_for_their_age(world, client_of):
    young = client_of(world["erin"]).get("/settings/messages", headers=PAGE).content.decode()
    assert "Until you are 16" in young
    assert "Until you are" not in client_of(world["bob"]).get("/settings/messages", headers=PAGE).content.decode()
