from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "parvis.social"
    label = "social"

    def ready(self) -> None:
        from parvis.clips.queries import register_follow_check
        from parvis.social import kinds  # noqa: F401 - declares the kinds of event
        from parvis.social.queries import followed_among

        register_follow_check(followed_among)
