"""How people prove who they are, and where they are signed in."""

import base64

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts import passkeys
from parvis.accounts.actions import credentials
from parvis.accounts.actions.sessions import end_other_sessions, end_sessions
from parvis.accounts.devices import short_name
from parvis.accounts.elsewhere import name_elsewhere
from parvis.accounts.errors import WrongCode
from parvis.accounts.forms import CodeForm, NewPasswordForm, PasskeyNameForm
from parvis.accounts.models import Person
from parvis.accounts.queries import passkeys_of, sign_ins, ways_in
from parvis.accounts.signin import keep_signed_in, sign_out
from parvis.accounts.views.gates import fresh, fresh_for, me, page, signed_in, spend_write
from parvis.kit.errors import ParvisError

HOME = "/settings/security"
DRAFT_SALT = "second-step-draft"
DRAFT_SECONDS = 1800


@signed_in
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Everything about signing in, on one page."""
    person = me(request)
    context = {
        "ways": ways_in(person),
        "passkeys": passkeys_of(person),
        "sessions": len(sign_ins(person, None)),
        "elsewhere": name_elsewhere(),
        "section": "settings",
    }
    return page(request, "security", context)


@fresh
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set or change the password."""
    person = me(request)
    form = NewPasswordForm(request.POST or None)
    context = {"form": form, "ways": ways_in(person), "section": "settings"}
    if request.method == "GET" or not form.is_valid():
        return page(request, "password", context, 422 if form.is_bound else 200)
    spend_write(request, "password", per_minute=2, burst=5)
    try:
        credentials.set_password(person, form.cleaned_data["password"], keep_session=request.session.session_key)
    except ParvisError as error:
        form.refuse(error)
        return page(request, "password", context, error.status)
    keep_signed_in(request, person)
    messages.success(request, _("Your password is set. You are signed out everywhere else."))
    return HttpResponseRedirect(HOME)


@fresh_for(HOME)
@require_POST
def remove_password(request: HttpRequest) -> HttpResponse:
    """Take the password away, if a passkey remains."""
    spend_write(request, "password", per_minute=2, burst=5)
    try:
        credentials.remove_password(me(request))
    except ParvisError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(HOME)
    keep_signed_in(request, me(request))
    messages.success(request, _("Your password is removed. You sign in by passkey now."))
    return HttpResponseRedirect(HOME)


