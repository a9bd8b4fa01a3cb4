"""What the pages do, the API does: every action that a page's view calls is called by an operation, or stands here with
the reason why not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import parvis

ROOT = Path(parvis.__file__).parent
BROWSER = "guards the account itself: the person shows in a browser that it is they"
MODERATION = "moderators work on the pages: what they see of others is not for programs to keep"
SIGN_IN = "signing in and out is what a browser does; a program has a token"

NOT_IN_THE_API = {
    "accounts.claim_installation": "only once, in a browser, by who runs the server",
    "accounts.open_account": "an account is opened in a browser, by a person",
    "accounts.check_new_password": BROWSER,
    "accounts.check_new_person": "an account is opened in a browser, by a person",
    "accounts.check_second_factor": SIGN_IN,
    "accounts.add_passkey": BROWSER,
    "accounts.remove_passkey": BROWSER,
    "accounts.rename_passkey": BROWSER,
    "accounts.set_password": BROWSER,
    "accounts.remove_password": BROWSER,
    "accounts.turn_on_second_step": BROWSER,
    "accounts.turn_off_second_step": BROWSER,
    "accounts.new_recovery_codes": BROWSER,
    "accounts.create_token": "a token that makes tokens could not be taken back",
    "accounts.ask_to_verify": BROWSER,
    "accounts.verify": BROWSER,
    "accounts.remove_email": BROWSER,
    "accounts.ask_for_reset": SIGN_IN,
    "accounts.reset_password": SIGN_IN,
    "accounts.avatar_path": "the address of a file, not an act",
    "inbox.stop_letters": "what the address in a letter does, without signing in; a program changes `digest`",
    "safety.allow_word": MODERATION,
    "safety.block_word": MODERATION,
    "safety.claim": MODERATION,
    "safety.decide": MODERATION,
    "safety.hear": MODERATION,
    "safety.release": MODERATION,
    "safety.set_role": MODERATION,
    "accounts.leaver": SIGN_IN,
    "accounts.link": BROWSER,
    "accounts.open_linked": SIGN_IN,
    "accounts.unlink": BROWSER,
    "accounts.proof_of": SIGN_IN,
    "accounts.proved": SIGN_IN,
    "accounts.stay": SIGN_IN,
    "connect.register_app": BROWSER,
    "connect.change_app": BROWSER,
    "connect.renew_secret": BROWSER,
    "connect.remove_app": BROWSER,
    "owndata.ask": BROWSER,
    "owndata.bring": BROWSER,
    "owndata.open_brought": BROWSER,
    "owndata.stored_as": "the name of a file, not an act",
    "clips.begin_upload": "/uploads/ (tus) takes tokens itself",
    "clips.check_length": "/uploads/ (tus) takes tokens itself",
    "clips.check_offset": "/uploads/ (tus) takes tokens itself",
    "clips.end_upload": "/uploads/ (tus) takes tokens itself",
    "clips.receive": "/uploads/ (tus) takes tokens itself",
}


def views() -> Iterator[tuple[str, Path]]:
    """Yield (package, file) of everything that answers requests."""
    for path in sorted(ROOT.rglob("*.py")):
        package, *rest = path.relative_to(ROOT).parts
        if "tests" not in rest and rest and (rest[0] == "views" or rest[-1] in {"views.py", "hot.py", "choosing.py"}):
            yield package, path


def imported(tree: ast.Module) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (name here, package, name there, whether it is an action) of what may hold or be one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("parvis."):
            _, package, *rest = str(node.module).split(".")
            for alias in node.names:
                if "actions" in rest or alias.name in {"actions", "reports"}:
                    yield alias.asname or alias.name, package, alias.name, "actions" in rest and alias.name.islower()


def actions_called(source: str) -> set[str]:
    """Return the actions that a file uses, as package.function."""
    tree = ast.parse(source)
    known = {here: (package, there) for here, package, there, _ in imported(tree)}
    found = {f"{package}.{there}" for _, package, there, is_action in imported(tree) if is_action}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in known and node.attr.islower():
            package, module = known[ast.unparse(node.value)]
            found = found - {f"{package}.{module}"} | {f"{package}.{node.attr}"}
    return found


def used(*, by_api: bool) -> set[str]:
    return {
        action
        for package, path in views()
        if (package == "api") is by_api
        for action in actions_called(path.read_text(encoding="utf-8"))
    }


def test_what_the_pages_do_the_api_does():
    pages, api = used(by_api=False), used(by_api=True)
    assert {"social.like", "clips.publish", "feed.choose", "accounts.end_sessions", "feed.take"} <= pages
    assert pages - api - NOT_IN_THE_API.keys() == set(), "give it an operation, or a reason"


def test_no_reason_outlives_its_action():
    assert NOT_IN_THE_API.keys() - used(by_api=False) == set()
    assert NOT_IN_THE_API.keys() & used(by_api=True) == set()


def test_actions_are_found_however_they_are_named():
    assert actions_called("from parvis.social import actions\nactions.like(viewer=1)") == {"social.like"}
    assert actions_called("from parvis.social import actions as talk\nf(talk.mute if x else talk.block)") == {
        "social.mute",
        "social.block",
    }
    assert actions_called("from parvis.accounts.actions.tokens import end_token, MOST\nend_token()") == {
        "accounts.end_token"
    }
    assert actions_called("from parvis.accounts.actions import profile\nprofile.change(p)") == {"accounts.change"}
