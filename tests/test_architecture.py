"""The shape of the code, where import contracts cannot see it: keys between tables, forbidden ways, sizes."""

import ast
import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
EXCEPTIONS = tomllib.loads((ROOT / "tests" / "exceptions.toml").read_text())
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "managers"}
LONGEST = {".py": 300, ".js": 150, ".css": 200, ".html": 120}
LONGEST_TESTS = 400
LONGEST_FUNCTION = 40


def layers() -> dict[str, int]:
    """Package -> how high it stands, as the import contract in pyproject.toml says."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract.get("exhaustive"))
    return {name: len(lines) - at for at, line in enumerate(lines) for name in re.findall(r"\w+", line)}


def tracked(*suffixes: str) -> list[Path]:
    """Files of ours that git knows or would take, without migrations and vendored files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    kept = [path for path in paths if path.suffix in suffixes and path.is_file()]
    return [path for path in kept if not {"migrations", "vendor"} & set(path.parts)]


def sources(*, tests: bool = False) -> Iterator[tuple[str, ast.Module]]:
    for path in tracked(".py"):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("parvis/") and (tests or "/tests/" not in name):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(module: str) -> str:
    return module.split(".")[1] if module.startswith("parvis.") else ""


def upward_keys(models: list[type]) -> list[str]:
    """Foreign keys of ours that point to a table of a package that stands higher, or beside."""
    height = layers()
    found = []
    for model in models:
        here = package_of(model.__module__)
        for field in model._meta.get_fields() if here else []:
            target = package_of(field.related_model.__module__) if field.is_relation and field.concrete else ""
            if target and target != here and height[target] >= height[here]:
                found.append(f"{here}.{model.__name__}.{field.name} -> {target}")
    return found


def test_foreign_keys_point_downwards():
    assert upward_keys(list(apps.get_models(include_auto_created=True))) == []


def test_a_foreign_key_that_points_upwards_is_found():
    class Meta:
        @staticmethod
        def get_fields():
            target = type("Clip", (), {"__module__": "parvis.clips.models"})
            return [type("Field", (), {"is_relation": True, "concrete": True, "related_model": target, "name": "clip"})]

    person = type("Person", (), {"__module__": "parvis.accounts.models", "_meta": Meta})
    assert upward_keys([person]) == ["accounts.Person.clip -> clips"]


def views_of_others(name: str, tree: ast.Module) -> list[str]:
    here = name.split("/")[1]
    return [
        f"{name}: {module}"
        for module in imports(tree)
        if re.match(r"parvis\.\w+\.(views|forms|urls)\b", module) and package_of(module) not in {here, ""}
    ]


def test_no_package_imports_the_views_of_another():
    found = [fault for name, tree in sources() for fault in views_of_others(name, tree)]
    assert [fault for fault in found if not fault.startswith("parvis/project/")] == []
    assert views_of_others("parvis/feed/views.py", ast.parse("from parvis.clips.views import page")) != []


def forbidden_ways(name: str, tree: ast.Module) -> list[str]:
    """Signals, and work hidden in save() or delete(): nobody who reads the caller would see it happen."""
    found = [f"{name}: {module}" for module in imports(tree) if re.match(r"django\.(\w+\.)*signals\b", module)]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            hidden = {"save", "delete", "full_clean"} & {
                one.name for one in node.body if isinstance(one, ast.FunctionDef)
            }
            is_row = any("Model" in ast.unparse(base) and "Form" not in ast.unparse(base) for base in node.bases)
            found += [f"{name}: {node.name}.{method}()" for method in hidden if is_row]
    return found


def test_there_are_no_signals_and_no_hidden_work_in_save():
    assert [fault for name, tree in sources() for fault in forbidden_ways(name, tree)] == []


@pytest.mark.parametrize(
    "bad",
    [
        "from django.db.models.signals import post_save",
        "from django.core import signals",
        "class Clip(PrivateModel):\n    def save(self): ...",
    ],
)
def test_a_forbidden_way_is_found(bad):
    assert len(forbidden_ways("x.py", ast.parse(bad))) >= 1


def test_no_file_is_called_by_what_it_is_not():
    assert [path.name for path in tracked(".py", ".js", ".css") if path.stem in NAMELESS] == []


def too_long() -> dict[str, int]:
    """Every file and function of ours over its limit, with its lines."""
    found = {}
    for path in tracked(*LONGEST):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        limit = LONGEST_TESTS if path.suffix == ".py" and "tests/" in name else LONGEST[path.suffix]
        if (lines := text.count("\n")) > limit:
            found[name] = lines
        if path.suffix == ".py" and "tests/" not in name:
            found |= {f"{name}:{function}": lines for function, lines in long_functions(ast.parse(text))}
    return found


def long_functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions over the limit; a docstring does not count against them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if ast.get_docstring(node):
                lines -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
            if lines > LONGEST_FUNCTION:
                yield node.name, lines


def test_files_and_functions_are_short_but_for_listed_exceptions_that_only_shrink():
    found, allowed = too_long(), EXCEPTIONS["lines"]
    assert {name: lines for name, lines in found.items() if lines > allowed.get(name, 0)} == {}, "shorten it"
    shrunk = {name: found.get(name, 0) for name, lines in allowed.items() if found.get(name, 0) < lines}
    assert shrunk == {}, "lower the figure in tests/exceptions.toml, or remove the line"


def test_a_long_function_is_found_and_its_docstring_is_free():
    body = "\n".join(f"    a = {number}" for number in range(40))
    words = '    """' + "\n" * 30 + '    """\n'
    assert list(long_functions(ast.parse(f"def f():\n{body}"))) == [("f", 41)]
    assert list(long_functions(ast.parse(f"def f():\n{words}{body[:-11]}"))) == []


def test_every_benchmark_starts_as_make_bench_starts_it():
    names = [path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem != "__init__"]
    assert len(names) > 5
    for name in names:
        importlib.import_module(f"benchmarks.{name}")
