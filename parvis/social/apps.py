from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "parvis.social"
    label = "social"

    def ready(self) -> None:
        from parvis.clips import places
        from parvis.clips.queries import register_follow_check
        from parvis.social import beside, kinds, notices  # noqa: F401 - declares the kinds of event and of news
        from parvis.social.queries import followed_among

        register_follow_check(followed_among)
        places.register(places.PROFILE_COUNTS, beside.person_counts)
        places.register(places.PROFILE_MENU, beside.person_menu)
        places.register(places.CLIP_COUNTS, beside.clip_counts)
        places.register(places.CLIP_KEEP, beside.clip_keep)
        places.register(places.CLIP_TALK, beside.clip_talk)
