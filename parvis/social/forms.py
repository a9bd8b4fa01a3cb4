"""What people write about clips."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.kit.ids import uuid7
from parvis.social.models import COMMENT_LONGEST
from parvis.social.words import plain


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
    reply_to = forms.UUIDField(required=False)

    def clean_text(self) -> str:
        """Return the text composed (NFC), without unseen characters and towers of empty lines."""
        text = plain(self.cleaned_data["text"])
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
