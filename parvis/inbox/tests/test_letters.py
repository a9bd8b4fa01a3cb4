"""Letters of news: what they say, when they come, how they are stopped, and what a crash leaves."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from parvis.accounts.actions import open_account
from parvis.accounts.actions.profile import change_language
from parvis.accounts.actions.sessions import set_active
from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import ADULT, TEEN, UNDER_16, anonymous
from parvis.inbox import letters, quiet
from parvis.inbox.actions import notices, preferences
from parvis.inbox.errors import BadDigest
from parvis.inbox.models import NoticeChoice, Preferences
from parvis.inbox.queries.letters import stop_address
from parvis.inbox.tests.conftest import PAGE, deliver, make_clip, plain, viewer_of
from parvis.kit.clock import now
from parvis.social import actions as social

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
NIGHT = (quiet.NIGHT_FROM, quiet.NIGHT_UNTIL)


class Killed(BaseException):
    """The process is gone."""


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


class Clock:
    """The hour as letters see it; it begins now, so that what happens in a test happened before."""

    def __init__(self) -> None:
        self.moment = now()

    def __call__(self) -> datetime:
        return self.moment

    def to_due(self, person) -> None:
        self.moment = Preferences.objects.get(person=person).digest_at


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    for module in (letters, preferences):
        monkeypatch.setattr(module, "now", made)
    return made


@pytest.fixture
def reader(world, clock, monkeypatch):
    """Carol, who reads English, wants letters every morning, and whom one reaches."""
    monkeypatch.setattr(letters, "email_of", lambda person: f"{person.handle}@example.org")
    preferences.choose_letters(viewer=viewer_of(world["carol"]), digest="daily")
    clock.moment += timedelta(hours=1)
    return world["carol"]


@pytest.fixture
def liked(world, reader):
    clip = make_clip(reader)
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    deliver()
    return clip


def send_all() -> None:
    while letters.send_letter():
        pass


def kept(person) -> Preferences:
    return Preferences.objects.get(person=person)


def test_a_letter_says_what_the_page_says_once_in_text_and_html(world, reader, liked, clock, mailoutbox):
    send_all()
    assert mailoutbox == [], "not before the morning"
    clock.to_due(reader)
    send_all()
    send_all()
    (mail,) = mailoutbox
    assert mail.to == ["carol@example.org"]
    assert "Bob likes your clip." in plain(mail.body)
    assert f"/c/{liked.id}" in mail.body
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert "Bob likes your clip." in plain(html)
    assert "<img" not in html, "nothing tells that it was opened"
    clock.to_due(reader)
    send_all()
    assert len(mailoutbox) == 1, "nothing new, no letter"


def test_a_letter_is_in_its_readers_language(reader, liked, clock, mailoutbox):
    change_language(reader, "fr")
    clock.to_due(reader)
    send_all()
    (mail,) = mailoutbox
    assert mail.body.startswith("Bonjour")
    assert '<html lang="fr" dir="ltr">' in mail.alternatives[0][0]


def test_what_was_read_or_is_not_wanted_by_letter_is_not_told(world, reader, liked, clock, mailoutbox):
    social.follow(viewer=viewer_of(world["bob"]), followed=reader)
    deliver()
    notices.choose(viewer=viewer_of(reader), chosen={"followed": notices.Channels(True, True, False)})
    clock.to_due(reader)
    send_all()
    assert [plain(one.body).count("Bob") for one in mailoutbox] == [1]
    social.like(viewer=viewer_of(world["dan"]), clip_id=liked.id)
    deliver()
    notices.read_all(viewer=viewer_of(reader))
    clock.to_due(reader)
    send_all()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_crash_while_sending_sends_no_letter_twice(world, reader, liked, clock, mailoutbox, monkeypatch, is_sent):
    send = EmailBackend.send_messages

    def dies(self, messages):
        if is_sent:
            send(self, messages)
        raise Killed

    clock.to_due(reader)
    monkeypatch.setattr(EmailBackend, "send_messages", dies)
    with pytest.raises(Killed):
        send_all()
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    send_all()
    clock.moment += timedelta(hours=12)
    send_all()
    assert len(mailoutbox) == is_sent, "the same letter is not tried again"
    clock.to_due(reader)
    send_all()
    assert len(mailoutbox) == 1 + is_sent, "its news stand in the next one"
    clock.to_due(reader)
    send_all()
    assert len(mailoutbox) == 1 + is_sent


def test_a_letter_that_cannot_be_sent_is_tried_again_as_the_same_letter(reader, liked, clock, mailoutbox, monkeypatch):
    send, tried = EmailBackend.send_messages, []

    def refuses(self, messages):
        tried.append(messages[0].extra_headers["Message-ID"])
        raise ConnectionRefusedError

    clock.to_due(reader)
    monkeypatch.setattr(EmailBackend, "send_messages", refuses)
    send_all()
    send_all()
    assert len(tried) == 1, "not before a pause"
    clock.to_due(reader)
    send_all()
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    clock.to_due(reader)
    send_all()
    assert {one.extra_headers["Message-ID"] for one in mailoutbox} == set(tried)
    assert (len(tried), len(mailoutbox), kept(reader).digest_failures) == (2, 1, 0)


def test_after_some_failures_the_next_letter_tells_it(reader, liked, clock, monkeypatch):
    def refuses(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuses)
    clock.to_due(reader)
    begun = clock.moment
    for _ in range(letters.FAILURES_MOST + 1):
        send_all()
        clock.to_due(reader)
    assert clock.moment - begun > timedelta(hours=20)
    assert kept(reader).digest_failures == 0
    assert kept(reader).digest_until < begun


def test_nothing_goes_to_a_closed_account_or_where_no_address_is(world, reader, liked, clock, mailoutbox, monkeypatch):
    monkeypatch.setattr(letters, "email_of", lambda person: None)
    clock.to_due(reader)
    send_all()
    monkeypatch.undo()
    set_active(reader, active=False, by=None)
    Preferences.objects.update(digest_at=now() - timedelta(hours=1))
    assert letters.send_letter() is False
    assert mailoutbox == []


def test_a_letter_waits_for_the_end_of_quiet_hours(world, reader, liked, clock, mailoutbox):
    preferences.prefer(viewer=viewer_of(reader), zone="Europe/Paris", quiet_from=8 * 60, quiet_until=11 * 60)
    assert kept(reader).digest_at.astimezone(PARIS).hour == 11
    clock.to_due(reader)
    Preferences.objects.update(quiet_from=11 * 60, quiet_until=13 * 60)
    send_all()
    assert mailoutbox == []
    assert kept(reader).digest_at.astimezone(PARIS).hour == 13
    clock.to_due(reader)
    send_all()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("after", "often", "zone", "due"),
    [
        ("2026-06-10 07:00", "daily", PARIS, "2026-06-10 09:00"),
        ("2026-06-10 09:00", "daily", PARIS, "2026-06-11 09:00"),
        ("2026-06-10 12:00", "weekly", PARIS, "2026-06-15 09:00"),  # a Wednesday, and the Monday after it
        ("2026-06-15 08:59", "weekly", PARIS, "2026-06-15 09:00"),
        ("2026-06-15 09:00", "weekly", PARIS, "2026-06-22 09:00"),
        ("2026-10-31 12:00", "daily", NEW_YORK, "2026-11-01 09:00"),  # clocks are put back that night
    ],
)
def test_letters_come_in_the_morning_of_the_persons_own_zone(after, often, zone, due):
    assert quiet.next_letter(at(after, zone), often=often, zone=zone, quiet=[]) == at(due, zone)


def test_no_letter_comes_to_the_young_by_night_whatever_they_choose():
    day = (8 * 60, 22 * 60)
    due = {
        band: quiet.next_letter(at("2026-06-10 07:30"), often="daily", zone=PARIS, quiet=quiet.letter_spans(day, band))
        for band in (ADULT, TEEN, UNDER_16)
    }
    assert due[ADULT] == at("2026-06-10 22:00")
    assert due[TEEN] == due[UNDER_16] == at("2026-06-11 07:00")
    assert quiet.letter_spans(None, TEEN) == [NIGHT]


def test_one_click_stops_letters_without_signing_in(world, reader, liked, clock, mailoutbox):
    clock.to_due(reader)
    send_all()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address in mailoutbox[0].body
    path = "/" + address.split("/", 3)[3]
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert kept(reader).digest == "daily", "looking changes nothing"
    sent = {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}
    assert [program.post(path, **sent).status_code for _ in range(2)] == [200, 200]
    assert (kept(reader).digest, kept(reader).digest_at) == ("never", None)


@pytest.mark.parametrize("wrong", ["", "x", "AAAA.AAAA"])
def test_an_address_that_was_not_sent_stops_nothing(wrong, world, reader):
    path = stop_address(reader.id).partition("?key=")[2]
    other = stop_address(world["bob"].id).partition("?key=")[2]
    mixed = path.partition(".")[0] + "." + other.partition(".")[2]
    for key in (wrong, mixed):
        answer = Client().post(f"/letters/stop?key={key}")
        assert answer.status_code == 404
    assert kept(reader).digest == "daily"


def test_the_choice_is_made_on_the_page_by_kind_and_pace(world, client_of):
    carol = client_of(world["carol"])
    sent = {"quiet_from": "00:00", "quiet_until": "00:00", "liked.app": "on", "liked.digest": "on"}
    assert carol.post("/settings/notifications", {**sent, "digest": "weekly"}, headers=PAGE).status_code == 302
    mine = kept(world["carol"])
    assert mine.digest == "weekly"
    assert mine.digest_at.astimezone(ZoneInfo("Europe/Berlin")).weekday() == 0
    assert NoticeChoice.objects.filter(person=world["carol"], digest=True).get().kind == "liked"
    html = carol.get("/settings/notifications", headers=PAGE).content.decode()
    assert '<option value="weekly" selected>' in html
    assert "You have no e-mail address here yet." in html
    assert carol.post("/settings/notifications", {**sent, "digest": "hourly"}, headers=PAGE).status_code == 422
    assert kept(world["carol"]).digest == "weekly"


def test_another_pace_is_refused_and_changes_nothing(world):
    with pytest.raises(BadDigest):
        preferences.choose_letters(viewer=viewer_of(world["carol"]), digest="hourly")
    with pytest.raises(SignInNeeded):
        preferences.choose_letters(viewer=anonymous("FR", "fr"), digest="daily")
    assert not Preferences.objects.exists()


def test_letters_tell_of_what_happened_since_they_were_asked_for(world, clock, mailoutbox, monkeypatch):
    monkeypatch.setattr(letters, "email_of", lambda person: "carol@example.org")
    carol = world["carol"]
    social.like(viewer=viewer_of(world["bob"]), clip_id=make_clip(carol).id)
    deliver()
    clock.moment = now() + timedelta(hours=1)
    preferences.choose_letters(viewer=viewer_of(carol), digest="daily")
    clock.to_due(carol)
    send_all()
    assert mailoutbox == []


def test_a_young_person_gets_letters_by_day(world, clock, mailoutbox, monkeypatch):
    monkeypatch.setattr(letters, "email_of", lambda person: "gina@example.org")
    gina = open_account(handle="gina", birth_date=date(now().year - 15, 1, 1), home="FR", language="en")
    preferences.choose_letters(viewer=viewer_of(gina), digest="daily")
    clock.moment += timedelta(hours=1)
    social.follow(viewer=viewer_of(world["bob"]), followed=gina)
    deliver()
    Preferences.objects.filter(person=gina).update(digest_at=at("2027-06-10 23:00"))
    clock.moment = at("2027-06-10 23:30")
    send_all()
    assert mailoutbox == []
    assert kept(gina).digest_at == at("2027-06-11 07:00")
