"""Translations: texts gathered into one catalogue for each package and language, and compiled. No gettext tools needed.

`python -m parvis.project.catalogues gather` updates every .po file from the source; `compile` makes the .mo files.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import parvis
from parvis.project.console import say

ROOT = Path(parvis.__file__).parent
# The same in every run, so that a run changes a file only where a text changed.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_PLACE = Path("LC_MESSAGES") / "django.po"
_TEMPLATES = {".html", ".txt", ".xml", ".json", ".svg"}
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def compile_catalogues(root: Path = ROOT) -> int:
    """Compile every .po file whose .mo file is missing or older; returns how many."""
    done = 0
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        half = target.with_suffix(".mo.new")
        with half.open("wb") as file:
            write_mo(file, catalogue)
        half.replace(target)
        done += 1
    return done


def gather(languages: list[str], root: Path = ROOT) -> Iterator[str]:
    """Update the catalogue of every package with texts; yields a line for each, with how many lack a translation.

    Django looks for catalogues in its apps only: the texts of other packages go into that of `ui`.
    """
    packages = sorted(path for path in root.iterdir() if (path / "__init__.py").exists())
    apps = [path for path in packages if (path / "apps.py").exists()]
    for app in apps:
        folders = [app, *(path for path in packages if path not in apps)] if app.name == "ui" else [app]
        template = _template(folders, root)
        for language in languages if len(template) else ():
            yield _update(app / "locale" / language / _PLACE, language, template)


def _template(folders: list[Path], root: Path) -> Catalog:
    template = Catalog(project="Parvis", charset="utf-8")
    for path in (path for folder in folders for path in _sources(folder)):
        for line, message, comments, context in _texts(path):
            place = [(str(path.relative_to(root.parent)), line)]
            template.add(message, None, place, auto_comments=comments, context=context)
    return template


def _update(target: Path, language: str, template: Catalog) -> str:
    catalogue = Catalog(locale=language, charset="utf-8")
    if target.exists():
        with target.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = _DATE
    catalogue.header_comment = f"# Texts of Parvis ({language}). Gathered by `make i18n`."
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, catalogue, width=110, ignore_obsolete=True, include_lineno=False, sort_output=True)
    missing = [message for message in catalogue if message.id and not _is_translated(message.string)]
    return f"{target.parts[-5]}, {language}: {len(catalogue)} texts, {len(missing)} to translate"


def _is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        wanted = path.suffix == ".py" or ("templates" in path.parts and path.suffix in _TEMPLATES)
        if wanted and "tests" not in path.parts and "migrations" not in path.parts:
            yield path


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Each text of one file. Django turns a template into something that reads like Python; indents must go."""
    from django.utils.translation.template import templatize

    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    yield from extract("python", BytesIO(source.encode()), keywords=_KEYWORDS, comment_tags=["Translators:"])


def main(arguments: list[str]) -> int:
    """The command line of this module; the languages are those that have a catalogue, and French."""
    if arguments == ["compile"]:
        say(f"{compile_catalogues()} catalogues compiled")
        return 0
    if arguments[:1] == ["gather"]:
        from django.conf import settings

        if not settings.configured:
            settings.configure(USE_I18N=True)
        found = {path.name for path in ROOT.glob("*/locale/*")}
        for line in gather(arguments[1:] or sorted(found | {"fr"})):
            say(line)
        return 0
    say("python -m parvis.project.catalogues compile | gather [LANGUAGE ...]")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
