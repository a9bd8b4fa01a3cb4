"""What many tests do: sign in twice, connect an app, make a passkey, try until refused."""

import re
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.http import HttpResponse
from django.test import Client

from parvis.accounts.models import Bucket

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E1 Safari/604.1"


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def plain(answer) -> str:
    """The body of an answer without what is random in each."""
    return re.sub(r'(nonce|content|value)="[\w+/=:-]{20,}"', r'\1=""', answer.content.decode())


def tries(once: Callable[[], HttpResponse]) -> int:
    """How often something may be tried until the answer is 429; a slow machine lets a few more through."""
    return next(number for number in range(60) if once().status_code == 429)


def app_code(secret: str) -> str:
    """What an authenticator app shows for a secret now."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), next(iter(yield_hotp_counters_from_time()))))


def with_second_step(client: Client) -> tuple[str, list[str]]:
    """Connect an app in a browser; return its secret and the recovery codes."""
    page = client.get("/settings/second-step").context
    answer = client.post("/settings/second-step", {"draft": page["draft"], "code": app_code(page["secret"])})
    Bucket.objects.all().delete()
    return page["secret"], answer.context["codes"]


def with_passkey(client: Client, key, name: str = "My phone") -> None:
    options = client.post("/settings/passkeys/options").json()
    answer = client.post("/settings/passkeys/add", {"name": name, "credential": key.make(options)})
    assert answer.status_code == 302


def grown_cold(client: Client) -> Client:
    """Let the sign-in of a browser lie more than ten minutes back."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 700} for one in records]
    session.save()
    return client
