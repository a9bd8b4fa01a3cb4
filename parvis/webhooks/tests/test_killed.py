"""A worker that is killed (SIGKILL) after a call went out and before it was noted: the call comes again, the same."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from parvis.kit.clock import now
from parvis.webhooks.actions import endpoints
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.sending import LEASE, send_one
from parvis.webhooks.tests.conftest import viewer_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

WORKER = """
import sys
import django
from parvis.project import settings as base
base.DATABASES["default"]["NAME"], base.DEBUG = sys.argv[1], True
django.setup()
from parvis.webhooks.sending import send_one
send_one()
"""


def test_kill_9_between_sending_and_noting_sends_again_under_the_same_id(world, receiver, settings):
    settings.DEBUG = True
    endpoints.register(
        viewer=viewer_of(world["alice"]), address=f"http://127.0.0.1:{receiver.port}/in", topics=["clip.liked"]
    )
    row = Endpoint.objects.get()
    endpoints.ping(viewer=viewer_of(world["alice"]), endpoint_id=row.id)
    worker: list[subprocess.Popen[bytes]] = []
    receiver.during = lambda: worker[0].kill() if len(receiver.received) == 1 else None
    environment = {
        **os.environ, "PARVIS_DATA": str(django_settings.PARVIS_DATA), "PARVIS_DATABASE_POOL": "0",
        "PARVIS_KEYS": str(django_settings.PARVIS_KEYS),
    }  # fmt: skip
    name = connection.settings_dict["NAME"]
    worker.append(subprocess.Popen([sys.executable, "-c", WORKER, name], env=environment))
    assert worker[0].wait(120) == -9
    assert len(receiver.received) == 1, "it was killed while it waited for the answer"
    job, held = Delivery.objects.get(), Endpoint.objects.get()
    assert (job.tries, job.waits) == (0, True), "nobody noted it"
    assert now() < held.due_at <= now() + LEASE
    assert not send_one(), "the lease of the dead worker still holds"
    Endpoint.objects.update(due_at=now() - timedelta(seconds=1))
    assert send_one()
    ids = [headers["webhook-id"] for headers, _ in receiver.received]
    assert ids == [str(job.id)] * 2
    assert Delivery.objects.get().arrived_at is not None
