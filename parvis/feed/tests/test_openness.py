"""In order of time nothing private is read: the database itself refuses it to the role that reads for such a slate."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.db import DatabaseError, ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from parvis.accounts.viewer import COOKIE, encode
from parvis.cells.datamap import Kind, declared
from parvis.feed import actions, modelcard, openness  # noqa: F401 - modelcard loads the whole data map
from parvis.feed.models import Slate
from parvis.feed.tests.conftest import make_clip, viewer_of, watched
from parvis.feed.tests.test_watches import other_process
from parvis.social import actions as social

TABLE = re.compile(r'from "(\w+)"', re.IGNORECASE)
COLUMNS_OPEN_TO = """
select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace and a.attnum > 0
  and has_column_privilege(%s, c.oid, a.attnum, 'select')
"""


@pytest.fixture
def role(transactional_db) -> Iterator[None]:
    """The open role, as `parvis migrate` makes it."""
    openness.prepare()
    assert openness.is_there()
    yield
    openness.is_there.cache_clear()


@pytest.fixture
def no_role(monkeypatch) -> Iterator[None]:
    """A server on which the role is not to be had."""
    monkeypatch.setattr(openness, "ROLE", "parvis_nowhere")
    openness.is_there.cache_clear()
    yield
    openness.is_there.cache_clear()


def ids(answer) -> list[str]:
    return [clip["id"] for clip in answer.json["clips"]]


def test_the_role_may_read_no_private_column_of_any_table(role) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS_OPEN_TO, [openness.ROLE])
        granted = set(cursor.fetchall())
    private = {
        (table.name, column) for table in declared().values() for column in f"{table.private} {table.sealed}".split()
    }
    assert len(private) > 100
    assert granted & private == set()
    named = {(name, column) for name, columns in openness.READS.items() for column in columns.split()}
    assert granted == {one for one in named if one[0] != "clips_open"}, "and nothing else that is not named"


def test_the_server_refuses_every_private_table_to_the_role(role) -> None:
    refused = set()
    wholly = [one.name for one in declared().values() if one.kind == Kind.PRIVATE and one.private]
    for name in wholly:
        with pytest.raises(ProgrammingError, match="permission denied"), openness.reading():
            connection.cursor().execute(f'select * from "{name}"')
        refused.add(name)
    assert {"feed_watch", "feed_slate", "feed_preference", "feed_choice", "social_like", "social_follow"} <= refused
    with connection.cursor() as cursor:
        cursor.execute("select current_user <> %s", [openness.ROLE])
        assert cursor.fetchone() == (True,), "and afterwards we are ourselves again"


def test_a_slate_in_order_of_time_is_read_as_the_role_and_is_the_same_as_without_it(
    role, ask, bob, clips, live, monkeypatch
) -> None:
    actions.choose_mode(viewer=bob, mode="newest")
    live._warming.join(10)  # which may read them once more
    live.cards.drop([clip.id for clip in clips])
    with CaptureQueriesContext(connection) as queries:
        answer = ask(bob)
    said = [query["sql"] for query in queries]
    roles = [place for place, sql in enumerate(said) if "local role" in sql]
    assert len(roles) == 4, "who looks, then what is shown"
    outside = [
        sql for place, sql in enumerate(said)
        if not (roles[0] <= place <= roles[1] or roles[2] <= place <= roles[3])
        and sql not in {"BEGIN", "COMMIT"}
    ]  # fmt: skip
    # Whom and what the viewer or a guardian keeps away is asked once, when the viewer comes, and obeyed in every feed.
    kept_away = [["social_mute"], ["guardians_rules"], ["accounts_block", "accounts_blockedby"]]
    assert [TABLE.findall(sql) for sql in outside] == kept_away
    assert any("clips_open" in sql for sql in said)
    assert ids(answer) == [str(clip.id) for clip in clips[:8]]
    assert answer.json["mine"] is None

    monkeypatch.setattr(openness, "reading", nullcontext)
    live.company.forget(bob.pseudonym)
    live.cards.drop([clip.id for clip in clips])
    again = ask(bob)
    assert again.json["clips"] == answer.json["clips"]
    assert [row.feed for row in Slate.objects.all()] == ["newest", "newest"]


def test_nothing_shown_comes_twice_by_what_the_page_sends_alone(role, ask, bob, clips, live) -> None:
    actions.choose_mode(viewer=bob, mode="newest")
    seen, after = [], ""
    while after is not None:
        live.company.forget(bob.pseudonym)  # as if another process answered each time
        answer = ask(bob, f"after={after}" if after else "")
        seen += ids(answer)
        after = answer.json["next"]
    assert seen == [str(clip.id) for clip in clips]


def test_whom_a_viewer_follows_and_likes_changes_no_slate_in_order_of_time(role, ask, world, clips, live) -> None:
    bob, alice = viewer_of(world["bob"]), world["alice"]
    make_clip(alice, 0, audience="followers")
    live.look()
    actions.choose_mode(viewer=bob, mode="newest")
    before = ids(ask(bob))
    social.follow(viewer=bob, followed=alice)
    social.like(viewer=bob, clip_id=clips[0].id)
    live.look()
    ask(bob, "feed=following")  # which is asked for by name, and reads whom bob follows
    assert ids(ask(bob)) == before == [str(clip.id) for clip in clips[:8]]


def test_the_page_asks_by_itself_for_what_the_viewer_likes_and_follows(client, bob, world, clips, live) -> None:
    social.follow(viewer=bob, followed=world["alice"])
    social.like(viewer=bob, clip_id=clips[1].id)
    client.force_login(world["bob"], "allauth.account.auth_backends.AuthenticationBackend")
    query = "&".join(f"clip={clip.id}" for clip in clips[:4])
    assert client.get(f"/feed/mine?{query}").json() == {"liked": [str(clips[1].id)], "following": ["alice"]}
    assert client.get("/feed/mine?clip=x", headers={"Sec-Fetch-Mode": "cors"}).status_code == 404


def test_a_visitor_without_account_has_nothing_to_ask_for(role, ask, visitor, clips, client, live) -> None:
    actions.choose_mode(viewer=visitor, mode="newest")
    assert ask(visitor).json["mine"] == {"liked": [], "following": []}
    client.cookies[COOKIE] = encode(visitor)
    assert client.get(f"/feed/mine?clip={clips[0].id}").json() == {"liked": [], "following": []}


def test_in_order_of_time_nothing_is_learned_of_the_viewer(role, ask, report, bob, clips, live) -> None:
    actions.choose_mode(viewer=bob, mode="newest")
    report(bob, [watched(clip.id) for clip in clips[:5]])
    ask(bob)
    report(bob, [watched(clip.id) for clip in clips[5:9]])
    assert live.company.get(bob, time.time()).state.taste.events == 0


def test_without_the_role_the_feed_goes_on(no_role, ask, bob, clips, live, caplog) -> None:
    actions.choose_mode(viewer=bob, mode="newest")
    assert ids(ask(bob)) == [str(clip.id) for clip in clips[:8]]
    assert "without the open role" in caplog.text


def test_a_right_that_is_missing_is_told(role) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"revoke execute on function {openness.ASKS} from {openness.ROLE}")
    assert openness.trouble() == "nothing is granted to parvis_open"
    openness.prepare()
    assert openness.trouble() == ""


def test_the_role_is_made_and_granted_by_two_at_once(role) -> None:
    failures, together = [], threading.Barrier(2)

    def prepare() -> None:
        try:
            for _ in range(10):
                together.wait(10)
                openness.prepare()
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=prepare) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    assert openness.trouble() == ""


def test_the_mode_is_all_that_the_role_may_ask_about_a_viewer(role, bob) -> None:
    actions.choose_mode(viewer=bob, mode="newest")
    actions.cap_minutes(viewer=bob, minutes=30)
    with openness.reading(), connection.cursor() as cursor:
        cursor.execute("select * from feed_mode_of(%s)", [bob.pseudonym])
        assert [column.name for column in cursor.description] == ["mode", "minutes"]
        assert cursor.fetchall() == [("newest", 30)]


def test_another_process_serves_the_chosen_mode_within_its_next_look(role, ask, bob, clips, live) -> None:
    other = other_process()
    try:
        assert other.company.get(bob, time.time()).mode == "personal"
        actions.choose_mode(viewer=bob, mode="newest")
        other.look()
        assert other.company.get(bob, time.time()).mode == "newest"
    finally:
        other.stop()
