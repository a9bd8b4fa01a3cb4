"""A square on two machines, as docs/howto/operate.md sets it up: each machine has folders, keys, a web server
and a worker of its own; one PostgreSQL and one bucket are common to both."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import psycopg
import requests
from moto.server import ThreadedMotoServer

from parvis.project.postgres import Cluster
from tests.installation import OWN, free_port

HOST = "square.test"
ORIGIN = f"http://{HOST}"
PASSWORD = "a long word for the test"
PATIENCE_S = 400.0
BUCKET_KEYS = {"PARVIS_S3_ACCESS_KEY": "key", "PARVIS_S3_SECRET_KEY": "secret"}


def until(found: Callable[[], Any], what: str, seconds: float = PATIENCE_S) -> Any:
    """Wait until `found` returns something, and return it."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)
    return result


def operator(handle: str) -> tuple[str, ...]:
    """Return the command that makes an operator."""
    return "createoperator", "--handle", handle, "--birth-date", "1974-01-01", "--home", "FR"


class Machine:
    """One machine: its folder is all that it has. `common` are the settings that all machines have."""

    def __init__(self, folder: Path, common: dict[str, str]) -> None:
        self.folder, self.common, self.port = folder, common, free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True)

    @property
    def data(self) -> Path:
        """PARVIS_DATA of this machine."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: nothing of the tests' own installation."""
        mine = {name: value for name, value in os.environ.items() if name not in OWN}
        return {**mine, "PARVIS_DATA": str(self.data), **self.common}

    def parvis(self, *words: str, is_well: bool = True, **settings: str) -> str:
        """Run a command to its end; returns what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "parvis", *words],
            env=self.environment | settings, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is is_well, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def start(self, word: str) -> None:
        """Start `serve` or `work`; what it says goes to a file."""
        more = ("--port", str(self.port)) if word == "serve" else ()
        with (self.folder / f"{word}.log").open("ab") as log:
            self.processes[word] = subprocess.Popen(
                [sys.executable, "-m", "parvis", word, *more], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self, word: str) -> None:
        """Kill a process with -9: it alone, as the kernel does where memory runs out."""
        process = self.processes.pop(word)
        process.kill()
        process.wait()

    def answers(self) -> bool:
        """Whether the web server answers, with a feed."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            link.request("GET", "/feed/slate?n=1", headers={"Host": HOST})
            return link.getresponse().status == 200
        except OSError:
            return False
        finally:
            link.close()

    def said(self) -> str:
        """Everything that its processes logged."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """Stop everything, by force after a while."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()


class Browser:
    """Somebody's browser: cookies, and requests that a proxy sends now to one machine, now to another."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.cookies.set("csrftoken", uuid.uuid4().hex, domain=HOST)

    def __call__(self, method: str, machine: Machine, path: str, **more: Any) -> requests.Response:
        """Send one request to one machine. It follows no redirect."""
        headers = {
            "Host": HOST, "Origin": ORIGIN, "X-CSRFToken": self.session.cookies["csrftoken"],
            "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin", **more.pop("headers", {}),
        }  # fmt: skip
        address = f"http://127.0.0.1:{machine.port}{path}"
        return self.session.request(method, address, headers=headers, allow_redirects=False, timeout=60, **more)

    def signed_up(self, machine: Machine, handle: str) -> "Browser":
        """Open an account by the page's form."""
        form = {"handle": handle, "birth_date": "1990-05-31", "home": "FR", "language": "en", "password": PASSWORD}
        answer = self("POST", machine, "/sign-up", data=form)
        assert answer.status_code == 302, answer.text
        return self

    def cookies(self) -> dict[str, str]:
        """What the browser has at this moment."""
        return dict(self.session.cookies)


class Square:
    """Database, bucket and machines `a` and `b`, set up and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = Cluster(folder / "pg", throwaway=True)
        self.bucket_server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        self.machines: list[Machine] = []

    def start(self) -> None:
        """Set both machines up, one after the other, and start them."""
        self.cluster.start()
        self.bucket_server.start()
        self.a = self.machine("a")
        self.a.parvis("migrate")
        self.a.parvis("keys")
        self.a.parvis(*operator("olga"), PARVIS_OPERATOR_PASSWORD=PASSWORD)
        self.b = self.machine("b")
        shutil.copytree(self.a.data / "keys", self.b.data / "keys")
        self.b.parvis("migrate")
        for machine in self.machines:
            machine.start("serve")
            machine.start("work")
        for machine in self.machines:
            until(machine.answers, "a web server answers")

    def url(self, database: str) -> str:
        """Return the address of a database of ours."""
        return self.cluster.url.replace("@/parvis?", f"@/{database}?")

    def machine(self, name: str, url: str = "", bucket: str = "parvis") -> Machine:
        """Make a machine that knows this database and this bucket, which is made where it is missing."""
        self.bucket(bucket).create()
        common = {
            "DATABASE_URL": url or self.cluster.url, "PARVIS_ORIGIN": ORIGIN, "PARVIS_S3_BUCKET": bucket,
            "PARVIS_S3_ENDPOINT": self.endpoint, **BUCKET_KEYS,
        }  # fmt: skip
        self.machines.append(Machine(self.folder / name, common))
        return self.machines[-1]

    @property
    def endpoint(self) -> str:
        """Where the bucket answers."""
        return "http://{}:{}".format(*self.bucket_server.get_host_and_port())

    def bucket(self, name: str = "parvis") -> Any:
        """Return a bucket as its owner sees it."""
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        return boto3.resource("s3", endpoint_url=self.endpoint, **keys).Bucket(name)

    def objects(self, name: str = "parvis") -> set[str]:
        """Return the names of what lies in a bucket."""
        return {one.key for one in self.bucket(name).objects.all()}

    def rows(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.cluster.url, autocommit=True) as link:
            return link.execute(text, values).fetchall()  # type: ignore[arg-type]

    def stop(self) -> None:
        """Stop all of it."""
        for machine in self.machines:
            machine.stop()
        self.bucket_server.stop()
        self.cluster.stop()
