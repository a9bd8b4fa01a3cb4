"""The e-mail address of a person, and a new password through it."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.accounts.actions import email as actions
from parvis.accounts.errors import WrongCode
from parvis.accounts.forms import CodeForm, EmailForm, ResetCodeForm
from parvis.accounts.limits import client_address, spend
from parvis.accounts.models import Person
from parvis.accounts.queries import email_of, waiting_email
from parvis.accounts.viewer import Request
from parvis.accounts.views.gates import fresh, fresh_for, me, page, spend_write
from parvis.kit.errors import ParvisError

HOME = "/settings/email"
RESET_SALT = "reset"
RESET_SECONDS = 3600


def _page(request: HttpRequest, person: Person, status: int = 200, **forms: object) -> HttpResponse:
    context = {
        "email": email_of(person),
        "waiting": waiting_email(person),
        "form": EmailForm(),
        "code_form": CodeForm(),
        "section": "settings",
    }
    return page(request, "email", context | forms, status)


@fresh
@require_http_methods(["GET", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """Show the address; send a code to a new one. The answer is the same whether or not somebody else has it."""
    person = me(request)
    if request.method == "GET":
        return _page(request, person)
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _page(request, person, 422, form=form)
    spend_write(request, "email", per_minute=0.2, burst=5)
    spend(f"letters:{form.cleaned_data['email'].casefold()}", per_minute=0.1, burst=4)
    actions.ask_to_verify(person, form.cleaned_data["email"])
    return HttpResponseRedirect(HOME)


@fresh_for(HOME)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Take the code of the letter."""
    spend_write(request, "email-code", per_minute=6, burst=10)
    form = CodeForm(request.POST)
    try:
        if not form.is_valid():
            raise WrongCode
        actions.verify(me(request), form.cleaned_data["code"])
    except ParvisError as error:
        if form.is_valid():
            form.refuse(error)
        return _page(request, me(request), error.status, code_form=form)
    messages.success(request, _("Your address is verified."))
    return HttpResponseRedirect(HOME)


@fresh_for(HOME)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Forget the address."""
    spend_write(request, "email")
    actions.remove_email(me(request))
    messages.success(request, _("We have forgotten your address."))
    return HttpResponseRedirect(HOME)


@never_cache
@require_http_methods(["GET", "POST"])
def reset(request: Request) -> HttpResponse:
    """Ask for a code to an address. What follows is the same for every address."""
    form = EmailForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return page(request, "reset", {"form": form, "section": "sign-in"}, 422 if form.is_bound else 200)
    address = form.cleaned_data["email"]
    spend(f"reset:{client_address(request)}", per_minute=1, burst=10)
    spend(f"letters:{address.casefold()}", per_minute=0.1, burst=4)
    wanted = actions.ask_for_reset(address, home=request.viewer.home, language=request.viewer.language)
    return HttpResponseRedirect("/reset/code?" + urlencode({"r": signing.dumps(str(wanted), salt=RESET_SALT)}))


@never_cache
@require_http_methods(["GET", "POST"])
def reset_code(request: HttpRequest) -> HttpResponse:
    """Take the code and the new password."""
    token = request.POST.get("r") or request.GET.get("r", "")
    try:
        wanted = uuid.UUID(signing.loads(token, salt=RESET_SALT, max_age=RESET_SECONDS))
    except (signing.BadSignature, ValueError):
        return HttpResponseRedirect("/reset")
    form = ResetCodeForm(request.POST or None)
    context = {"form": form, "token": token, "section": "sign-in"}
    if request.method == "GET" or not form.is_valid():
        return page(request, "reset_code", context, 422 if form.is_bound else 200)
    spend(f"reset-code:{client_address(request)}", per_minute=6, burst=10)
    try:
        actions.reset_password(wanted, form.cleaned_data["code"], form.cleaned_data["password"])
    except ParvisError as error:
        form.refuse(error)
        return page(request, "reset_code", context, error.status)
    messages.success(request, _("Your new password is set. Please sign in."))
    return HttpResponseRedirect("/sign-in")
