"""What this package refuses."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class BadAddress(ParvisError):
    """An address to return to that would not be safe: see `policies.check_redirect_uri`."""

    code = "bad-redirect-uri"
    status = 422
    message = _(
        "“%(address)s” cannot be returned to. Give a whole https address without “#”, a http address of this device "
        "(127.0.0.1), or a scheme of the app's own with a dot in it, such as org.example.app:/back."
    )


class NoSuchApp(ParvisError):
    """There is no such app, or it is another person's."""

    code = "no-such-app"
    status = 404
    message = _("This app is not here any more.")


class TooManyApps(ParvisError):
    """The person has as many apps as one may register."""

    code = "too-many-apps"
    status = 409
    message = _("You have registered as many apps as one person can. Remove one first.")


class AppRefused(ParvisError):
    """An app sent somebody here with a request that cannot be answered to it. For people: the reason is in `why`."""

    code = "app-refused"
    status = 400
    message = _("The app that sent you here asked in a way that we cannot answer. Only its makers can mend that.")
