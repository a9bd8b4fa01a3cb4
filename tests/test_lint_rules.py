"""Our own rules for Python: each past mistake is a rule with a message, and each rule has samples that prove it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from parvis.project.messages_source import python_mistakes
from tests.test_architecture import ROOT, sources, tracked

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now"}
# Beside template tags, which build their tags with care: JSON-LD, with < > & escaped as JSON allows.
MAKES_HTML = {"parvis/clips/views/share.py"}
# Rows that somebody owns and others look at, with the package whose `for_viewer` is the door to them.
DOORS = {"Person": "accounts", "Clip": "clips", "Comment": "social"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHOWS = ("/urls.py", "/hot.py", "/now.py", "/beside.py", "/choosing.py")
# What changes rows, and what tells of changes: `notices.py` obeys blocks itself.
CHANGES_ROWS = {"actions.py", "subscribers.py", "notices.py", "reconcilers.py", "portable.py", "admin.py"}
# A demo world is nobody's view; which words are handles at all is no secret; what is found is asked of the doors before
# it is shown; a moderator judges what few may see; who brings rows back looks at nothing; an
# operator looks into what went wrong.
READS_FOR_NOBODY = {
    "parvis/ops/seed.py",
    "parvis/clips/words.py",
    "parvis/safety/things.py",
    "parvis/safety/queries.py",
    "parvis/search/sources.py",
    "parvis/safety/gate.py",
    "parvis/ops/queries.py",
    "parvis/safety/trust.py",
    "parvis/owndata/backup/restoring.py",
}

Found = Iterator[tuple[int, str]]


def called(node: ast.AST) -> str:
    """Return the dotted name that a call calls, or the empty text."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def no_rows_in_views(name: str, tree: ast.Module) -> Found:
    """Views ask queries: what somebody may see is decided in one place."""
    if "/views" in name or name.endswith(SHOWS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
                yield node.lineno, f"views ask queries and actions: no .{node.attr} here"
            elif re.match(
                rf"get_(object|list)_or_404\(({'|'.join(DOORS)})\b", ast.unparse(node) if called(node) else ""
            ):
                yield node.lineno, "views ask queries, which know who looks: no get_object_or_404 of these rows"


def what_is_shown_comes_through_a_door(name: str, tree: ast.Module) -> Found:
    """Whom a person may see, and which clips and comments, `for_viewer` of the owning package decides: a package above
    it that reads the rows itself would forget a block, an audience, a private account."""
    if name in READS_FOR_NOBODY or name.rsplit("/", 1)[-1] in CHANGES_ROWS or "/actions/" in name:
        return
    package = name.split("/")[1] if name.startswith("parvis/") else ""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr in MANAGERS and isinstance(node.value, ast.Name)):
            continue
        owner = DOORS.get(node.value.id)
        if owner is not None and package != owner:
            yield node.lineno, f"ask {owner}.queries.for_viewer(viewer): it knows what this viewer may see"


def one_clock(name: str, tree: ast.Module) -> Found:
    """Moments come from kit.clock: aware, UTC, one place to stop time in a test."""
    for node in ast.walk(tree):
        if called(node) in CLOCKS and name != "parvis/kit/clock.py":
            yield node.lineno, "take the time from kit.clock"


def nothing_is_marked_safe(name: str, tree: ast.Module) -> Found:
    """HTML comes from templates, which escape."""
    if "/templatetags/" in name or name in MAKES_HTML:
        return
    for node in ast.walk(tree):
        if called(node).split(".")[-1] in {"mark_safe", "SafeString"}:
            yield node.lineno, "HTML comes from templates; format_html where a tag must build some"


def one_source_of_ids(name: str, tree: ast.Module) -> Found:
    """Ids rise with time, so that tables stay in order: UUIDv7 of kit.ids."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "default" and ast.unparse(node.value).endswith("uuid4"):
            yield node.value.lineno, "ids are made by kit.ids.uuid7"


def nothing_is_counted_to_know_whether_there_is_any(name: str, tree: ast.Module) -> Found:
    """`.count() > 0` reads every row; `.exists()` reads one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and re.search(r"\.count\(\) \S+ [01]$", ast.unparse(node)):
            yield node.lineno, "ask .exists()"


def counters_change_in_the_database(name: str, tree: ast.Module) -> Found:
    """`row.likes += 1` loses what another process counted meanwhile; `update(likes=F("likes") + 1)` does not."""
    if not name.endswith("actions.py") and "/actions/" not in name:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            yield node.lineno, "count by a conditional update with F(), never read, change, write"


