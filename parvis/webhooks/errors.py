"""What this package refuses."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class BadEndpoint(ParvisError):
    """An address that is not told anything: see `policies.check_address`."""

    code = "bad-endpoint"
    status = 422
    message = _("Give a whole https address on the open Internet, by name and on the usual port.")


class UnknownTopic(ParvisError):
    """A word for what happens that does not exist, or none at all."""

    code = "unknown-topic"
    status = 422
    message = _("Choose at least one of the things that can be told.")


class NoSuchEndpoint(ParvisError):
    """There is no such address, or it is not for whoever asks."""

    code = "no-such-webhook"
    status = 404
    message = _("This webhook is not here any more.")


class NoSuchDelivery(ParvisError):
    """There is no such call, or it is not for whoever asks."""

    code = "no-such-delivery"
    status = 404
    message = _("This call is not kept any more.")


class TooManyEndpoints(ParvisError):
    """The person has as many addresses as one may have."""

    code = "too-many-webhooks"
    status = 409
    message = _("You have as many webhooks as one person can. Remove one first.")


class EndpointStopped(ParvisError):
    """An operator stopped it."""

    code = "webhook-stopped"
    status = 403
    message = _("Those who run this square have stopped this webhook.")
