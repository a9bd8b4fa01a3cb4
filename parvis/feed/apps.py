from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "parvis.feed"
    label = "feed"

    def ready(self) -> None:
        from parvis.feed import kinds  # noqa: F401 - declares the kinds of event
