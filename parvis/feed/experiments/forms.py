"""Forms of the operators' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.feed.errors import BadExperiment
from parvis.feed.experiments.actions import changes_from
from parvis.feed.experiments.outcomes import MEASURES
from parvis.feed.models import ADULTS, EVERYBODY, VISITORS_TOO

AUDIENCES = (
    (ADULTS, _("People who are known to be adults")),
    (VISITORS_TOO, _("Adults, and visitors, whose age nobody knows")),
    (EVERYBODY, _("Everybody, minors too")),
)


class Changes(forms.CharField):
    """One change a line: SETTING=NUMBER."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40, "dir": "ltr"})

    def clean(self, value: Any) -> dict[str, float]:
        try:
            return changes_from(one for one in str(value or "").splitlines() if one.strip())
        except BadExperiment as error:
            raise forms.ValidationError(str(error)) from error


class ExperimentForm(forms.Form):
    """What an operator declares. Whether it can be compared is said by `experiments.actions.plan`."""

    name = forms.CharField(label=_("Name"), help_text=_("Small letters, digits and hyphens. Viewers read it."))
    way_a = Changes(
        label=_("Way A changes"), required=False, help_text=_("One SETTING=NUMBER a line; empty: the feed as it is.")
    )
    way_b = Changes(label=_("Way B changes"), required=False)
    share = forms.FloatField(label=_("Share of the viewers, 0 to 1"), initial=1.0)
    audience = forms.ChoiceField(label=_("Who may take part"), choices=AUDIENCES)
    measure = forms.ChoiceField(
        label=_("Measure that decides"), choices=[(n, one.words) for n, one in MEASURES.items()]
    )
    effect = forms.FloatField(label=_("Change hoped for, as a share of what is now"), initial=0.05)
    starts_at = forms.DateTimeField(label=_("Starts by itself at (UTC)"), required=False)
    stops_at = forms.DateTimeField(label=_("Stops by itself at (UTC)"), required=False)
