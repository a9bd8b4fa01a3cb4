"""What a guardian sets holds everywhere, is told to the teen, and cannot be made looser by the teen."""

import uuid

import pytest

from parvis.accounts.actions.profile import change
from parvis.accounts.bounds import bounds_of
from parvis.accounts.errors import SetByAnother
from parvis.accounts.models import Person
from parvis.accounts.viewer import UNDER_16
from parvis.cells.keys import pseudonym
from parvis.events.models import Event
from parvis.feed import actions as feed
from parvis.feed import minutes
from parvis.feed.queries import preference
from parvis.guardians import actions, kinds
from parvis.guardians.errors import BadRules, NoSuchLink, OnlyTheGuardian
from parvis.guardians.models import Change, Rules
from parvis.guardians.policies import Wish
from parvis.guardians.queries import for_viewer
from parvis.guardians.tests.conftest import linked, rules
from parvis.inbox.actions.preferences import prefer, take_messages
from parvis.inbox.policies import Standing
from parvis.inbox.queries.notices import for_viewer as inbox_of
from parvis.inbox.queries.standing import standings
from parvis.kit.clock import now
from parvis.social import actions as social
from parvis.social.errors import CommentsClosed
from parvis.social.models import Comment
from parvis.social.queries import muted_by
from parvis.social.tests.conftest import make_clip, viewer_of

ALL = {
    "minutes": 60,
    "break_after": 15,
    "quiet": (20 * 60, 8 * 60),
    "is_kept_private": True,
    "messages": "nobody",
    "comments": "followed",
    "tags": ("betting", "diet"),
}


@pytest.fixture
def link(world) -> uuid.UUID:
    return linked(world["erin"], world["bob"])


def test_what_is_set_holds_is_read_by_the_teen_and_told(world, link, inbox):
    erin, bob = world["erin"], world["bob"]
    rules(bob, link, **ALL)
    bounds = bounds_of(erin.id)
    assert (bounds.minutes, bounds.break_after, bounds.quiet) == (60, 15, ((1200, 480),))
    assert (bounds.is_kept_private, bounds.messages, bounds.comments) == (True, "nobody", "followed")
    assert bounds.tags == {"betting", "diet"}
    assert set(bounds.by) == set(ALL)
    assert bounds.names("minutes") == "Bob"
    assert inbox(erin)[0] == "Bob set what holds for you here."
    quote = inbox_of(viewer_of(erin)).notices().notices[0].quote
    assert quote.startswith("Daily limit: 60 minutes a day · Break: After 15 minutes · Quiet hours: 8 p.m. to 8 a.m.")
    seen = for_viewer(viewer_of(erin)).overview(link)
    assert seen.wish == Wish(**ALL)
    assert [one.what for one in seen.changes] == ["rules", "linked", "asked"]
    assert seen.changes[0].by == bob
    rows = Rules.objects.get()
    assert (rows.home, rows.person_id) == (erin.home, erin.id), "what is set for a teen lies in the teen's home"
    assert b"diet" not in bytes(rows.tags)
    assert "diet" not in str(list(Change.objects.values_list("said", flat=True)))
    assert "diet" not in str(list(Event.objects.values_list("data", flat=True)))


def test_the_same_again_is_once_and_nothing_takes_it_back(world, link):
    erin, bob = world["erin"], world["bob"]
    for _ in range(2):
        rules(bob, link, minutes=60)
    assert Event.objects.filter(kind=kinds.RULES_CHANGED).count() == 1
    rules(bob, link)
    assert bounds_of(erin.id).minutes is None
    assert Change.objects.order_by("-id")[0].said == {"minutes": None}


