"""The command line as a person at a terminal meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parvis.project.cli import main
from parvis.project.commands.doctor import look_at_settings


def parvis(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings
    return subprocess.run(
        [sys.executable, "-m", "parvis", *arguments], capture_output=True, text=True, timeout=120, env=environment
    )


def test_a_wrong_setting_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = parvis("migrate", PARVIS_DATA=str(tmp_path), PARVIS_CLIP_SECONDS="long")
    assert done.returncode == 2
    assert done.stderr.strip() == "parvis: PARVIS_CLIP_SECONDS: 'long' is not a whole number"
    assert not (tmp_path / "pg").exists()


def test_a_folder_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = parvis("demo", "--clips", str(tmp_path / "none"), PARVIS_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    assert "is not a folder of videos" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_doctor_names_every_wrong_setting_at_once() -> None:
    found = list(
        look_at_settings({"PARVIS_CLIP_SECONDS": "x", "PARVIS_DEBUG": "maybe", "PARVIS_ORIGINS": "", "HOME": "/"})
    )
    assert [one.state for one in found] == ["failure"] * 3
    assert "PARVIS_CLIP_SECONDS" in found[0].seen
    assert "PARVIS_DEBUG" in found[1].seen
    assert found[2].seen == "PARVIS_ORIGINS is no setting"
    assert found[2].advice == "Did you mean PARVIS_ORIGIN?"


def test_the_doctor_finds_good_settings_fine() -> None:
    (found,) = look_at_settings({"PARVIS_CLIP_SECONDS": "60", "PATH": "/bin"})
    assert found.state == "fine"


def test_the_doctor_ends_with_1_where_a_setting_is_wrong(tmp_path: Path) -> None:
    done = parvis("doctor", PARVIS_DATA=str(tmp_path), PARVIS_EMAIL_URL="post")
    assert done.returncode == 1
    assert "[ FAIL ] setting: PARVIS_EMAIL_URL: 'post' is not an address" in done.stdout


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(word in said for word in ("serve", "work", "migrate", "demo", "doctor", "createoperator"))


def test_migrate_doctor_and_createoperator_on_an_empty_folder(tmp_path: Path) -> None:
    data = {"PARVIS_DATA": str(tmp_path)}
    first = parvis("migrate", **data)
    assert first.returncode == 0, first.stderr
    assert "tables up to date" in first.stdout
    doctor = parvis("doctor", "--port", "0", **data)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "All is well." in doctor.stdout
    asked = ["createoperator", "--handle", "olga", "--birth-date", "1974-01-01", "--home", "US"]
    weak = parvis(*asked, PARVIS_OPERATOR_PASSWORD="short", **data)
    assert weak.returncode == 2
    assert "too short" in weak.stderr
    made = parvis(*asked, PARVIS_OPERATOR_PASSWORD="long enough for olga", **data)
    assert made.stdout.strip() == "@olga now operates this installation.", made.stderr
    again = parvis(*asked, PARVIS_OPERATOR_PASSWORD="long enough for olga", **data)
    assert again.returncode == 2
    assert "Traceback" not in again.stderr
