"""Where an app sends people to: the page that asks them whether to let it in."""

import re
from datetime import timedelta
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import scope_to_list
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import spend
from parvis.accounts.models import Person
from parvis.accounts.signin import shown_at
from parvis.connect.errors import AppRefused
from parvis.connect.policies import source_of
from parvis.connect.provider import SERVER, Asked, covers
from parvis.connect.scopes import ICONS, SCOPES, known
from parvis.kit.clock import now

FREE = {"state", "nonce", "login_hint", "ui_locales", "claims_locales", "csrfmiddlewaretoken", "answer"}
PLAIN = re.compile(r"[ !#-\[\]-~]*")  # what RFC 6749 allows in a parameter, appendix A
SHORTEST_AGE = 30  # seconds: coming back from signing in takes a moment


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the person whether an app may act for them, and send them back to it with the answer.

    An app that gives a wrong address to return to is never answered: the person reads it here.
    """
    person = request.user if isinstance(request.user, Person) else None
    asked = Asked(request, shown_at(request))
    try:
        grant = SERVER.get_consent_grant(asked, end_user=person) if _is_plain(request) else None
        if grant is None:
            return _refused(request, "")
        if (elsewhere := _sign_in_first(request, asked, grant.redirect_uri)) is not None:
            return elsewhere
        assert person is not None
        return _answer(request, asked, grant, person) or _page(request, asked, grant.redirect_uri)
    except OAuth2Error as error:
        if not error.redirect_uri:
            return _refused(request, error.description or error.error)
        return _with_issuer(SERVER.handle_error_response(asked, error))


def _is_plain(request: HttpRequest) -> bool:
    given = {**request.GET, **request.POST}
    return all(PLAIN.fullmatch(str(value)) for name in given.keys() - FREE for value in given[name])


def _prompts(asked: Asked) -> list[str]:
    return str(asked.payload.data.get("prompt", "")).split()


def _sign_in_first(request: HttpRequest, asked: Asked, back: str) -> HttpResponse | None:
    """Send the person to sign in, or to show again that it is they where the app wants that."""
    stale = _is_stale(asked)
    if request.user.is_authenticated and not stale:
        return None
    if "none" in _prompts(asked):
        raise LoginRequiredError(redirect_uri=back, state=asked.payload.state)
    if request.method == "POST" and not request.user.is_authenticated:
        raise SignInNeeded
    page = "/settings/confirm" if request.user.is_authenticated else "/sign-in"
    return HttpResponseRedirect(f"{page}?{urlencode({'next': request.get_full_path()})}")


def _is_stale(asked: Asked) -> bool:
    wanted = [0] if "login" in _prompts(asked) else []
    given = str(asked.payload.data.get("max_age", ""))
    wanted += [int(given)] if given.isdecimal() and len(given) < 9 else []
    if not wanted:
        return False
    oldest = now() - timedelta(seconds=max(min(wanted), SHORTEST_AGE))
    return asked.signed_in_at is None or asked.signed_in_at < oldest


def _answer(request: HttpRequest, asked: Asked, grant: object, person: Person) -> HttpResponse | None:
    """Return what goes back to the app, if the person has answered, or need not be asked."""
    if request.method == "POST":
        spend(f"apps:{person.id}", per_minute=10, burst=20)
        says_yes = request.POST.get("answer") == "allow"
    elif "none" in _prompts(asked):
        # Without asking only to an app that shows a secret for the code: any program could pass for one without.
        app = asked.client.app
        if not app.keeps_secret or not covers(person, app, scope_to_list(asked.scope)):
            raise ConsentRequiredError(redirect_uri=asked.payload.redirect_uri, state=asked.payload.state)
        says_yes = True
    else:
        return None
    asked.signed_in_at = asked.signed_in_at or now()
    answer = SERVER.create_authorization_response(asked, grant_user=person if says_yes else None, grant=grant)
    return _with_issuer(answer)


def _with_issuer(answer: HttpResponse) -> HttpResponse:
    """Say who answers, so that no other provider's answer passes for ours (RFC 9207)."""
    where = answer["Location"]
    answer["Location"] = f"{where}{'&' if '?' in where else '?'}{urlencode({'iss': settings.PARVIS_ORIGIN})}"
    return answer


def _page(request: HttpRequest, asked: Asked, back: str) -> HttpResponse:
    app = asked.client.app
    scopes = known(scope_to_list(asked.scope))
    context = {
        "app": app,
        "by_operator": app.person.is_superuser,
        "wishes": [(ICONS[scope], SCOPES[scope]) for scope in scopes],
        "back": source_of(back),
        "section": "settings",
    }
    answer = render(request, "connect/authorize.html", context)
    # The answer to the form leads to the app: browsers hold that against the policy, too.
    answer._csp_update = {"form-action": [source_of(back)]}  # type: ignore[attr-defined]  # django-csp reads it
    return answer


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    status = AppRefused.status
    return render(request, "connect/refused.html", {"error": AppRefused(), "why": why}, status=status)
