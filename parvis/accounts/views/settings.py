"""What people set about themselves."""

from typing import cast

from django.conf import settings as configuration
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from parvis.accounts.actions.profile import (
    avatar_path,
    change,
    change_language,
    remove_avatar,
    set_avatar,
)
from parvis.accounts.bounds import bounds_of
from parvis.accounts.errors import SetByAnother
from parvis.accounts.forms import LanguageForm, PrivacyForm, ProfileForm
from parvis.accounts.queries import email_of, for_viewer, ways_in
from parvis.accounts.signin import note_seen, safe_next
from parvis.accounts.viewer import Request
from parvis.accounts.views.gates import me, page, signed_in, spend_write
from parvis.cells.markets import MARKETS
from parvis.kit.clock import now
from parvis.kit.errors import ParvisError


@signed_in
@require_GET
def hub(request: HttpRequest) -> HttpResponse:
    """Everything that can be set, one row each."""
    person = me(request)
    context = {
        "person": person,
        "email": email_of(person),
        "ways": ways_in(person),
        "market": MARKETS[person.home].name(person.language),
        "section": "settings",
    }
    return page(request, "settings", context)


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, words about oneself, and picture."""
    person = me(request)
    form = ProfileForm(request.POST or None, instance=person)
    context = {"form": form, "person": person, "section": "settings"}
    if request.method == "GET":
        return page(request, "profile", context)
    spend_write(request, "profile")
    if not form.is_valid():
        person.refresh_from_db()
        return page(request, "profile", context, 422)
    values = dict(form.cleaned_data)
    person.refresh_from_db()
    change(person, **values)
    messages.success(request, _("Your profile is saved."))
    return HttpResponseRedirect("/settings/profile")


@signed_in
@require_POST
def avatar(request: HttpRequest) -> HttpResponse:
    """Set the picture from an uploaded file, or take it away."""
    spend_write(request, "avatar", per_minute=3, burst=10)
    person = me(request)
    file = request.FILES.get("picture")
    try:
        if request.POST.get("remove"):
            remove_avatar(person)
        elif file is not None:
            set_avatar(person, file.read())
    except ParvisError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect("/settings/profile")


@require_safe
def avatar_file(request: HttpRequest, key: str) -> FileResponse:
    """Serve a picture. Its address is random and its content never changes, so it may be kept for ever."""
    if not for_viewer(cast("Request", request).viewer).may_load_picture(key) or not default_storage.exists(
        avatar_path(key)
    ):
        raise Http404
    response = FileResponse(default_storage.open(avatar_path(key)), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@signed_in
@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """Private account or not."""
    person = me(request)
    form = PrivacyForm(request.POST if request.method == "POST" else None, instance=person)
    context = {"form": form, "set_by": bounds_of(person.id).names("is_kept_private"), "section": "settings"}
    if request.method == "GET":
        return page(request, "privacy", context)
    spend_write(request, "privacy")
    wanted = request.POST.get("is_private") == "on"
    form.full_clean()  # which writes on the row in memory
    person.refresh_from_db()
    try:
        change(person, is_private=wanted)
    except SetByAnother as error:
        form.add_error("is_private", str(error))
        return page(request, "privacy", context, error.status)
    said = _("Your account is private now.") if wanted else _("Everyone may see your clips now.")
    messages.success(request, said)
    return HttpResponseRedirect("/settings/privacy")


@signed_in
@require_http_methods(["GET", "POST"])
def market(request: HttpRequest) -> HttpResponse:
    """Show the home and what it means; change the language."""
    person = me(request)
    form = LanguageForm(request.POST or None, initial={"language": person.language})
    context = {"form": form, "market": MARKETS[person.home].name(person.language), "section": "settings"}
    if request.method == "GET" or not form.is_valid():
        return page(request, "market", context, 422 if form.is_bound else 200)
    response = _speak(request, form.cleaned_data["language"], "/settings/market")
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Parvis speaks your language now."))
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages: for this browser, and for the person if one is signed in."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(safe_next(request))
    return _speak(request, form.cleaned_data["language"], safe_next(request))


def _speak(request: HttpRequest, chosen: str, to: str) -> HttpResponse:
    spend_write(request, "language", per_minute=20, burst=40)
    if request.user.is_authenticated:
        change_language(me(request), chosen)
    response = HttpResponseRedirect(to)
    response.set_cookie(
        configuration.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=configuration.SESSION_COOKIE_AGE,
        secure=configuration.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@never_cache
@require_safe
def viewer(request: HttpRequest) -> HttpResponse:
    """Renew the viewer cookie of a page that stays open long: the middleware puts it on the answer."""
    if request.user.is_authenticated:
        note_seen(request, now())
    return HttpResponse(status=204)
