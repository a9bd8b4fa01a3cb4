from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "parvis.safety"
    label = "safety"

    def ready(self) -> None:
        from parvis.accounts import permits, signin
        from parvis.safety import gate, kinds, queries, things  # noqa: F401 - declares the kinds of event and of things

        for check in (gate.contact, gate.words, gate.measure):
            permits.register(check)
        signin.register_closed_page(queries.page_for_closed)
