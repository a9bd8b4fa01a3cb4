"""Pages of family links: the list, asking, answering, and what holds between two people."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import ADULT, Request
from parvis.feed import words as of_time
from parvis.guardians import actions, shown
from parvis.guardians.errors import OnlyTheGuardian
from parvis.guardians.forms import CodeForm, NameForm, RulesForm, initial
from parvis.guardians.limits import ANSWERS, ASKS, CODES
from parvis.guardians.models import GUARDIAN
from parvis.guardians.queries import Overview, for_viewer
from parvis.kit.errors import ParvisError


@never_cache
@require_http_methods(["GET", "POST"])
def family(request: Request) -> HttpResponse:
    """The viewer's links and open questions; POST `code` or `handle` asks somebody."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    if request.method == "GET":
        return _family(request)
    form = CodeForm(request.POST) if "code" in request.POST else NameForm(request.POST)
    by = "by_code" if "code" in request.POST else "by_name"
    spend_by(request.viewer, f"guardian-{by}", CODES if "code" in request.POST else ASKS)
    if not form.is_valid():
        return _family(request, 422, **{by: form})
    try:
        if isinstance(form, CodeForm):
            actions.ask_by_code(viewer=request.viewer, code=form.cleaned_data["code"])
        else:
            actions.ask(viewer=request.viewer, handle=form.cleaned_data["handle"])
    except ParvisError as error:
        form.add_error(None if error.status == 403 else next(iter(form.fields)), str(error))
        return _family(request, error.status, **{by: form})
    messages.success(request, _("You have asked. They decide."))
    return HttpResponseRedirect(reverse("guardians:family"), status=303)


@never_cache
@require_POST
def code(request: Request) -> HttpResponse:
    """POST shows a new code, this once."""
    spend_by(request.viewer, "guardian-code", ASKS)
    made, until = actions.make_code(viewer=request.viewer)
    return _family(request, code=made, until=until)


def _family(request: Request, status: int = 200, **more: Any) -> HttpResponse:
    links = for_viewer(request.viewer).links()
    context = {
        "asked": [one for one in links if one.waits_for_me],
        "links": [one for one in links if not one.waits_for_me],
        "is_adult": request.viewer.age_band == ADULT,
        "by_code": CodeForm(),
        "by_name": NameForm(),
        "section": "settings",
    }
    return render(request, "guardians/family.html", {**context, **more}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: Request, link: uuid.UUID) -> HttpResponse:
    """All that a guardian sees of a teen, for both of them; the guardian POSTs the rules."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    if request.method == "POST":
        spend_by(request.viewer, "guardian-rules", ANSWERS)
    found = for_viewer(request.viewer).overview(link)
    if request.method == "GET":
        return _link(request, found, RulesForm(initial=initial(found.wish)))
    if found.link.role != GUARDIAN:
        raise OnlyTheGuardian
    form = RulesForm(request.POST, initial=initial(found.wish))
    if not form.is_valid():
        return _link(request, found, form, 422)
    try:
        actions.set_rules(viewer=request.viewer, link=link, wish=form.wish())
    except ParvisError as error:
        form.add_error(None, str(error))
        return _link(request, found, form, error.status)
    messages.success(request, _("Saved. They are told of what you changed."))
    return HttpResponseRedirect(reverse("guardians:link", args=[link]), status=303)


def _link(request: Request, found: Overview, form: RulesForm, status: int = 200) -> HttpResponse:
    context = {
        "found": found,
        "form": form,
        "is_guardian": found.link.role == GUARDIAN,
        "holds": shown.holds(found),
        "changes": shown.log(found),
        **of_time.drawn(found.days),
        "zone": of_time.place_of(found.zone),
        "section": "settings",
    }
    return render(request, "guardians/link.html", context, status=status)


@never_cache
@require_POST
def answer(request: Request, link: uuid.UUID) -> HttpResponse:
    """POST `answer`: yes or no."""
    spend_by(request.viewer, "guardian-answer", ANSWERS)
    accepts = request.POST.get("answer") == "yes"
    actions.answer(viewer=request.viewer, link=link, accepts=accepts)
    if not accepts:
        messages.success(request, _("You said no. Nobody is told."))
        return HttpResponseRedirect(reverse("guardians:family"), status=303)
    messages.success(request, _("You are linked now."))
    return HttpResponseRedirect(reverse("guardians:link", args=[link]), status=303)


@never_cache
@require_POST
def end(request: Request, link: uuid.UUID) -> HttpResponse:
    """POST ends a link, or takes a question back."""
    spend_by(request.viewer, "guardian-answer", ANSWERS)
    actions.end(viewer=request.viewer, link=link)
    messages.success(request, _("This is over. What was set by it holds no more."))
    return HttpResponseRedirect(reverse("guardians:family"), status=303)