def test_only_the_guardian_of_the_link_sets_rules(world, link):
    erin, alice = world["erin"], world["alice"]
    with pytest.raises(OnlyTheGuardian, match="Only the guardian"):
        rules(erin, link, minutes=60)
    with pytest.raises(NoSuchLink):
        rules(alice, link, minutes=60)
    with pytest.raises(NoSuchLink):
        for_viewer(viewer_of(alice)).overview(link)
    asked = actions.ask(viewer=viewer_of(erin), handle="carol")
    with pytest.raises(NoSuchLink):
        rules(world["carol"], asked.link, minutes=60)
    with pytest.raises(NoSuchLink):
        for_viewer(viewer_of(world["carol"])).overview(asked.link)
    assert not Rules.objects.exists()


@pytest.mark.parametrize(
    "wish",
    [
        {"minutes": 0}, {"minutes": 4}, {"minutes": 1441}, {"break_after": 31}, {"break_after": 0},
        {"quiet": (60, 60)}, {"quiet": (0, 1440)}, {"quiet": (-1, 5)}, {"messages": "all"}, {"comments": ""},
        {"tags": ("two words",)}, {"tags": ("#x",)}, {"tags": ("2024",)},
        {"tags": tuple(f"tag{number}" for number in range(51))},
    ],
)  # fmt: skip
def test_what_is_out_of_range_or_looser_than_the_age_is_refused(world, link, wish):
    with pytest.raises(BadRules, match="only be stricter"):
        rules(world["bob"], link, **wish)
    assert not Rules.objects.exists()
    assert not Event.objects.filter(kind=kinds.RULES_CHANGED).exists()


def test_of_two_guardians_the_stricter_holds_and_each_sees_the_own_rules(world, link):
    erin, bob, carol = world["erin"], world["bob"], world["carol"]
    second = linked(erin, carol)
    rules(bob, link, minutes=60, messages="followed", tags=("diet",), quiet=(1200, 480))
    rules(carol, second, minutes=45, messages="nobody", tags=("betting",), quiet=(780, 840))
    bounds = bounds_of(erin.id)
    assert (bounds.minutes, bounds.messages, bounds.tags) == (45, "nobody", {"diet", "betting"})
    assert bounds.quiet == ((1200, 480), (780, 840))
    assert bounds.names("minutes") == "Bob, Carol"
    assert for_viewer(viewer_of(bob)).overview(link).wish.tags == ("diet",)
    actions.end(viewer=viewer_of(carol), link=second)
    assert bounds_of(erin.id).minutes == 60


def test_the_daily_limit_cannot_be_made_looser_and_may_be_made_stricter(world, link):
    erin = world["erin"]
    viewer = viewer_of(erin)
    feed.cap_minutes(viewer=viewer, minutes=120)
    rules(world["bob"], link, minutes=60)
    for looser in (61, 0):
        with pytest.raises(SetByAnother, match="Bob set this for you"):
            feed.cap_minutes(viewer=viewer, minutes=looser)
    assert preference(pseudonym(erin.id)).minutes == 120
    assert minutes.most(120, bounds_of(erin.id)) == 60
    feed.cap_minutes(viewer=viewer, minutes=30)
    assert for_viewer(viewer).overview(link).holds.minutes == 30
    actions.end(viewer=viewer, link=link)
    feed.cap_minutes(viewer=viewer, minutes=0)
    assert preference(pseudonym(erin.id)).minutes is None


def test_breaks_too(world, link):
    erin = world["erin"]
    viewer = viewer_of(erin)
    rules(world["bob"], link, break_after=15)
    for looser in (16, 0):
        with pytest.raises(SetByAnother, match="Bob"):
            feed.remind(viewer=viewer, minutes=looser)
    assert preference(pseudonym(erin.id)).break_after is None
    bounds = bounds_of(erin.id)
    assert [minutes.break_after(one, UNDER_16, bounds) for one in (None, 0, 10, 60)] == [15, 15, 10, 15]
    feed.remind(viewer=viewer, minutes=10)


def test_quiet_hours_hold_beside_what_the_teen_chooses(world, link):
    erin = world["erin"]
    rules(world["bob"], link, quiet=(780, 840))
    prefer(viewer=viewer_of(erin), zone="", quiet_from=0, quiet_until=0)
    assert (780, 840) in inbox_of(viewer_of(erin)).quiet()


