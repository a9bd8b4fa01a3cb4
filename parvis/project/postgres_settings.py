"""The settings every embedded PostgreSQL runs with: on its command line, so that old folders follow a new release."""

import sys
from pathlib import Path

SERVER: dict[str, str] = {
    "listen_addresses": "",  # no TCP: the wheel has no TLS, so nothing may leave this machine
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "wal_level": "logical",  # the carve-out moves markets by logical replication
    # A checkpoint makes every commit wait for the disk. Watches write much: it is to come by the clock, not by volume.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",  # compiling costs more than our short queries
    "random_page_cost": "1.1",
    "scram_iterations": "1",  # the passwords are 256 random bits: stretching them only slows each connection
    # A private value must not reach the log: not in a statement, not in a detail, not in an error's own words.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

# A throw-away server keeps its promises when its process is killed, not when the power fails.
THROWAWAY: dict[str, str] = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}

LINUX: dict[str, str] = {
    "recovery_init_sync_method": "syncfs"
}  # else a start after a crash syncs 3,000 files one by one


def server_arguments(data: Path, socket: Path, *, throwaway: bool) -> list[str]:
    """The arguments of `postgres` for the data folder and the folder of its socket."""
    settings = SERVER | (LINUX if sys.platform == "linux" else {}) | (THROWAWAY if throwaway else {})
    settings["unix_socket_directories"] = str(socket)
    return ["-D", str(data), *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]


def initdb_arguments(data: Path, password: Path, *, throwaway: bool) -> list[str]:
    """The arguments of `initdb`: UTF-8 with the built-in locale, the same everywhere; checksums are its default."""
    return [
        "--pgdata",
        str(data),
        "--username=postgres",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--set=scram_iterations=1",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *(["--no-sync"] if throwaway else []),
    ]


# The application's role is no superuser: an injected statement cannot read files or run programs.
ROLE = """
create role parvis login createdb replication password {password};
grant pg_monitor, pg_checkpoint, pg_signal_backend, pg_create_subscription to parvis;
"""

# The role of feed/openness.py. The application may become it, and may make no role by itself.
OPEN_ROLE = "create role parvis_open nologin; grant parvis_open to parvis;"
