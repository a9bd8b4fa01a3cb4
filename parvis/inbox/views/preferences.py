"""What a person chooses for all that reaches them."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.accounts.bounds import bounds_of
from parvis.accounts.errors import SetByAnother
from parvis.accounts.limits import spend, spend_by
from parvis.accounts.viewer import Request
from parvis.inbox.actions.preferences import stop_letters, take_messages
from parvis.inbox.forms import AudienceForm
from parvis.inbox.limits import CHOICES, STOPS
from parvis.inbox.queries.letters import person_of_key
from parvis.inbox.queries.notices import for_viewer


@never_cache
@require_http_methods(["GET", "POST"])
def who_writes(request: Request) -> HttpResponse:
    """Who may write to the viewer."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    if request.method == "GET":
        return _who_writes(request, AudienceForm(initial={"takes": for_viewer(request.viewer).takes()}))
    spend_by(request.viewer, "inbox-settings", CHOICES)
    form = AudienceForm(request.POST)
    if not form.is_valid():
        return _who_writes(request, form, 422)
    try:
        take_messages(viewer=request.viewer, takes=form.cleaned_data["takes"])
    except SetByAnother as error:
        form.add_error("takes", str(error))
        return _who_writes(request, form, error.status)
    messages.success(request, _("Your choices are saved."))
    return HttpResponseRedirect(request.path, status=303)


def _who_writes(request: Request, form: AudienceForm, status: int = 200) -> HttpResponse:
    bounds = bounds_of(request.viewer.person_id, request.viewer.age_band)
    context = {"form": form, "set_by": bounds.names("messages"), "section": "settings"}
    return render(request, "inbox/who_writes.html", context, status=status)


@csrf_exempt  # what opens it is the signed address, and a mail program has no cookie (RFC 8058)
@never_cache
@require_http_methods(["GET", "POST"])
def letters(request: Request) -> HttpResponse:
    """GET: the question whether letters should stop. POST stops them, for whoever has the address (`key`)."""
    person = person_of_key(request.GET.get("key", ""))
    if request.method == "POST":
        spend(f"letters:{person}", **STOPS)
        stop_letters(person=person)
    return render(request, "inbox/stop_letters.html", {"is_stopped": request.method == "POST"})
