"""Tokens for programs: the list, a new one, and taking one back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.actions.tokens import create_token, end_token
from parvis.accounts.forms import TokenForm
from parvis.accounts.queries import tokens_of
from parvis.accounts.scopes import SCOPES
from parvis.accounts.views.gates import fresh, me, page, signed_in, spend_write
from parvis.kit.clock import now
from parvis.kit.errors import ParvisError


@signed_in
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens: what each may do, when it was used, when it ends."""
    rows = [(token, [SCOPES[scope] for scope in token.scopes if scope in SCOPES]) for token in tokens_of(me(request))]
    return page(request, "tokens", {"tokens": rows, "now": now(), "section": "settings"})


@fresh
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, this once."""
    form = TokenForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return page(request, "token_new", {"form": form, "section": "settings"}, 422 if form.is_bound else 200)
    spend_write(request, "tokens")
    said = form.cleaned_data
    try:
        token, secret = create_token(person=me(request), name=said["name"], allowed=said["scopes"], days=said["days"])
    except ParvisError as error:
        form.refuse(error)
        return page(request, "token_new", {"form": form, "section": "settings"}, error.status)
    return page(request, "token_made", {"token": token, "secret": secret, "section": "settings"})


@signed_in
@require_POST
def end(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Take a token back."""
    spend_write(request, "tokens", per_minute=20, burst=60)
    end_token(person=me(request), token_id=token_id)
    messages.success(request, _("The token is taken back. It opens nothing any more."))
    return HttpResponseRedirect("/settings/tokens")
