"""What people write about clips."""

import re
import unicodedata
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.kit.ids import uuid7
from parvis.social.models import COMMENT_LONGEST

# Everything that only a program would read: controls but the line break, and marks that turn the text around.
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")
MANY_BREAKS = re.compile(r"\n{3,}")


class CommentForm(forms.Form):
    """A comment as plain text, and the page's own `nonce` for it, so that sending it twice posts it once."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_LONGEST,
        widget=forms.Textarea,
        error_messages={
            "required": _("Please write something first."),
            "max_length": _("Please say it in at most %(limit_value)d characters."),
        },
    )
    nonce = forms.UUIDField(required=False)

    def clean_text(self) -> str:
        """Return the text composed (NFC), without unseen characters and towers of empty lines."""
        text = unicodedata.normalize("NFC", self.cleaned_data["text"].replace("\r\n", "\n"))
        text = MANY_BREAKS.sub("\n\n", UNSEEN.sub("", text)).strip()
        if not text:
            raise forms.ValidationError(_("Please write something first."), "required")
        if len(text) > COMMENT_LONGEST:
            raise forms.ValidationError(
                _("Please say it in at most %(limit_value)d characters."),
                "max_length",
                {"limit_value": COMMENT_LONGEST},
            )
        return text

    def clean_nonce(self) -> uuid.UUID:
        """Return the page's nonce, or a new one for a page that sends none."""
        return self.cleaned_data["nonce"] or uuid7()
