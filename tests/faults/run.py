"""Run the storm: `python -m tests.faults.run --kills 200`. The last line is one JSON object."""

import argparse
import json
import os
import random
import tempfile
import time
from pathlib import Path

from tests.faults.killer import KINDS, kill, pids
from tests.faults.storm import Person
from tests.faults.web import Client
from tests.installation import Installation

PEOPLE = 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parvis-storm-") as folder:
        installation = Installation(Path(folder), PARVIS_RATE_LIMITS="no")
        try:
            print(f"installation ready after {installation.start(clips=4):.0f} s", flush=True)
            print(json.dumps(storm(installation, options.kills, random.Random(options.seed))))
        finally:
            installation.stop()


def storm(installation: Installation, kills: int, chance: random.Random) -> dict[str, object]:
    """Let people act, kill at random, then compare what they were told with what is stored."""
    set_up(installation)
    from django.db import connections

    from tests.faults.check import newcomer, wait_until_settled, wrongs

    clips, files = some_clips(installation), some_files(installation.folder)
    people = []
    for number in range(PEOPLE):
        diary, cookies = newcomer()
        people.append(Person(Client(installation.port, cookies), diary, clips, files, number))
    began = time.monotonic()
    for person in people:
        person.start()
    killed = dict.fromkeys(KINDS, 0)
    kinds = [KINDS[number % len(KINDS)] for number in range(kills)]
    chance.shuffle(kinds)
    for number, kind in enumerate(kinds):
        killed[kind] += bool(kill(kind, installation.folder / "data"))
        time.sleep(chance.uniform(0.1, 2.0))
        until_back(installation, kind)
        if number % 10 == 9:
            print(f"{number + 1} kills, {time.monotonic() - began:.0f} s", flush=True)
    for person in people:
        person.stopping.set()
    for person in people:
        person.join(30)
        person.finish()
    connections.close_all()  # ours died with the database
    diaries = [person.diary for person in people]
    stuck = wait_until_settled(diaries)
    return {
        "kills": killed,
        "seconds": round(time.monotonic() - began),
        "acknowledged": {
            "uploads": sum(one.acknowledged for diary in diaries for one in diary.uploads),
            "likes": sum(len(diary.likes) for diary in diaries),
            "comments": sum(len(diary.comments) for diary in diaries),
            "watches": sum(len(diary.watches) for diary in diaries),
        },
        "stuck_clips": stuck,
        **wrongs(diaries),
    }


def set_up(installation: Installation) -> None:
    """Point this process's Django at the installation."""
    from parvis.project.postgres import Cluster

    os.environ.update(installation.environment)
    os.environ["DATABASE_URL"] = Cluster(installation.folder / "data" / "pg").url
    os.environ["PARVIS_DATABASE_POOL"] = "0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "parvis.project.settings"
    import django

    django.setup()


def some_clips(installation: Installation) -> list[str]:
    """Return ids of clips that anybody may like."""
    answer = Client(installation.port, {}).send("GET", "/feed/slate?feed=for-you&n=8")
    assert answer is not None
    return [clip["id"] for clip in answer.json()["clips"]]


def some_files(folder: Path) -> list[Path]:
    """Make three short clips to upload."""
    from parvis.media.synth import SCENES, TUNES, make_clip

    files = []
    for number, (scene, tune) in enumerate(zip(list(SCENES)[:3], list(TUNES)[:3], strict=True)):
        files.append(folder / f"storm{number}.mp4")
        make_clip(files[-1], scene=scene, tune=tune, seed=number, seconds=1.5, width=180, height=320)
    return files


def until_back(installation: Installation, kind: str, seconds: float = 60) -> None:
    """Wait until the killed part lives again, so that the next kill meets a working whole."""
    client, deadline = Client(installation.port, {}), time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = client.send("GET", "/readyz")
        if pids(kind, installation.folder / "data") and answer is not None and answer.status == 200:
            return
        time.sleep(0.1)
    raise AssertionError(f"{kind} did not come back:\n{installation.log.read_text()[-3000:]}")


if __name__ == "__main__":
    main()
