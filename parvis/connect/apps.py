from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "parvis.connect"
    label = "connect"

    def ready(self) -> None:
        from parvis.accounts import bearer
        from parvis.connect import kinds  # noqa: F401 - declares the kinds of event
        from parvis.connect.actions import shown
        from parvis.connect.queries import allowed_by

        bearer.register(shown, allowed_by)
