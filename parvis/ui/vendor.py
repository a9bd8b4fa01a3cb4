"""Third-party front-end files: pinned, checked, copied into the source tree.

Run `python -m parvis.ui.vendor` after a change here and commit what it writes. It fetches with the machine's own npm
client (so with that client's registry), checks each archive against the hash below, and keeps only the files named.
Nothing of this runs when Parvis does.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "ui" / "vendor"
MANIFEST = VENDOR / "manifest.json"

# One entry per icon that a template or module uses; `{% icon %}` refuses any other name.
ICON_NAMES = """
    accessibility arrow-left arrow-right at-sign badge-check ban bell bookmark calendar camera captions captions-off
    check chevron-down chevron-left chevron-right chevron-up circle-alert circle-check circle-help circle-user circle-x
    clock cloud-upload compass copy download ellipsis ellipsis-vertical eye eye-off file-video film fingerprint flag
    gauge globe hash heart house image info key-round languages lightbulb link list-ordered loader-circle lock log-in
    log-out mail map-pin menu message-circle monitor moon music palette pause pencil play plus qr-code refresh-cw
    rotate-ccw search send settings share-2 shield skip-forward sliders-horizontal smartphone sparkles square-plus sun
    trash-2 triangle-alert undo-2 upload user user-check user-plus users video volume-2 volume-x wifi-off x
"""
ICONS = tuple(ICON_NAMES.split())

SPRITE_SHAPE = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)
# tus-js-client ships a script that fills `module.exports`; these two lines around it make it a module.
MODULE_HEAD = "const module = { exports: {} };\nconst exports = module.exports;\n"
MODULE_TAIL = (
    "\nexport const { Upload, canStoreURLs, defaultOptions, isSupported, enableDebugLog, DefaultHttpStack, "
    "DetailedError } = module.exports;\n"
)


class VendorError(Exception):
    """A package could not be fetched, or is not the one that was pinned."""


@dataclass(frozen=True)
class Package:
    """One npm package: exact version and the sha512 of its archive as npm writes it (`sha512-<base64>`)."""

    name: str
    version: str
    integrity: str
    licence: str


LUCIDE = Package(
    "lucide-static",
    "1.62.0",
    "sha512-WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
    "ISC AND MIT",
)
TUS = Package(
    "tus-js-client",
    "4.3.1",
    "sha512-ZLeYmjrkaU1fUsKbIi8JML52uAocjEZtBx4DKjRrqzrZa0O4MYwT6db+oqePlspV+FxXJAyFBc/L5gwUi2OFsg==",
    "MIT",
)
# Contained in the tus build; only their licence texts are kept.
INSIDE_TUS = (
    Package(
        "js-base64",
        "3.7.8",
        "sha512-hNngCeKxIUQiEUN3GPJOkz4wF/YvdUdbNL9hsBcMQTkKzboD7T/q3OYOuuPZLUE6dBxSGpwhk5mwuDud7JVAow==",
        "BSD-3-Clause",
    ),
    Package(
        "url-parse",
        "1.5.10",
        "sha512-WypcfiRhfeUP9vvF0j6rw0J3hrWrw6iZv3+22h6iRMJ/8z1Tj6XfLP4DsUix5MhMPnXpiHDoKyoZ/bdCkwBCiQ==",
        "MIT",
    ),
    Package(
        "querystringify",
        "2.2.0",
        "sha512-FIqgj2EUvTa7R50u0rGsyTftzjYmv/a3hO345bZNrqabNqjtgiDMgmo4mkUjd+nzU5oF3dClKqFIPUKybUyqoQ==",
        "MIT",
    ),
    Package(
        "requires-port",
        "1.0.0",
        "sha512-KigOCHcocU3XODJxsu8i/j8T9tzT4adHiecwORRQ0ZZFcp7ahwXuRU1m+yuO90C5ZUyGeGfocHDI14M3L3yDAQ==",
        "MIT",
    ),
)


def fetch(package: Package, folder: Path) -> Path:
    """Unpack `package` under `folder` and return its root; VendorError if the archive is not the pinned one."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise VendorError(f"npm could not fetch {package.name} {package.version}: {done.stderr.strip()}")
    archive = folder / done.stdout.split()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if package.integrity != f"sha512-{digest}":
        raise VendorError(f"{package.name} {package.version} is not the pinned archive")
    root = folder / package.name
    with tarfile.open(archive) as tar:
        tar.extractall(root, filter="data")
    return root / "package"


def sprite(root: Path) -> str:
    """One SVG with a `<symbol>` per icon; stroke and fill come from the `.icon` class of the page."""

    def symbols() -> Iterator[str]:
        for name in ICONS:
            found = SPRITE_SHAPE.search((root / "icons" / f"{name}.svg").read_text())
            if found is None:
                raise VendorError(f"lucide-static has no drawing for {name}")
            shape = re.sub(r"\s*\n\s*", "", found[1])
            yield f'<symbol id="{name}" viewBox="0 0 24 24">{shape}</symbol>'

    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols()) + "\n</svg>\n"


def licence_text(root: Path) -> str:
    """The package's licence file, whatever it is called."""
    for name in ("LICENSE", "LICENSE.md", "LICENCE"):
        if (root / name).is_file():
            return (root / name).read_text()
    raise VendorError(f"no licence text in {root.parent.name}")


def collect(folder: Path) -> dict[str, str]:
    """Every file to write: name inside the vendor folder -> its text."""
    lucide, tus = fetch(LUCIDE, folder), fetch(TUS, folder)
    script = (tus / "dist" / "tus.min.js").read_text()
    script = re.sub(r"\n//# sourceMappingURL=.*", "", script)
    files = {
        "icons.svg": sprite(lucide),
        "tus-js-client.js": MODULE_HEAD + script.rstrip() + MODULE_TAIL,
        "licences/lucide-static.txt": licence_text(lucide),
        "licences/tus-js-client.txt": licence_text(tus),
    }
    for package in INSIDE_TUS:
        files[f"licences/{package.name}.txt"] = licence_text(fetch(package, folder))
    return files


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        try:
            files = collect(Path(folder))
        except VendorError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    for name, text in files.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    manifest = {
        "packages": [
            {"name": p.name, "version": p.version, "integrity": p.integrity, "licence": p.licence}
            for p in (LUCIDE, TUS, *INSIDE_TUS)
        ],
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())},
    }
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