def test_who_writes_cannot_be_made_looser(world, link):
    erin, alice = world["erin"], world["alice"]
    for one, other in ((erin, alice), (alice, erin)):
        social.follow(viewer=viewer_of(one), followed=other)
    social.accept(viewer=viewer_of(erin), follower=alice)
    assert standings(alice, [erin]) == {erin.id: Standing.OPEN}
    rules(world["bob"], link, messages="nobody")
    assert standings(alice, [erin]) == {erin.id: Standing.REFUSED}
    for looser in ("everyone", "followed"):
        with pytest.raises(SetByAnother, match="Bob"):
            take_messages(viewer=viewer_of(erin), takes=looser)
    assert inbox_of(viewer_of(erin)).preferences().messages_from == "everyone"
    take_messages(viewer=viewer_of(erin), takes="nobody")


def test_the_account_is_made_private_and_stays_so(world, link):
    erin = world["erin"]
    change(erin, is_private=False)
    rules(world["bob"], link, is_kept_private=True)
    erin.refresh_from_db()
    assert erin.is_private
    with pytest.raises(SetByAnother, match="Bob"):
        change(erin, is_private=False)
    erin.refresh_from_db()
    assert erin.is_private
    change(erin, display_name="Erin B.")
    actions.end(viewer=viewer_of(erin), link=link)
    change(erin, is_private=False)


def test_who_comments(world, link):
    erin, alice, bob = world["erin"], world["alice"], world["bob"]
    Person.objects.filter(id=erin.id).update(is_private=False)
    clip = make_clip(erin)
    social.follow(viewer=viewer_of(erin), followed=alice)

    def says(person) -> None:
        social.comment(viewer=viewer_of(person), clip_id=clip.id, text="Hello", nonce=uuid.uuid4())

    rules(bob, link, comments="followed")
    says(alice)
    says(erin)
    with pytest.raises(CommentsClosed):
        says(bob)
    rules(bob, link, comments="nobody")
    with pytest.raises(CommentsClosed):
        says(alice)
    assert Comment.objects.count() == 2


def test_tags_are_kept_away_and_are_none_of_the_teens_own_mutes(world, link):
    erin = world["erin"]
    social.mute_text(viewer=viewer_of(erin), text="#rain")
    rules(world["bob"], link, tags=("betting",))
    assert muted_by(erin.id).tags == {"rain", "betting"}
    assert muted_by(erin.id).hides("Good #betting today")


def test_a_guardian_whose_account_is_closed_sets_nothing(world, link):
    rules(world["bob"], link, minutes=60)
    Person.objects.filter(id=world["bob"].id).update(is_active=False)
    assert bounds_of(world["erin"].id).minutes is None
    assert for_viewer(viewer_of(world["erin"])).links() == []


def test_nothing_is_asked_of_grown_ups(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bounds_of(world["bob"].id, "adult") == bounds_of(None)


def test_what_a_guardian_sees_is_how_long_and_how_often_never_what(world, link):
    """The whole of it, field by field: whoever adds one thinks of what it tells."""
    seen = for_viewer(viewer_of(world["bob"])).overview(link)
    assert set(vars(seen)) == {
        "link", "teen", "guardian", "wish", "holds", "days", "zone", "reports", "decisions", "changes",
    }  # fmt: skip
    assert set(vars(seen.holds)) == {"minutes", "break_after", "quiet", "is_private", "messages", "comments"}
    assert len(seen.days) == 28
    assert all(len(day) == 2 for day in seen.days)
    assert seen.teen == world["erin"]
    assert seen.days[-1][0] <= now().date() or seen.zone.key != "UTC"
    theirs = for_viewer(viewer_of(world["erin"])).overview(link)
    assert (theirs.holds, theirs.days, theirs.changes) == (seen.holds, seen.days, seen.changes)
