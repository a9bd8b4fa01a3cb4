from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CellsConfig(AppConfig):
    name = "parvis.cells"
    label = "cells"

    def ready(self) -> None:
        """Read the data map of every package: in each process it is whole, or what is erased would not be."""
        autodiscover_modules("portable")
