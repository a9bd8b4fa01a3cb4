from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "parvis.social"
    label = "social"
