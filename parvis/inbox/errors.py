"""What can go wrong in the inbox."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NoSuchNotice(ParvisError):
    """There is no such news, or it is not this viewer's."""

    code = "no-such-notice"
    status = 404
    message = _("This is not in your inbox any more.")


class BadQuietHours(ParvisError):
    """The hours or the time zone are none."""

    code = "bad-quiet-hours"
    status = 422
    message = _("Please give both hours as they stand on a clock.")
