from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET


class SampleForm(forms.Form):
    """One field of each kind, for the pattern gallery."""

    handle = forms.CharField(label=_("Handle"), max_length=30, help_text=_("Letters, digits and underscores."))
    email = forms.EmailField(label=_("Email"), required=False)
    bio = forms.CharField(label=_("Bio"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    market = forms.ChoiceField(
        label=_("Home market"), choices=[("FR", "France"), ("DE", "Deutschland"), ("JP", "日本")]
    )
    audience = forms.ChoiceField(
        label=_("Who can watch"),
        widget=forms.RadioSelect,
        choices=[("all", _("Everyone")), ("followers", _("Followers")), ("me", _("Only me"))],
    )
    comments = forms.BooleanField(label=_("Allow comments"), required=False, help_text=_("You can change this later."))


@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """Every component on one page, to look at in both themes and both directions."""
    refused = SampleForm({"handle": "", "email": "not an address", "market": "FR"})
    filled = SampleForm(initial={"handle": "alice", "market": "FR", "audience": "all", "comments": True})
    return render(request, "ui/patterns.html", {"form": filled, "refused": refused})
