"""The moderators' pages: the queue, a case, an appeal, and who has which role."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.limits import spend
from parvis.accounts.models import Person
from parvis.accounts.queries import person_by_handle
from parvis.accounts.viewer import Request
from parvis.kit.errors import ParvisError
from parvis.safety import actions, queries, states
from parvis.safety.forms import HearingForm, RoleForm, VerdictForm, WordForm
from parvis.safety.policies import DECIDE, HEAR, MANAGE, ROLES, may, require
from parvis.safety.registry import kind_of

View = Callable[..., HttpResponse]


def moderators(view: View) -> View:
    """Let people with a role in; visitors sign in first, anybody else is refused (403). A write counts."""

    @wraps(view)
    @never_cache
    def gated(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.viewer.is_signed_in:
            return redirect_to_login(request.get_full_path())
        queries.for_moderator(_me(request))
        if request.method != "GET":
            spend(f"moderation:{request.viewer.person_id}", per_minute=60, burst=60)
        return view(request, *args, **kwargs)

    return gated


def _me(request: Request) -> Person:
    return cast("Person", request.user)


@moderators
@require_GET
def queue(request: Request) -> HttpResponse:
    """The cases that wait, in the order in which they should be looked at."""
    seen = queries.for_moderator(_me(request))
    context = {"rows": seen.queue(), "waiting": seen.waiting(), "may_manage": may(_me(request), MANAGE)}
    return render(request, "safety/queue.html", context)


@moderators
@require_GET
def case(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """One case: the thing, what was reported, what was decided before, and the form to decide."""
    return _case_page(request, case_id)


def _case_page(request: Request, case_id: uuid.UUID, *, status: int = 200, form: Any = None) -> HttpResponse:
    shown = queries.for_moderator(_me(request)).case(case_id)
    kind = kind_of(shown.case.kind)
    if form is None and shown.case.is_waiting:
        initial = {"ground": states.TERMS, "reason": shown.reason, "days": 7}
        form = VerdictForm(measures=kind.measures if kind else (), initial=initial)
    elif form is None and shown.case.is_appealed:
        form = HearingForm()
    needed = HEAR if shown.case.is_appealed else DECIDE
    context = {"shown": shown, "case": shown.case, "form": form, "may_act": may(_me(request), needed)}
    return render(request, "safety/case.html", context, status=status)


@moderators
@require_POST
def hand(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Take a case in hand, or put it back (`back`)."""
    if request.POST.get("back"):
        actions.release(by=_me(request), case_id=case_id)
        return HttpResponseRedirect(reverse("safety:queue"), status=303)
    try:
        actions.claim(by=_me(request), case_id=case_id)
    except ParvisError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("safety:case", args=[case_id]), status=303)


@moderators
@require_POST
def decision(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Decide a case."""
    shown = queries.for_moderator(_me(request)).case(case_id)
    kind = kind_of(shown.case.kind)
    form = VerdictForm(request.POST, measures=kind.measures if kind else ())
    if not form.is_valid():
        return _case_page(request, case_id, status=422, form=form)
    try:
        actions.decide(by=_me(request), case_id=case_id, verdict=form.verdict())
    except ParvisError as error:
        form.add_error(None, str(error))
        return _case_page(request, case_id, status=error.status, form=form)
    return _on(request, shown, _("Decided."))


@moderators
@require_POST
def hearing(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Hear the appeal of a case."""
    shown = queries.for_moderator(_me(request)).case(case_id)
    form = HearingForm(request.POST)
    if not form.is_valid():
        return _case_page(request, case_id, status=422, form=form)
    said = form.cleaned_data
    try:
        is_reversed = said["outcome"] == states.REVERSED
        actions.hear(by=_me(request), case_id=case_id, is_reversed=is_reversed, answer=said["answer"])
    except ParvisError as error:
        form.add_error(None, str(error))
        return _case_page(request, case_id, status=error.status, form=form)
    return _on(request, shown, _("The appeal is heard."))


def _on(request: Request, shown: queries.CaseShown, said: str) -> HttpResponse:
    messages.success(request, said)
    to = reverse("safety:case", args=[shown.next.id]) if shown.next else reverse("safety:queue")
    return HttpResponseRedirect(to, status=303)


@moderators
@require_http_methods(["GET", "POST"])
def roles(request: Request) -> HttpResponse:
    """Who has which role; an operator gives roles and takes them away (`take`)."""
    require(_me(request), MANAGE)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = person_by_handle(form.cleaned_data["handle"])
        if person is None:
            form.add_error("handle", _("Nobody here has this handle."))
        else:
            has = not request.POST.get("take")
            actions.set_role(by=_me(request), person=person, role=form.cleaned_data["role"], has=has)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("safety:roles"), status=303)
    context = {"form": form, "people": queries.with_roles(), "roles": ROLES}
    return render(request, "safety/roles.html", context, status=422 if form.is_bound else 200)


@moderators
@require_http_methods(["GET", "POST"])
def words(request: Request) -> HttpResponse:
    """The words that nobody may write here; an operator adds one, or takes one off (`take`, its id)."""
    me = require(_me(request), MANAGE)
    form = WordForm(request.POST if "word" in request.POST else None)
    if form.is_valid():
        try:
            actions.block_word(by=me, word=form.cleaned_data["word"])
        except ParvisError as error:
            form.add_error("word", str(error))
    elif request.POST.get("take"):
        actions.allow_word(by=me, word_id=queries.id_of(request.POST["take"]))
    if request.method == "POST" and not form.errors:
        return HttpResponseRedirect(reverse("safety:blocked-words"), status=303)
    context = {"form": form, "words": queries.blocked_words()}
    return render(request, "safety/blocked_words.html", context, status=422 if form.is_bound else 200)
