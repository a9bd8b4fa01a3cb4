from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "parvis.safety"
    label = "safety"

    def ready(self) -> None:
        from parvis.accounts import signin
        from parvis.safety import kinds, queries, things  # noqa: F401 - declares the kinds of event and of things

        signin.register_closed_page(queries.page_for_closed)
