from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "parvis.safety"
    label = "safety"

    def ready(self) -> None:
        from parvis.accounts import permits, signin
        from parvis.clips import screening
        from parvis.safety import gate, kinds, notices, queries, things  # noqa: F401 - declares kinds of event, news, things
        from parvis.safety.actions import looks

        for check in (gate.contact, gate.words, gate.measure):
            permits.register(check)
        screening.register(looks.screen, looks.screen_late)
        signin.register_closed_page(queries.page_for_closed)
