from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "parvis.events"
    label = "events"
