"""What somebody sees of their own reports and of decisions about them."""

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import spend
from parvis.accounts.viewer import Request
from parvis.kit.errors import ParvisError
from parvis.safety import actions, queries
from parvis.safety.forms import AppealForm, WordsForm
from parvis.safety.trust import LEVELS, trust_of
from parvis.social import actions as social_actions
from parvis.social import queries as social


@require_http_methods(["GET", "POST"])
@never_cache
def sensitive(request: Request) -> HttpResponse:
    """Whether sensitive clips are covered."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    if request.method == "POST":
        spend(f"sensitive:{request.viewer.person_id}", per_minute=6, burst=20)
        actions.show_sensitive(viewer=request.viewer, shows=request.POST.get("shows") == "on")
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path, status=303)
    context = {"shows": queries.shows_sensitive(request.viewer), "section": "settings"}
    return render(request, "safety/sensitive.html", context)


@require_GET
@never_cache
def reports(request: Request) -> HttpResponse:
    """What the viewer has reported, and what came of it."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    mine = queries.for_viewer(request.viewer).reports()
    return render(request, "safety/reports.html", {"reports": mine, "section": "settings"})


@require_GET
@never_cache
def decisions(request: Request) -> HttpResponse:
    """Decisions about the viewer."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    mine = queries.for_viewer(request.viewer).decisions()
    return render(request, "safety/decisions.html", {"decisions": mine, "section": "settings"})


@require_GET
@never_cache
def decision(request: Request, decision_id: uuid.UUID) -> HttpResponse:
    """A statement of reasons. `key` opens it to whoever cannot sign in: the account may be closed."""
    key = request.GET.get("key", "")
    statement = queries.for_viewer(request.viewer).statement(decision_id, key)
    return _statement(request, statement, AppealForm(), key)


@require_POST
@never_cache
def appeal(request: Request, decision_id: uuid.UUID) -> HttpResponse:
    """Appeal against a decision; with `key` without signing in."""
    key = request.POST.get("key", "")
    statement = queries.for_viewer(request.viewer).statement(decision_id, key)
    spend(f"appeal:{statement.decision.person_id}", per_minute=1, burst=5)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _statement(request, statement, form, key, status=422)
    person = statement.decision.person_id
    try:
        actions.appeal(person=person, decision_id=decision_id, words=form.cleaned_data["words"])
    except ParvisError as error:
        form.add_error(None, str(error))
        return _statement(request, statement, form, key, status=error.status)
    messages.success(request, _("Your appeal is sent. You will read the answer on this page."))
    own = statement.decision.person_id == request.viewer.person_id
    return HttpResponseRedirect(
        f"/decisions/{decision_id}" if own else queries.statement_address(statement.decision), status=303
    )


def _statement(
    request: Request, statement: queries.Statement, form: AppealForm, key: str, status: int = 200
) -> HttpResponse:
    context = {"statement": statement, "decision": statement.decision, "form": form, "key": key, "section": "settings"}
    return render(request, "safety/decision.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def words(request: Request) -> HttpResponse:
    """The viewer's own blocked words, and the comments that wait because of them."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    form = WordsForm(request.POST or None, initial={"words": queries.own_words(request.viewer)})
    if request.method == "POST" and form.is_valid():
        spend(f"words:{request.viewer.person_id}", per_minute=6, burst=20)
        try:
            actions.set_words(viewer=request.viewer, words=form.cleaned_data["words"].splitlines())
        except ParvisError as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(request.path, status=303)
    waiting = social.for_viewer(request.viewer).waiting_comments()
    context = {"form": form, "waiting": waiting, "section": "settings"}
    return render(request, "safety/words.html", context, status=422 if form.is_bound else 200)


@require_POST
def waiting_comment(request: Request, comment_id: uuid.UUID) -> HttpResponse:
    """Let a comment be seen that waits for the viewer, or delete it (`delete`)."""
    if not request.viewer.is_signed_in:
        raise SignInNeeded
    spend(f"words:{request.viewer.person_id}", per_minute=30, burst=60)
    act = social_actions.delete_comment if request.POST.get("delete") else social_actions.show_comment
    act(viewer=request.viewer, comment_id=comment_id)
    return HttpResponseRedirect("/settings/words", status=303)


@require_GET
@never_cache
def trust(request: Request) -> HttpResponse:
    """Where the viewer stands, what that allows in a day, and how it grows."""
    if request.viewer.person_id is None:
        return redirect_to_login(request.path)
    found = trust_of(request.viewer.person_id)
    context = {"trust": found, "levels": list(enumerate(LEVELS)), "section": "settings"}
    return render(request, "safety/trust.html", context)