@fresh
@require_http_methods(["GET", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey that the page's script made."""
    known = short_name(request.headers.get("User-Agent", ""))
    form = PasskeyNameForm(request.POST or None, initial={"name": known})
    if request.method == "GET" or not form.is_valid():
        return page(request, "passkey_add", {"form": form, "section": "settings"}, 422 if form.is_bound else 200)
    spend_write(request, "passkeys")
    try:
        credential = passkeys.check_made(request.POST.get("credential", ""))
        credentials.add_passkey(me(request), credential, form.cleaned_data["name"])
    except ParvisError as error:
        form.refuse(error)
        return page(request, "passkey_add", {"form": form, "section": "settings"}, error.status)
    messages.success(request, _("Your new passkey is ready."))
    return HttpResponseRedirect(HOME)


@fresh_for("/settings/passkeys/add")
@require_POST
def begin_passkey(request: HttpRequest) -> HttpResponse:
    """Answer with the options for a new passkey."""
    spend_write(request, "passkeys")
    return JsonResponse(passkeys.begin_making(request, me(request)))


@signed_in
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, number: int) -> HttpResponse:
    """One passkey: rename it, or go on to remove it."""
    mine = _passkey(me(request), number)
    form = PasskeyNameForm(request.POST or None, initial={"name": mine.data["name"]})
    if request.method == "GET" or not form.is_valid():
        context = {"form": form, "passkey": mine, "section": "settings"}
        return page(request, "passkey", context, 422 if form.is_bound else 200)
    spend_write(request, "passkeys")
    credentials.rename_passkey(me(request), mine, form.cleaned_data["name"])
    messages.success(request, _("The passkey has its new name."))
    return HttpResponseRedirect(HOME)


@fresh_for(HOME)
@require_POST
def remove_passkey(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a passkey."""
    spend_write(request, "passkeys")
    mine = _passkey(me(request), number)
    try:
        credentials.remove_passkey(me(request), mine)
        messages.success(request, _("The passkey is removed. You may also delete it on its device."))
    except ParvisError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(HOME)


def _passkey(person: Person, number: int) -> Authenticator:
    return get_object_or_404(Authenticator, pk=number, user=person, type=Authenticator.Type.WEBAUTHN)


@fresh
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Connect an authenticator app: show its secret, then ask for a code of it. Nothing is stored before that."""
    person = me(request)
    form = CodeForm(request.POST or None)
    if request.method == "GET":
        return _secret_page(request, person, form, generate_totp_secret(), 200)
    spend_write(request, "second-step")
    secret = _drafted(request, person)
    if secret is None:
        return HttpResponseRedirect("/settings/second-step")
    try:
        if not form.is_valid():
            raise WrongCode
        codes = credentials.turn_on_second_step(person, secret, form.cleaned_data["code"])
    except WrongCode as error:
        if form.is_valid():
            form.refuse(error)
        return _secret_page(request, person, form, secret, error.status)
    return page(request, "recovery_codes", {"codes": codes, "is_new": True, "section": "settings"})


def _drafted(request: HttpRequest, person: Person) -> str | None:
    try:
        draft = signing.loads(request.POST.get("draft", ""), salt=DRAFT_SALT, max_age=DRAFT_SECONDS)
    except signing.BadSignature:
        return None
    return str(draft["secret"]) if draft["person"] == str(person.pk) else None


def _secret_page(request: HttpRequest, person: Person, form: CodeForm, secret: str, status: int) -> HttpResponse:
    adapter = get_adapter()
    drawing = adapter.build_totp_svg(adapter.build_totp_url(person, secret))
    context = {
        "form": form,
        "draft": signing.dumps({"secret": secret, "person": str(person.pk)}, salt=DRAFT_SALT),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "drawing": "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode(),
        "section": "settings",
    }
    return page(request, "second_step_on", context, status)


@fresh_for(HOME)
@require_POST
def second_step_off(request: HttpRequest) -> HttpResponse:
    """Ask for no second step any more."""
    spend_write(request, "second-step")
    credentials.turn_off_second_step(me(request))
    messages.success(request, _("Your password alone signs you in now."))
    return HttpResponseRedirect(HOME)


@fresh_for(HOME)
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    spend_write(request, "second-step")
    if not ways_in(me(request)).second_step:
        return HttpResponseRedirect(HOME)
    codes = credentials.new_recovery_codes(me(request))
    return page(request, "recovery_codes", {"codes": codes, "section": "settings"})


@signed_in
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    rows = sign_ins(me(request), request.session.session_key)
    return page(request, "sessions", {"sessions": rows, "section": "settings"})


@signed_in
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session, or all others."""
    spend_write(request, "sessions", per_minute=20, burst=40)
    person, current = me(request), request.session.session_key
    if request.POST.get("session") == "others":
        ended = end_other_sessions(person, current)
        said = ngettext("One other session is ended.", "%(count)d other sessions are ended.", ended)
        messages.success(request, said % {"count": ended})
        return HttpResponseRedirect("/settings/sessions")
    row = next((one for one in sign_ins(person, current) if one.name == request.POST.get("session")), None)
    if row is None:
        return HttpResponseRedirect("/settings/sessions")
    end_sessions(person, [row.key])
    if row.is_current:
        sign_out(request)
        return HttpResponseRedirect("/")
    messages.success(request, _("That session is ended."))
    return HttpResponseRedirect("/settings/sessions")
