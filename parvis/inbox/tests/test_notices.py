"""What people are told, how often, and of whom never."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from parvis.accounts.actions.profile import change
from parvis.accounts.errors import SignInNeeded
from parvis.accounts.notices import NoticeKind, declare, declared
from parvis.clips.actions.changes import delete as delete_clip
from parvis.clips.kinds import FAILED, PROCESSED
from parvis.events.actions import record
from parvis.events.models import Event
from parvis.inbox.actions import notices as actions
from parvis.inbox.errors import NoSuchNotice, UnknownNoticeKind
from parvis.inbox.models import Notice, NoticeActor, NoticeChoice
from parvis.inbox.queries.notices import for_viewer
from parvis.inbox.queries.unread import unread_notices
from parvis.inbox.subscribers import subscribers
from parvis.inbox.tests.conftest import deliver, make_clip, sentences, viewer_of
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.social import actions as social


def say(person, clip, text):
    return social.comment(viewer=viewer_of(person), clip_id=clip.id, text=text, nonce=uuid7())[0]


def unread(person):
    return unread_notices(person.id, home=person.home)


def test_many_likes_are_one_notice_that_names_the_newest(world, clip, inbox):
    for name in ("bob", "carol", "dan"):
        social.like(viewer=viewer_of(world[name]), clip_id=clip.id)
    assert inbox(world["alice"]) == ["Dan and 2 others like your clip."]
    assert unread(world["alice"]) == 1
    social.unlike(viewer=viewer_of(world["dan"]), clip_id=clip.id)
    assert inbox(world["alice"]) == ["Carol and 1 other like your clip."]


def test_an_event_seen_twice_is_told_once(world, clip, inbox):
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    say(world["carol"], clip, "Lovely")
    social.follow(viewer=viewer_of(world["bob"]), followed=world["alice"])
    before = inbox(world["alice"])
    actions.read_all(viewer=viewer_of(world["alice"]))
    assert inbox(world["alice"]) == before
    assert unread(world["alice"]) == 0, "what was told before makes nothing unread"


def test_a_like_taken_back_is_told_no_longer(world, clip):
    bob = viewer_of(world["bob"])
    social.like(viewer=bob, clip_id=clip.id)
    deliver()
    social.unlike(viewer=bob, clip_id=clip.id)
    deliver()
    assert sentences(world["alice"]) == []
    assert not Notice.objects.exists()


def test_nobody_is_told_of_what_they_did_themselves(world, clip, inbox):
    social.like(viewer=viewer_of(world["alice"]), clip_id=clip.id)
    say(world["alice"], clip, "First")
    assert inbox(world["alice"]) == []
    assert not Notice.objects.exists()


def test_a_comment_is_quoted_and_one_that_is_deleted_is_told_no_longer(world, clip):
    said = say(world["bob"], clip, "On old stones, indeed")
    deliver()
    (notice,) = for_viewer(viewer_of(world["alice"])).notices().notices
    assert (notice.quote, notice.link) == ("On old stones, indeed", f"/c/{clip.id}#comments")
    social.delete_comment(viewer=viewer_of(world["alice"]), comment_id=said.id)
    deliver()
    assert sentences(world["alice"]) == []


def test_a_second_comment_makes_the_notice_new_again(world, clip):
    say(world["bob"], clip, "One")
    deliver()
    actions.read_all(viewer=viewer_of(world["alice"]))
    say(world["bob"], clip, "Two")
    deliver()
    (notice,) = for_viewer(viewer_of(world["alice"])).notices().notices
    assert (notice.quote, notice.is_read) == ("Two", False)
    assert NoticeActor.objects.count() == 1


def test_a_private_account_hears_of_requests_and_who_asked_of_the_answer(world, inbox):
    alice, bob = world["alice"], world["bob"]
    change(alice, is_private=True)
    social.follow(viewer=viewer_of(bob), followed=alice)
    assert inbox(alice) == ["Bob asks to follow you."]
    social.accept(viewer=viewer_of(alice), follower=bob)
    assert inbox(alice) == ["Bob follows you."], "the request waits no longer"
    assert inbox(bob) == ["Alice lets you see their clips."]


def test_the_creator_hears_when_a_clip_plays_and_when_it_cannot_be_made(world, inbox):
    ready, broken = make_clip(world["alice"]), make_clip(world["alice"])
    with transaction.atomic():
        record(PROCESSED, home="FR", actor=world["alice"].id, object=ready.id)
        record(FAILED, home="FR", actor=world["alice"].id, object=broken.id)
    assert inbox(world["alice"]) == [
        "Your clip could not be made. See why, and what you can do.",
        "Your clip is ready to be watched.",
    ]


def test_news_of_a_clip_that_is_gone_are_gone(world, clip, inbox):
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    assert len(inbox(world["alice"])) == 1
    delete_clip(creator=world["alice"].id, clip_id=clip.id)
    assert sentences(world["alice"]) == []


def test_people_who_are_gone_are_not_named(world, clip, inbox):
    for name in ("bob", "carol"):
        social.like(viewer=viewer_of(world[name]), clip_id=clip.id)
    change(world["carol"], is_active=False)
    assert inbox(world["alice"])[0].startswith("Bob ")


def test_a_kind_that_is_switched_off_leaves_no_row(world, clip, inbox):
    actions.choose(viewer=viewer_of(world["alice"]), chosen={"liked": actions.Channels(False, False)})
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    assert inbox(world["alice"]) == []
    assert not Notice.objects.exists()


def test_a_kind_wanted_only_by_push_is_kept_and_not_listed(world, clip, inbox):
    actions.choose(viewer=viewer_of(world["alice"]), chosen={"liked": actions.Channels(False, True)})
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    assert inbox(world["alice"]) == []
    assert unread(world["alice"]) == 0
    assert Notice.objects.filter(is_listed=False).count() == 1


def test_an_unknown_kind_is_refused_and_changes_nothing(world):
    said = {"liked": actions.Channels(False, False), "telepathy": actions.Channels(True, True)}
    with pytest.raises(UnknownNoticeKind):
        actions.choose(viewer=viewer_of(world["alice"]), chosen=said)
    assert not NoticeChoice.objects.exists()


def test_what_is_binding_cannot_be_switched_off(world, monkeypatch):
    kinds = declared()
    binding = NoticeKind("t", "T", "bell", frozenset(), lambda _e: [], lambda _t: "", lambda _t: "/", is_binding=True)
    monkeypatch.setattr("parvis.accounts.notices._kinds", {**kinds, "t": binding})
    actions.choose(viewer=viewer_of(world["alice"]), chosen={"t": actions.Channels(False, False)})
    assert NoticeChoice.objects.get(kind="t").in_app is True


def test_a_kind_cannot_be_declared_twice():
    liked = declared()["liked"]
    declare(liked)  # the same again is no other
    with pytest.raises(ValueError, match="twice"):
        declare(NoticeKind("liked", "x", "heart", liked.events, liked.tell, liked.say, liked.link))


def test_strangers_cannot_read_or_mark_anothers_news(world, clip, inbox):
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    inbox(world["alice"])
    notice = Notice.objects.get()
    assert sentences(world["bob"]) == []
    with pytest.raises(NoSuchNotice):
        actions.read(viewer=viewer_of(world["bob"]), notice_id=notice.id)
    with pytest.raises(NoSuchNotice):
        actions.read(viewer=viewer_of(world["alice"]), notice_id=uuid.UUID(int=7))
    with pytest.raises(SignInNeeded):
        for_viewer(viewer_of(world["bob"]).__class__(uuid7(), "FR", "en")).notices()
    actions.read_all(viewer=viewer_of(world["bob"]))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_pages_follow_each_other_without_gap_or_repetition(world):
    alice = world["alice"]
    for number in range(7):
        Notice.objects.create(
            person=alice,
            home="FR",
            kind="clip-processed",
            about=make_clip(alice).id,
            at=now() - timedelta(hours=number),
        )
    seen, cursor = [], ""
    while True:
        page = for_viewer(viewer_of(alice)).notices(after=cursor, limit=3)
        seen += [one.id for one in page.notices]
        if not (cursor := page.next):
            break
    assert seen == list(Notice.objects.order_by("-at").values_list("id", flat=True))


def test_an_old_event_is_no_news_and_old_news_are_swept(world, clip):
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    Event.objects.update(at=now() - timedelta(days=30))
    deliver()
    assert not Notice.objects.exists()
    for age in (10, 100):
        Notice.objects.create(
            person=world["alice"], home="FR", kind="liked", about=uuid7(), at=now() - timedelta(days=age)
        )
    assert actions.sweep() is True
    assert actions.sweep() is False
    assert Notice.objects.count() == 1


def test_every_kind_of_event_that_is_told_is_heard():
    (subscriber,) = [one for one in subscribers() if one.name == "inbox-notices"]
    assert {"clip.liked", "clip.commented", "person.followed", PROCESSED} <= subscriber.kinds


def test_a_page_of_thirty_takes_few_queries(world, django_assert_max_num_queries):
    alice = world["alice"]
    for _ in range(30):
        clip = make_clip(alice)
        social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
        say(world["carol"], clip, "Yes")
    deliver()
    with django_assert_max_num_queries(10):
        assert len(for_viewer(viewer_of(alice)).notices().notices) == 30
