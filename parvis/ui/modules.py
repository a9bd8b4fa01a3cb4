"""Which ES modules exist and what each needs: found once by walking the static files.

A file `<package>/static/<package>/<file>.js` is imported by its bare name `<package>/<file>`; there are no relative
imports, so that hashed file names need no rewriting. Third-party modules have names of their own in VENDORED.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

VENDORED = {"tus-js-client": "ui/vendor/tus-js-client.js"}
OWN_MODULE = re.compile(r"^(?:[a-z_]+)/(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.js$")
IMPORT = re.compile(r'^\s*(?:import|export)\b[^"\'(;]*?["\']([^"\']+)["\']', re.MULTILINE)
SKIP = ("admin/", "ui/vendor/", "debug_toolbar/")


def _walk() -> Iterator[str]:
    for finder in finders.get_finders():
        for found, _storage in finder.list([]):
            path = found.replace("\\", "/")
            if OWN_MODULE.match(path) and not path.startswith(SKIP):
                yield path


@lru_cache(maxsize=1)
def _paths_once() -> dict[str, str]:
    return dict(sorted({path.removesuffix(".js"): path for path in _walk()}.items())) | VENDORED


def paths() -> dict[str, str]:
    """Bare name -> path below the static root. Walked again on every call only while DEBUG is on."""
    if settings.DEBUG:
        _paths_once.cache_clear()
    return _paths_once()


def import_map() -> dict[str, str]:
    """Bare name -> address, as the browser's import map wants it."""
    return {name: staticfiles_storage.url(path) for name, path in paths().items()}


def imports_of(source: str) -> list[str]:
    """The bare names a module's text imports statically, in order."""
    return IMPORT.findall(source)


def needs(name: str) -> list[str]:
    """Every module that `name` imports, directly or not, without itself; unknown names are left to the browser."""
    known = paths()
    seen: dict[str, None] = {}
    todo = [name]
    while todo:
        found = finders.find(known[todo.pop()])
        if not found:
            continue
        for needed in imports_of(Path(found).read_text(encoding="utf-8")):
            if needed in known and needed != name and needed not in seen:
                seen[needed] = None
                todo.append(needed)
    return list(seen)
