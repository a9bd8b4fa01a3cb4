from django.apps import AppConfig


class OwndataConfig(AppConfig):
    name = "parvis.owndata"
    label = "owndata"

    def ready(self) -> None:
        from parvis.owndata import kinds  # noqa: F401 - declares the kinds of event
