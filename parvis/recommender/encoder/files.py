"""The model of a folder: its manifest, weights and clip vectors, whole or as they were before.

    manifest.json   what the model in use was trained from and is, and the name of its files
    NAME.weights    the weights, the clips' names and the lengths of their vectors (`snapshots`)
    NAME.vectors    the index of the vectors, which is mapped (`vectors.files`)

The files come first and the manifest last: until it is in its place, the model before is the one in use.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from parvis.recommender import disk, snapshots
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.encoder.model import Encoder
from parvis.recommender.encoder.space import Space
from parvis.recommender.manifest import Manifest, arrays_hash
from parvis.recommender.snapshots import Array
from parvis.recommender.vectors.files import IndexFileError
from parvis.recommender.vectors.index import VectorIndex

MANIFEST, OWNER = "manifest.json", "owner"
KEPT = frozenset({MANIFEST, OWNER, "last"})


class Busy(Exception):
    """Another process trains in this folder."""


@dataclass(frozen=True)
class Made:
    """`made_at`: when it was kept, `until`: up to when rows were read, seconds since 1970. Counts of what taught it."""

    manifest: Manifest
    name: str
    made_at: float
    until: float
    likings: int
    viewers: int
    clips: int

    @classmethod
    def from_json(cls, raw: bytes) -> "Made":
        """Read what `to_json` made. Damaged if it is nothing of the kind."""
        try:
            told: dict[str, Any] = json.loads(raw)
            told["manifest"] = Manifest.from_json(json.dumps(told["manifest"]))
            return cls(**told)
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged("the manifest cannot be understood") from error

    def to_json(self) -> bytes:
        """Return it as kept."""
        return json.dumps(asdict(self), sort_keys=True).encode()


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Within it no other process trains in the folder. Busy if one does."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / OWNER).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another process trains in {folder}") from None
        yield


def keep(folder: Path, made: Made, model: Mapping[str, Array], space: Space) -> None:
    """Write a model and put it in the place of the one before. OSError; then the one before is in use."""
    arrays = {f"model.{name}": array for name, array in model.items()}
    arrays |= {"names": space.names, "lengths": space.lengths}
    snapshots.write(folder / f"{made.name}.weights", arrays, {})
    space.index.save(folder / f"{made.name}.vectors")
    disk.write_file(folder / MANIFEST, [made.to_json()])
    for path in folder.iterdir():
        if path.name not in KEPT and path.stem != made.name:
            disk.remove(path)


def told(folder: Path) -> Made | None:
    """Return what the manifest of a folder says, None where there is none. Damaged."""
    try:
        return Made.from_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None


def read(folder: Path, made: Made, catalogue: Catalogue) -> Space:
    """Return the model of a manifest over a catalogue, its vectors mapped. Damaged if it is not what the manifest says;
    OSError as from reading any file."""
    arrays, _ = snapshots.read(folder / f"{made.name}.weights")
    model = {name.removeprefix("model."): array for name, array in arrays.items() if name.startswith("model.")}
    if arrays_hash(model) != made.manifest.model:
        raise Damaged("the weights are not those of the manifest")
    try:
        index = VectorIndex.open(folder / f"{made.name}.vectors", whole=True)
    except IndexFileError as error:
        raise Damaged(str(error)) from error
    if len(index) != len(arrays["names"]):
        raise Damaged("the vectors are not those of the weights")
    return Space(catalogue, Encoder(model), index, arrays["names"], arrays["lengths"])
