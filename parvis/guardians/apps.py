from django.apps import AppConfig


class GuardiansConfig(AppConfig):
    name = "parvis.guardians"
    label = "guardians"

    def ready(self) -> None:
        from parvis.accounts import bounds, permits
        from parvis.guardians import gate, kinds, notices, queries  # noqa: F401 - declares kinds of event and news

        bounds.register(queries.bounds_of)
        permits.register(gate.comments)
