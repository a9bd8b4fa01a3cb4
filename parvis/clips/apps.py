from django.apps import AppConfig


class ClipsConfig(AppConfig):
    name = "parvis.clips"
    label = "clips"

    def ready(self) -> None:
        from parvis.clips import kinds, notices  # noqa: F401 - declares the kinds of event and of news
