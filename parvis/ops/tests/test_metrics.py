"""Metrics: who may read them, and that they count what happens, across processes, by patterns and never by names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from parvis.accounts.world import people
from parvis.kit.measures import lives, note, taken
from parvis.ops.hot import metrics


def read(**environ: str) -> tuple[int, str]:
    said: list[str] = []
    request = RequestFactory().get("/-/metrics", **environ)
    body = b"".join(metrics(request.environ, lambda status, headers: said.append(status)))
    return int(said[0][:3]), body.decode()


def number(text: str, line: str) -> float:
    return next((float(one.rsplit(" ", 1)[1]) for one in text.splitlines() if one.startswith(line)), 0.0)


@pytest.mark.django_db
def test_requests_are_counted_by_the_pattern_of_their_address_and_nobody_is_named():
    people()
    line = 'parvis_request_seconds_count{method="GET",route="/@<str:handle>",status="2xx"}'
    before = number(read()[1], line)
    assert Client().get("/@alice").status_code == 200
    text = read()[1]
    assert number(text, line) == before + 1
    assert "alice" not in text


@pytest.mark.django_db
def test_queues_and_workers_are_told():
    status, text = read()
    assert status == 200
    assert 'parvis_queue{queue="workers",state="alive"} 0.0' in text
    assert "parvis_clip_waiting_seconds 0.0" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "environ", "status"),
    [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "203.0.113.9"}, 403),
        ("", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ("secret", {}, 403),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer sécret"}, 403),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer secret", "REMOTE_ADDR": "203.0.113.9"}, 200),
    ],
)
def test_only_who_may_reads_them(settings, token, environ, status):
    settings.PARVIS_METRICS_TOKEN = token
    assert read(**environ)[0] == status


COUNT = """
import os, sys
from pathlib import Path
from parvis.project.numbers import prepare
prepare(Path(sys.argv[1]))
import django
django.setup()
from parvis.kit.measures import note
from parvis.ops.metrics import collect
note("work", 0.2, "made up")
collect()
"""
READ = """
import sys
from pathlib import Path
from parvis.project.numbers import prepare
prepare(Path(sys.argv[1]), forget=False)
import django
django.setup()
from parvis.ops import metrics
metrics.FromRows.collect = lambda self: iter(())
print(metrics.text().decode())
"""


def test_numbers_of_several_processes_are_one_answer(tmp_path: Path):
    def run(code: str) -> str:
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "parvis.project.settings"}
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    worker = COUNT.replace("sys.argv[1])", "sys.argv[1]), forget=False", 1)
    run(worker)
    run(worker)
    assert number(run(READ), 'parvis_work_seconds_count{reconciler="made up"}') == 2
    run(COUNT)  # a server that starts forgets who is gone
    assert number(run(READ), 'parvis_work_seconds_count{reconciler="made up"}') == 1


def test_notes_are_taken_once_and_files_of_living_processes_are_kept():
    taken()
    note("store", 0.5)
    assert taken() == [("store", (), 0.5)]
    assert taken() == []
    assert lives(Path(f"counter_{os.getpid()}.db"))
    assert not lives(Path("counter_4194999.db"))
    assert not lives(Path("counter_x.db"))
