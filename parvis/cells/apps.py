from django.apps import AppConfig


class CellsConfig(AppConfig):
    name = "parvis.cells"
    label = "cells"
