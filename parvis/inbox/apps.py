from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "parvis.inbox"
    label = "inbox"

    def ready(self) -> None:
        from parvis.clips import places
        from parvis.inbox import beside, things  # noqa: F401 - registers what can be reported
        from parvis.inbox.queries.unread import in_navigation
        from parvis.ui import badges

        badges.register("inbox", in_navigation)
        places.register(places.PROFILE_ACTIONS, beside.write_to)