def whole_sentences(name: str, tree: ast.Module) -> Found:
    """What gettext is given can be extracted and translated."""
    for mistake in python_mistakes(name, ast.unparse(tree)):
        yield mistake.line, mistake.why


@dataclass(frozen=True)
class Rule:
    """A rule with what it must find and what it must leave alone; `at` is the file that the samples pretend to be."""

    look: Callable[[str, ast.Module], Found]
    bad: tuple[str, ...]
    good: tuple[str, ...]
    at: str = "parvis/clips/actions.py"


RULES = (
    Rule(
        no_rows_in_views,
        ("Clip.objects.filter(id=1)", "Clip._base_manager.get(id=1)", "get_object_or_404(Clip, id=1)"),
        ("queries.for_viewer(viewer).one(id)",),
        "parvis/clips/views.py",
    ),
    Rule(
        what_is_shown_comes_through_a_door,
        ("Clip.objects.filter(id=1)", "rows = Person._default_manager.all()", "Comment.objects.get(id=1)"),
        ("clips.for_viewer(viewer).one(id)", "Choice.objects.filter(id=1)", "Report.objects.filter(clip=1)"),
        "parvis/feed/queries.py",
    ),
    Rule(one_clock, ("datetime.now()", "x = timezone.now()", "datetime.utcnow()"), ("clock.now()", "now()")),
    Rule(nothing_is_marked_safe, ("mark_safe(text)", "html.mark_safe('<b>')"), ("format_html('<b>{}</b>', text)",)),
    Rule(one_source_of_ids, ("UUIDField(default=uuid.uuid4)",), ("UUIDField(default=uuid7)", "token = uuid.uuid4()")),
    Rule(
        nothing_is_counted_to_know_whether_there_is_any,
        ("if rows.count() > 0: pass", "rows.filter(a=1).count() == 0"),
        ("rows.exists()", "text.count('a') > 0", "rows.count() > 20"),
    ),
    Rule(counters_change_in_the_database, ("row.likes += 1",), ("rows.update(likes=F('likes') + 1)", "total += 1")),
    Rule(
        whole_sentences,
        (
            "gettext(f'{n} clips')",
            "_('Hello ') + name",
            "_('You have %s clips')",
            "_('Hi, {}')",
            "_(name)",
            "f'{_(\"Clips\")}!'",
            "ngettext('a', f'{n}', n)",
            "_('a' % b)",
        ),
        (
            "_('You have %(count)d clips')",
            "ngettext('%(n)d clip', '%(n)d clips', n)",
            "pgettext('verb', 'like')",
            "_('100 %%')",
        ),
    ),
)


def name_of(rule: Rule) -> str:
    return rule.look.__name__


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_code_keeps_the_rule(rule):
    assert [f"{name}:{line}: {why}" for name, tree in sources() for line, why in rule.look(name, tree)] == []


@pytest.mark.parametrize(("rule", "sample"), [(rule, bad) for rule in RULES for bad in rule.bad])
def test_a_bad_sample_is_found(rule, sample):
    assert len(list(rule.look(rule.at, ast.parse(sample)))) == 1


@pytest.mark.parametrize(("rule", "sample"), [(rule, good) for rule in RULES for good in rule.good])
def test_a_good_sample_is_left_alone(rule, sample):
    assert list(rule.look(rule.at, ast.parse(sample))) == []


CHANGES = {"uuid4", "uuid7", "now", "time", "random", "urandom", "token_hex"}


def names_of_their_own(tree: ast.Module) -> Found:
    """Tests run in several processes, which must agree on their names: a parameter is not made by chance or clock."""
    for node in ast.walk(tree):
        if called(node).endswith(".parametrize"):
            for inner in ast.walk(node):
                if called(inner).split(".")[-1] in CHANGES:
                    yield inner.lineno, "a parameter that differs in each process: write it out"


def test_parameters_of_tests_are_the_same_in_every_process():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {why}"
        for path in tracked(".py")
        if path.name.startswith("test_")
        for line, why in names_of_their_own(ast.parse(path.read_text()))
    ]
    assert found == []
    assert len(list(names_of_their_own(ast.parse("@pytest.mark.parametrize('a', [f'{uuid4()}'])\ndef t(a): ...")))) == 1
