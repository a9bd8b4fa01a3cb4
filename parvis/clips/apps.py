from django.apps import AppConfig


class ClipsConfig(AppConfig):
    name = "parvis.clips"
    label = "clips"
