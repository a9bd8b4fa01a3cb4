"""What people fill in: shapes and messages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.connect.models import App
from parvis.kit.outward import LONGEST_ADDRESS
from parvis.webhooks.errors import BadEndpoint
from parvis.webhooks.policies import check_address
from parvis.webhooks.topics import topics

MINE = "me"


class TopicsForm(forms.Form):
    """What an address is told."""

    topics = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(topic.name, topic.label) for topic in topics().values()]


class NewEndpointForm(TopicsForm):
    """An address, and about whom it is told: neither can be changed."""

    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("A whole https address of a program of yours. We call it each time that something happens."),
        widget=forms.TextInput(
            attrs={"type": "url", "dir": "ltr", "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
        ),
    )
    whom = forms.ChoiceField(label=_("About whom"), initial=MINE, widget=forms.RadioSelect)
    field_order = ("address", "whom", "topics")

    def __init__(self, *args: Any, apps: list[App], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["whom"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (MINE, _("About you")),
            *((str(app.id), _("About everybody who lets “%(app)s” in") % {"app": app.name}) for app in apps),
        ]
        if not apps:
            field.required, field.widget = False, forms.HiddenInput()

    def clean_address(self) -> str:
        """Return the address, if it may be told."""
        address = str(self.cleaned_data["address"])
        try:
            check_address(address, here=settings.DEBUG)
        except BadEndpoint as error:
            raise forms.ValidationError(str(error)) from error
        return address
