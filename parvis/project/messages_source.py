"""Finding what is to be translated: in Python and in templates, without GNU gettext; and what is written so that no
translator could do it well."""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
NOT_READ = {"tests", "migrations", "vendor", "__pycache__", "locale"}
LAZY = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")}
KEYWORDS = {**DEFAULT_KEYWORDS, **LAZY, "gettext_noop": None}
# How many of a call's first arguments are text of ours.
TEXT_ARGUMENTS = {"_": 1, "gettext": 1, "gettext_noop": 1, "pgettext": 2, "ngettext": 2, "npgettext": 3}
TEXT_ARGUMENTS |= {f"{name}_lazy": count for name, count in TEXT_ARGUMENTS.items()}
UNNAMED = re.compile(r"%[sd]|\{\}|\{\d+\}")
TAG_WITHOUT_LITERAL = re.compile(r"\{%\s*trans(?:late)?\s+(?![\"'])")


@dataclass(frozen=True)
class Mistake:
    """A place where the text cannot be translated: file (relative to the repository), line from 1, and why."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


def files(package: Path = PACKAGE) -> list[Path]:
    """Return every Python file and template that may hold text, in a stable order."""
    found = [*package.rglob("*.py"), *(path for path in package.rglob("templates/**/*") if path.is_file())]
    return sorted(path for path in found if not NOT_READ & set(path.relative_to(package).parts))


def named(path: Path, package: Path = PACKAGE) -> str:
    """Return a file's name as catalogues and messages show it."""
    return path.relative_to(package.parent).as_posix()


def as_python(path: Path) -> str:
    """Return a file as Python: a template becomes the gettext calls that it makes, each line without indentation."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())


def extracted(package: Path = PACKAGE) -> Catalog:
    """Return a catalogue of every message in the sources, each with the files that use it."""
    catalog = Catalog()
    for path in files(package):
        source = io.BytesIO(as_python(path).encode())
        for _line, message, comments, context in extract(
            "python", source, KEYWORDS, ["Translators"], {"encoding": "utf-8"}
        ):
            catalog.add(
                message, locations=[(named(path, package), 0)], auto_comments=dict.fromkeys(comments), context=context
            )
    return catalog


def mistakes(package: Path = PACKAGE) -> Iterator[Mistake]:
    """Yield every place where the text is written so that it cannot be translated well."""
    for path in files(package):
        name, text = named(path, package), path.read_text(encoding="utf-8")
        yield from python_mistakes(name, text) if path.suffix == ".py" else template_mistakes(name, text)


def template_mistakes(name: str, text: str) -> Iterator[Mistake]:
    """Yield `{% translate variable %}`: nothing can be extracted from it."""
    for number, line in enumerate(text.splitlines(), 1):
        if TAG_WITHOUT_LITERAL.search(line):
            yield Mistake(name, number, "{% translate %} of a variable: no translator ever sees the text")


def python_mistakes(name: str, text: str) -> Iterator[Mistake]:
    """Yield calls of gettext with anything but whole, plain sentences with named placeholders."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and (_counts(node.left) or _counts(node.right)):
            yield Mistake(name, node.lineno, "translations put together with +: say it in one whole sentence")
        elif isinstance(node, ast.JoinedStr) and any(
            isinstance(part, ast.FormattedValue) and _counts(part.value) for part in node.values
        ):
            yield Mistake(name, node.lineno, "translation inside an f-string: say it in one whole sentence")
        elif isinstance(node, ast.Call):
            for argument in node.args[: _counts(node)]:
                if why := _why_not(argument):
                    yield Mistake(name, argument.lineno, why)


def _counts(node: ast.AST) -> int:
    """Return how many text arguments a node has as a call of gettext; 0 if it is none."""
    if not isinstance(node, ast.Call):
        return 0
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return TEXT_ARGUMENTS.get(called, 0)


def _why_not(argument: ast.expr) -> str | None:
    if isinstance(argument, ast.JoinedStr):
        return "f-string in gettext: use named placeholders"
    if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        return "gettext of something that is not a plain text: nothing can be extracted from it"
    if UNNAMED.search(argument.value):
        return "placeholder without a name: a translator cannot know what it is, nor change the order"
    return None
