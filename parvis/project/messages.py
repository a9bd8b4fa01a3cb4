"""Catalogues of messages: `python -m parvis.project.messages extract|compile|check|pseudo`, without GNU gettext.

`extract` brings every `parvis/locale/<language>/LC_MESSAGES/django.po` up to date with the sources; `compile` makes
the .mo files that Django reads beside them; `check` says what is missing or broken; `pseudo` makes the pseudo-language.
Settings call `refresh`, so a catalogue is never older than its text, however Parvis was installed.
"""

import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from parvis.ui.pseudo import pseudo

log = logging.getLogger(__name__)

LOCALE = Path(__file__).resolve().parent.parent / "locale"
# Languages that a release must have whole. A further one is added here when its last message is translated.
COMPLETE = ("fr",)
PSEUDO_LANGUAGE = "ar-xb"
PSEUDO_INFO = {"bidi": True, "code": PSEUDO_LANGUAGE, "name": "Pseudo-language", "name_local": "Ƥšéúđó"}
VOLATILE = re.compile(
    r'^"(?:Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):.*\n',
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|</?\w+[^>]*>|&#?\w+;")
WRONG_SPACE = re.compile(r" [?!;:»]|« |[\w)»][?!;:](?=\s|$)")


def po_path(language: str) -> Path:
    """Return where the catalogue of a language (BCP 47, lower case) lies."""
    base, _, region = language.partition("-")
    folder = f"{base}_{region.upper()}" if region else base
    return LOCALE / folder / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.parent.parent.name.replace("_", "-").lower() for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(language: str) -> Catalog:
    """Return the stored catalogue of a language. FileNotFoundError if it has none."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def write(language: str, catalog: Catalog) -> None:
    """Store a catalogue: sorted, without line numbers and dates, so that a difference shows only what was changed."""
    catalog.header_comment = f"# Parvis in {catalog.locale.english_name if catalog.locale else language}."
    catalog.fuzzy = False
    catalog.project, catalog.version = "Parvis", ""
    with tempfile.TemporaryFile() as file:
        write_po(file, catalog, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
        file.seek(0)
        text = file.read().decode()
    _replace(po_path(language), VOLATILE.sub("", text).encode())


def extract() -> None:
    """Bring every catalogue up to date: new messages come in empty, those that nobody says any more go."""
    from parvis.project.messages_source import extracted

    template = extracted()
    for language in sorted({*languages(), *COMPLETE}):
        stored = read(language) if po_path(language).exists() else Catalog(locale=language.replace("-", "_"))
        stored.update(template, no_fuzzy_matching=True, update_creation_date=False)
        write(language, stored)


def compile_one(language: str) -> None:
    """Make the .mo file of a language beside its .po file."""
    _write_mo(po_path(language).with_suffix(".mo"), read(language))


def make_pseudo() -> None:
    """Make the .mo file of the pseudo-language from the messages of the first complete language. It has no .po file."""
    catalog = Catalog()
    for message in read(COMPLETE[0]):
        if message.id:
            texts = tuple(map(pseudo, _texts(message.id)))
            catalog.add(message.id, texts if message.pluralizable else texts[0], context=message.context)
    _write_mo(po_path(PSEUDO_LANGUAGE).with_suffix(".mo"), catalog)


def refresh(offered: Iterable[str]) -> None:
    """Compile what is missing or older than its source. Where nothing can be written, say so and go on in English."""
    try:
        for language in offered:
            is_pseudo = language == PSEUDO_LANGUAGE
            source = po_path(COMPLETE[0] if is_pseudo else language)
            compiled = po_path(language).with_suffix(".mo")
            if source.exists() and not (compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime):
                make_pseudo() if is_pseudo else compile_one(language)
    except OSError as error:
        log.warning("translations could not be compiled: %s", error)


def _write_mo(path: Path, catalog: Catalog) -> None:
    with tempfile.TemporaryFile() as file:
        write_mo(file, catalog)
        file.seek(0)
        _replace(path, file.read())


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: several processes may start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def check() -> Iterator[str]:
    """Yield every fault, in words: in the sources, and in the catalogues of the complete languages."""
    from parvis.project.messages_source import extracted, mistakes

    yield from map(str, mistakes())
    template = extracted()
    spoken = {_key(message) for message in template if message.id}
    for language in COMPLETE:
        yield from (f"{language}: {fault}" for fault in _faults_of(language, spoken))


def _faults_of(language: str, spoken: set[tuple[str, str]]) -> Iterator[str]:
    stored = [message for message in read(language) if message.id]
    known = {_key(message) for message in stored}
    for lost in sorted(spoken - known):
        yield f"{lost[1]!r} is not in the catalogue (run extract)"
    for stale in sorted(known - spoken):
        yield f"{stale[1]!r} is said nowhere any more (run extract)"
    for message in stored:
        yield from faults(message, language)


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", _texts(message.id)[0]


def _texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the texts of a message or translation: one, or one for each plural form."""
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)


def faults(message: Message, language: str) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    sources, texts = _texts(message.id), _texts(message.string)
    if message.fuzzy or not all(texts):
        yield f"{sources[0]!r} is not translated" if not message.fuzzy else f"{sources[0]!r} is marked as unsure"
        return
    wanted = sorted(PLACEHOLDER.findall(sources[-1]))
    # A form for one thing may leave its number out; the form for many may not.
    if sorted(PLACEHOLDER.findall(texts[-1])) != wanted or any(
        set(PLACEHOLDER.findall(text)) - set(wanted) for text in texts
    ):
        yield f"{sources[0]!r}: placeholders or tags differ from {', '.join(wanted) or 'none'}"
    for text in texts:
        if text.strip() != text and sources[0].strip() == sources[0]:
            yield f"{sources[0]!r}: begins or ends with a space that the original has not"
        if language == "fr" and WRONG_SPACE.search(PLACEHOLDER.sub("x", text)):
            yield f"{sources[0]!r}: French has a no-break space before ? ! ; : and inside « »"


def _compile_all() -> None:
    for language in languages():
        compile_one(language)


def _check_aloud() -> None:
    if found := list(check()):
        sys.exit("\n".join([*found, f"{len(found)} to mend"]))


COMMANDS: dict[str, Callable[[], None]] = {
    "extract": extract,
    "compile": _compile_all,
    "check": _check_aloud,
    "pseudo": make_pseudo,
}


def main(arguments: list[str]) -> None:
    """Run the commands named, in order. Ends the process with a message for a wrong name or a failed check."""
    if not arguments or set(arguments) - set(COMMANDS):
        sys.exit(f"usage: python -m parvis.project.messages {'|'.join(COMMANDS)}")
    for name in arguments:
        COMMANDS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
