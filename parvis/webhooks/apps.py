from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "parvis.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from parvis.webhooks import notices  # noqa: F401 - declares the kinds of event and of news
