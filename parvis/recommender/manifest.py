"""What a model was trained from, so that anybody who has the rows can train it again and compare bit for bit."""

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np

from parvis.recommender.snapshots import Array

CODE = Path(__file__).resolve().parent

Rows = Mapping[str, Array]  # in one order, however the database gave them: `ordered`, or `encoder.rows.rows`
Train = Callable[[Rows, int], Mapping[str, Array]]  # (rows, seed) -> the model's arrays


class NotReproduced(Exception):
    """What was trained again is not what the manifest says. `differs` names the parts, causes before effects."""

    def __init__(self, differs: tuple[str, ...]) -> None:
        super().__init__(f"not as the manifest says: {', '.join(differs)}")
        self.differs = differs


@dataclass(frozen=True)
class Manifest:
    """Hashes are BLAKE2b-256 in hexadecimal. `versions`: of what else can change a bit (library, processor)."""

    rows: str
    code: str
    seed: int
    versions: tuple[tuple[str, str], ...]
    model: str

    def to_json(self) -> str:
        """Return the manifest as one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a manifest. ValueError if it is none."""
        try:
            told = json.loads(text)
            versions = tuple((str(name), str(version)) for name, version in told["versions"])
            return cls(str(told["rows"]), str(told["code"]), int(told["seed"]), versions, str(told["model"]))
        except (KeyError, TypeError) as error:
            raise ValueError("this is no manifest") from error


def arrays_hash(arrays: Mapping[str, Array]) -> str:
    """Return the hash of named arrays: names, types, shapes and bytes, by order of name."""
    digest = hashlib.blake2b(digest_size=32)
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], arrays[name].dtype.newbyteorder("<"))
        digest.update(json.dumps([name, array.dtype.str, array.shape]).encode() + b"\n")
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def code_hash(folder: Path = CODE) -> str:
    """Return the hash of the source files of a package, without its tests."""
    digest = hashlib.blake2b(digest_size=32)
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if "tests" not in path.relative_to(folder).parts:
            text = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(json.dumps([name, len(text)]).encode() + b"\n" + text)
    return digest.hexdigest()


def versions() -> tuple[tuple[str, str], ...]:
    """Return what else a bit may depend on."""
    python = ".".join(map(str, sys.version_info[:3]))
    return (("machine", platform.machine()), ("numpy", np.__version__), ("python", python))


def of(rows: Rows, seed: int, model: Mapping[str, Array]) -> Manifest:
    """Return the manifest of a model that was trained from rows."""
    return Manifest(arrays_hash(rows), code_hash(), seed, versions(), arrays_hash(model))


def verify(manifest: Manifest, rows: Rows, train: Train) -> Mapping[str, Array]:
    """Train again and return the model. NotReproduced unless it is the same bit for bit, from the same rows and code.

    Other versions alone are no fault: it is the model that must be the same. They are named when it is not.
    """
    model = train(rows, manifest.seed)
    now = of(rows, manifest.seed, model)
    differs = tuple(
        field.name for field in fields(Manifest) if getattr(now, field.name) != getattr(manifest, field.name)
    )
    if set(differs) - {"versions"}:
        raise NotReproduced(differs)
    return model
