"""The embedded PostgreSQL: a server of our own in one folder, shared by every `parvis` command that uses the folder.

Two files order the commands. `lock` is held while one starts or stops the server. `users` is held shared by each
command as long as it needs the server: the last one to leave stops it. The kernel drops both when a process dies,
so a kill -9 leaves at most a running server, which the next command finds and uses.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from parvis.project.postgres_errors import ClusterError
from parvis.project.postgres_owner import choose_owner, programs
from parvis.project.postgres_process import server_pid, server_ready
from parvis.project.postgres_settings import OPEN_ROLE, ROLE, initdb_arguments, server_arguments

MAJOR = "18"
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")  # sockaddr_un on Linux; 103 on macOS, see _socket_folder
_LOG_BYTES = 10_000_000
# Servers that we started and left to another command: kept, since Python complains of a child that is forgotten.
_LEFT: list["subprocess.Popen[bytes]"] = []


class Cluster:
    """The PostgreSQL server of `folder`. `throwaway`: for tests; faster, and not safe against a power failure."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        self.folder = folder.absolute()
        self.throwaway = throwaway
        self._users: int | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._owner = choose_owner()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address of the database, for psycopg and DATABASE_URL: through a socket only we may open."""
        host = quote(str(self._socket_folder()), safe="")
        return f"postgresql://parvis:{self._passwords()[1]}@/parvis?host={host}"

    def is_running(self) -> bool:
        """Whether the server lives and takes connections."""
        data = self._place() / "data"
        return server_pid(data) is not None and server_ready(data)

    def start(self) -> str:
        """Make the cluster where it is missing, start it where it is not running, and return its address.

        Errors: ClusterError with the last lines of the server's log. A second call changes nothing.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self.join()
            try:
                if not (self._place() / "data").is_dir():
                    self._create()
                self._check_version()
                self._launch()
            except BaseException:
                self._leave()
                raise
        return self.url

    def stop(self) -> None:
        """Leave the server, and stop it where no other command uses it. Without a start before: nothing happens."""
        if self._users is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # another command still needs it and will stop it
            else:
                self._halt()
            self._leave()

    # -- who uses it --------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def join(self) -> None:
        """Say that we need the server, so that nobody else stops it."""
        if self._users is None:
            self._users = os.open(self.folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def _leave(self) -> None:
        if self._server is not None and self._server.poll() is None:
            _LEFT.append(self._server)
        self._server = None
        if self._users is not None:
            os.close(self._users)
            self._users = None

    # -- where it is --------------------------------------------------------------------------------------------

    def _place(self) -> Path:
        """The folder with the data: ours, or where root had to put it for a user who cannot enter ours."""
        pointer = self.folder / "elsewhere"
        return Path(pointer.read_text().strip()) if pointer.is_file() else self.folder

    def _choose_place(self) -> Path:
        if self._owner.reaches(self.folder.parent):
            self._owner.give(self.folder)
            return self.folder
        base = Path("/var/lib/parvis")
        base.mkdir(mode=0o755, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="pg-", dir=base))
        self._owner.give(place)
        (self.folder / "elsewhere").write_text(f"{place}\n")
        return place

    def _socket_folder(self) -> Path:
        place = self._place()
        if len(os.fsencode(place)) <= _LONGEST_SOCKET_FOLDER - 4:
            return place
        name = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"parvis-{name}"

    def _make_socket_folder(self) -> Path:
        folder = self._socket_folder()
        if folder != self._place():
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                self._owner.give(folder)
            facts = folder.lstat()
            if facts.st_uid not in {os.geteuid(), self._owner.uid} or facts.st_mode & 0o077:
                raise ClusterError(f"{folder} belongs to somebody else: remove it, or choose a shorter PARVIS_DATA.")
        return folder

    def _passwords(self) -> tuple[str, str]:
        """The superuser's and the application's: random, readable by the owner of the folder only."""
        lines = (self._place() / "password").read_text().split()
        return lines[0], lines[1]

    # -- making, starting, stopping -----------------------------------------------------------------------------

    def _create(self) -> None:
        place = self._choose_place()
        password = place / "password"
        password.touch(mode=0o600)
        password.write_text(f"{secrets.token_urlsafe(32)}\n{secrets.token_urlsafe(32)}\n")
        self._owner.give(password)
        half = place / "data.new"  # renamed when whole: a kill in between leaves nothing that looks finished
        shutil.rmtree(half, ignore_errors=True)
        tool = programs(self._owner, place) / "initdb"
        arguments = initdb_arguments(half, password, throwaway=self.throwaway)
        with tempfile.TemporaryFile() as output:
            code = self._owner.popen([str(tool), *arguments], output=output.fileno()).wait()
            output.seek(0)
            said = output.read().decode(errors="replace")
        if code != 0:
            raise ClusterError(f"PostgreSQL could not make its folder {half}:\n{said[-2000:]}")
        half.rename(place / "data")

    def _check_version(self) -> None:
        found = (self._place() / "data" / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise ClusterError(
                f"{self._place()} was made by PostgreSQL {found}; this Parvis brings {MAJOR}. "
                "See docs/howto/upgrade.md: dump with the old release, restore with the new one."
            )

    def _launch(self) -> None:
        """Start the server; again where a killed predecessor's processes have not yet gone."""
        deadline = time.monotonic() + 30
        log = ""
        while True:
            try:
                if self.is_running() or self._start_server():
                    return self._prepare_database()
            except psycopg.OperationalError as error:  # it was killed a moment ago, and only looked alive
                log = str(error)
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not start: {log}{self._log_end()}")
            time.sleep(0.1)

    def _start_server(self) -> bool:
        """Start it and wait until it takes connections; False where it gave up and another try may help."""
        place = self._place()
        data, log = place / "data", place / "server.log"
        if self._server is not None and self._server.poll() is not None:
            self._server = None
        if server_pid(data) is None:  # what a killed one left; its shared memory is the server's second guard
            (data / "postmaster.pid").unlink(missing_ok=True)
            (self._make_socket_folder() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            if log.exists() and log.stat().st_size > _LOG_BYTES:
                log.replace(place / "server.log.1")
            arguments = server_arguments(data, self._socket_folder(), throwaway=self.throwaway)
            output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            command = [str(programs(self._owner, place) / "postgres"), *arguments]
            self._server = self._owner.popen(command, output=output, session=True)
            os.close(output)
        while not self.is_running():
            gone = server_pid(data) is None if self._server is None else self._server.poll() is not None
            if gone:
                if "still in use" in self._log_end():
                    return False
                raise ClusterError(f"PostgreSQL did not start: {self._log_end()}")
            time.sleep(0.02)
        return True

    def _log_end(self) -> str:
        log = self._place() / "server.log"
        lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
        return "\n".join([f"{log} ends with:", *lines])

    def _halt(self) -> None:
        """Stop at once but cleanly (SIGINT: sessions are cut, a checkpoint is written); by force after 20 s."""
        data = self._place() / "data"
        for number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            pid = server_pid(data)
            if pid is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + seconds
            while server_pid(data) is not None and time.monotonic() < deadline:
                if self._server is not None:
                    self._server.poll()
                time.sleep(0.02)
        if self._server is not None:
            self._server.wait(timeout=5)
            self._server = None
        if self._socket_folder() != self._place():
            with contextlib.suppress(OSError):
                self._socket_folder().rmdir()

    def _prepare_database(self) -> None:
        superuser, application = self._passwords()
        with psycopg.connect(
            host=str(self._socket_folder()), user="postgres", password=superuser, dbname="postgres", autocommit=True
        ) as connection:
            if connection.execute("select 1 from pg_roles where rolname = 'parvis'").fetchone() is None:
                connection.execute(sql.SQL(ROLE).format(password=sql.Literal(application)))
            if connection.execute("select 1 from pg_roles where rolname = 'parvis_open'").fetchone() is None:
                connection.execute(OPEN_ROLE)
            if connection.execute("select 1 from pg_database where datname = 'parvis'").fetchone() is None:
                connection.execute("create database parvis owner parvis")
