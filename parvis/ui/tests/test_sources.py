"""Rules that every style sheet, module and template of the product keeps."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import parvis
from parvis.ui import modules

ROOT = Path(parvis.__file__).parent


def found(pattern: str) -> list[Path]:
    return [path for path in sorted(ROOT.glob(pattern)) if "vendor" not in path.parts]


SHEETS, MODULES, TEMPLATES = found("*/static/**/*.css"), found("*/static/**/*.js"), found("*/templates/**/*.html")
each_sheet = pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.relative_to(ROOT).as_posix())
each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-(?:margin|padding))-(?:left|right|top|bottom)[\w-]*"
    r"|(?:left|right|top|bottom|(?:max-|min-)?(?:width|height))|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|text-align:\s*(?:left|right)|float:|clear:"
)
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|lab|color-mix)\(", re.IGNORECASE)
LAYERS = {"reset", "tokens", "base", "components", "pages", "utilities"}


def plain(path: Path) -> str:
    """A sheet without comments, addresses and the conditions of its at-rules."""
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"@(?:media|container|supports)[^{]*\{", "{", text)


@each_sheet
def test_sheets_use_logical_properties_only(path: Path) -> None:
    assert PHYSICAL.findall(plain(path)) == []


@each_sheet
def test_colours_are_tokens(path: Path) -> None:
    if path.name != "tokens.css":
        assert RAW_COLOUR.findall(plain(path)) == []


@each_sheet
def test_every_token_that_is_used_exists(path: Path) -> None:
    tokens = set(re.findall(r"(--[\w-]+):", "".join(sheet.read_text() for sheet in SHEETS)))
    set_by_scripts = set(re.findall(r'setProperty\("(--[\w-]+)"', "".join(module.read_text() for module in MODULES)))
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text())) - tokens - set_by_scripts == set()


@each_sheet
def test_every_rule_stands_in_a_layer(path: Path) -> None:
    text = re.sub(r"@layer [\w, ]+;", "", plain(path))
    outer, depth = "", 0
    for sign in text:
        if sign == "}":
            depth -= 1
        if depth == 0:
            outer += sign
        if sign == "{":
            depth += 1
    layers = re.findall(r"@layer (\w+) \{", outer)
    assert layers
    assert set(layers) <= LAYERS
    assert re.sub(r"@layer \w+ \{\}", "", outer).strip() == ""


@each_sheet
def test_sheets_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 200


@each_module
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 150


@each_module
def test_modules_import_by_bare_names_that_exist(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""from\s+["'][./]|import\s*\(?\s*["'][./]""", text)
    names = modules.imports_of(text)
    assert set(names) <= set(modules.paths())
    assert len(names) == len(set(names)), "imported twice"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_modules_can_be_parsed() -> None:
    # One process for all of them: it compiles each as a module and says which one it could not.
    check = (
        "const vm = require('vm'), fs = require('fs');"
        "for (const path of process.argv.slice(1))"
        "  new vm.SourceTextModule(fs.readFileSync(path, 'utf8'), {identifier: path});"
    )
    command = ["node", "--no-warnings", "--experimental-vm-modules", "-e", check, *map(str, MODULES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""


@each_module
def test_modules_put_text_in_as_text(path: Path) -> None:
    unsafe = re.findall(
        r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function)\b", path.read_text()
    )
    # One place parses HTML: fragments which our own server rendered.
    assert unsafe == (["innerHTML"] if path.name == "http.js" else [])


@each_module
def test_modules_fetch_nothing_from_elsewhere(path: Path) -> None:
    assert re.findall(r"https?://", path.read_text()) == []


@each_template
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    if path.parent.name == "letters":  # a letter is no page: it brings its style along, and no policy goes with it
        text = text.replace("<style>", "")
    assert re.findall(r"""\sstyle\s*=|\son[a-z]+\s*=|javascript:|<style\b""", text) == []
    assert re.findall(r"<script(?![^>]*\b(?:src=|type=\"application/))", text) == []
    assert re.findall(r"""(?:src|href)="https?://""", text) == []


@each_template
def test_templates_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


@each_template
def test_words_in_templates_can_be_translated(path: Path) -> None:
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", "", text)
    text = re.sub(r"\{% blocktrans.*?%\}.*?\{% endblocktrans\w* %\}", "", text, flags=re.DOTALL)
    # What is to be copied is code, not words.
    text = re.sub(r"<textarea[^>]*\breadonly\b[^>]*>.*?</textarea>", "", text, flags=re.DOTALL)
    text = re.sub(r"<svg.*?</svg>|<(?:style|script|code|kbd).*?</(?:style|script|code|kbd)>", "", text, flags=re.DOTALL)
    spoken = re.findall(r"""\b(?:aria-label|title|alt|placeholder)="([^"{]*[^\W\d_]{2,}[^"{]*)\"""", text)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&\w+;", " ", text)
    words = set(re.findall(r"[^\W\d_]{2,}", " ".join([text, *spoken]))) - {"Parvis"}
    assert words - ALLOWED.get(path.name, set()) == set()


# Sample content of the pattern gallery: names, and one line of several scripts.
ALLOWED = {
    "_patterns_basics.html": {"paris", "Dan", "dan", "ساحة", "عامة", "عند", "الغسق", "夕暮れの広場", "शाम", "चौक"},
}
