"""The embedded PostgreSQL, through every way it may be started, left and killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from parvis.project import postgres_owner
from parvis.project.postgres import Cluster
from parvis.project.postgres_errors import ClusterError
from parvis.project.postgres_process import server_pid

STARTER = """
import sys, time
from pathlib import Path
from parvis.project.postgres import Cluster
print(Cluster(Path(sys.argv[1]), throwaway=True).start(), flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pg")


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    one = Cluster(folder, throwaway=True)
    one.start()
    yield one
    one.stop()


def pid_of(cluster: Cluster) -> int:
    pid = server_pid(cluster.folder / "data")
    assert pid is not None
    return pid


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_a_cluster_speaks_utf8_logs_logically_and_takes_no_network(cluster: Cluster) -> None:
    assert ask(cluster.url, "select lower('ÀÉ')") == "àé"
    assert ask(cluster.url, "select current_setting('wal_level')") == "logical"
    assert ask(cluster.url, "select current_setting('listen_addresses')") == ""
    assert ask(cluster.url, "select current_setting('data_checksums')") == "on"


def test_the_application_is_no_superuser(cluster: Cluster) -> None:
    assert ask(cluster.url, "select rolsuper from pg_roles where rolname = current_user") is False
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster.url, "select pg_read_file('postgresql.conf')")


def test_only_its_owner_can_read_the_password_and_reach_the_socket(cluster: Cluster) -> None:
    assert (cluster.folder / "password").stat().st_mode & 0o077 == 0
    assert cluster.folder.stat().st_mode & 0o077 == 0
    wrong = cluster.url.replace(cluster.url.split(":")[2].split("@")[0], "guess")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong)


def test_a_second_start_changes_nothing(cluster: Cluster) -> None:
    before = pid_of(cluster)
    assert cluster.start() == cluster.url
    assert pid_of(cluster) == before


def test_stop_ends_it_and_a_second_stop_does_nothing(cluster: Cluster) -> None:
    cluster.stop()
    assert not cluster.is_running()
    cluster.stop()
    assert not cluster.is_running()


def test_two_commands_share_it_and_the_last_to_leave_stops_it(cluster: Cluster) -> None:
    other = Cluster(cluster.folder, throwaway=True)
    assert other.start() == cluster.url
    cluster.stop()
    assert other.is_running()
    other.stop()
    assert not other.is_running()


def test_two_that_start_at_once_make_one_cluster(tmp_path: Path) -> None:
    clusters = [Cluster(tmp_path / "pg", throwaway=True) for _ in range(2)]
    threads = [threading.Thread(target=one.start) for one in clusters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    try:
        assert [ask(one.url, "select 1") for one in clusters] == [1, 1]
        assert len({one.url for one in clusters}) == 1
    finally:
        for one in clusters:
            one.stop()
    assert not clusters[0].is_running()


def test_what_was_committed_is_there_after_a_kill_of_the_server(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("create table if not exists kept (number int)")
        connection.execute("truncate kept")
        for number in range(20):
            connection.execute("insert into kept values (%s)", [number])
        os.kill(pid_of(cluster), signal.SIGKILL)  # our child, not waited for: a zombie until the next start
    other = Cluster(cluster.folder, throwaway=True)
    assert ask(other.start(), "select count(*) from kept") == 20
    other.stop()


def test_a_server_left_by_a_killed_command_is_found_and_stopped(folder: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(folder)], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    url = starter.stdout.readline().decode().strip()
    starter.kill()
    starter.communicate()
    cluster = Cluster(folder, throwaway=True)
    left = pid_of(cluster)
    assert cluster.start() == url
    assert pid_of(cluster) == left
    cluster.stop()
    assert not cluster.is_running()


def test_ctrl_c_at_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert starter.stdout is not None
    starter.stdout.readline()
    os.killpg(starter.pid, signal.SIGINT)
    starter.communicate()
    with Cluster(folder, throwaway=True) as cluster:
        assert ask(cluster.url, "select 1") == 1


def test_an_old_pid_file_that_names_another_program_is_no_obstacle(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.folder}/data\n")
    assert not cluster.is_running()
    assert ask(cluster.start(), "select 1") == 1


def test_a_making_that_was_cut_short_begins_anew(tmp_path: Path) -> None:
    half = tmp_path / "pg" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    with Cluster(tmp_path / "pg", throwaway=True) as cluster:
        assert ask(cluster.url, "select 1") == 1
    assert not half.exists()


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    with Cluster(tmp_path / ("long" * 40) / "pg", throwaway=True) as cluster:
        assert ask(cluster.url, "select 1") == 1


def test_data_of_another_major_version_is_refused_in_words(cluster: Cluster) -> None:
    cluster.stop()
    version = cluster.folder / "data" / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(ClusterError, match="made by PostgreSQL 17; this Parvis brings 18"):
            cluster.start()
        assert not cluster.is_running()
    finally:
        version.write_text("18\n")


def test_no_value_of_a_failing_statement_reaches_the_log(cluster: Cluster) -> None:
    for query in ("select 'secret-6071'::int", "insert into secret_6072 values ('secret-6073')"):
        with pytest.raises(psycopg.Error):
            ask(cluster.url, query)
    with psycopg.connect(cluster.url) as connection, pytest.raises(psycopg.Error):
        connection.execute("select %s::text::int", ["secret-6074"])
    time.sleep(0.1)
    assert "secret" not in (cluster.folder / "server.log").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_without_user_namespaces_runs_it_as_somebody_else(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_owner, "_works", lambda prefix: False)
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    cluster = Cluster(closed / "pg", throwaway=True)
    with cluster:
        place = Path((cluster.folder / "elsewhere").read_text().strip())
        pid = server_pid(place / "data")
        assert pid is not None
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        assert ask(cluster.url, "select 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    subprocess.run(["rm", "-rf", str(place)], check=True)
