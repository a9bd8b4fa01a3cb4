import hashlib
import io
import json
import re
import tarfile
from pathlib import Path

import pytest

from parvis.ui import vendor

MANIFEST = json.loads(vendor.MANIFEST.read_text())


def test_every_vendored_file_is_the_one_of_the_manifest() -> None:
    there = {
        path.relative_to(vendor.VENDOR).as_posix()
        for path in vendor.VENDOR.rglob("*")
        if path.is_file() and path != vendor.MANIFEST
    }
    assert there == set(MANIFEST["files"])
    for name, digest in MANIFEST["files"].items():
        assert hashlib.sha256((vendor.VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_the_manifest_names_the_packages_that_are_pinned() -> None:
    pinned = {(p.name, p.version, p.integrity) for p in (vendor.LUCIDE, vendor.TUS, *vendor.INSIDE_TUS)}
    assert {(p["name"], p["version"], p["integrity"]) for p in MANIFEST["packages"]} == pinned


def test_every_package_comes_with_its_licence() -> None:
    for package in MANIFEST["packages"]:
        text = (vendor.VENDOR / "licences" / f"{package['name']}.txt").read_text()
        assert re.search("copyright|permission", text, re.IGNORECASE), package["name"]


def test_no_registry_address_is_kept() -> None:
    for path in (Path(vendor.__file__), vendor.MANIFEST):
        assert set(re.findall(r"\w+://[^/\"]+", path.read_text())) <= {"http://www.w3.org"}


def test_vendored_scripts_need_no_eval_and_fetch_nothing() -> None:
    script = (vendor.VENDOR / "tus-js-client.js").read_text()
    assert not re.search(r"\beval\(|new Function\(", script)
    assert "sourceMappingURL" not in script


def test_another_archive_than_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pack(command: list[str], **_options: object) -> object:
        with tarfile.open(tmp_path / "thing.tgz", "w:gz") as tar:
            body = b"not what was pinned"
            info = tarfile.TarInfo("package/index.js")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
        return type("Done", (), {"returncode": 0, "stdout": "thing.tgz\n", "stderr": ""})

    monkeypatch.setattr(vendor.subprocess, "run", pack)
    with pytest.raises(vendor.VendorError, match="is not the pinned archive"):
        vendor.fetch(vendor.TUS, tmp_path)
    assert not (tmp_path / vendor.TUS.name).exists()


def test_a_failure_of_npm_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = type("Done", (), {"returncode": 1, "stdout": "", "stderr": "no such version"})
    monkeypatch.setattr(vendor.subprocess, "run", lambda *_a, **_k: failed)
    with pytest.raises(vendor.VendorError, match="no such version"):
        vendor.fetch(vendor.TUS, tmp_path)
