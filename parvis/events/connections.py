"""Connections of our own to Django's database, for threads that listen, read the news or keep rows beside the ORM."""

from typing import Any

import psycopg
from django.db import connection

WANTED = ("dbname", "user", "password", "host", "port")


def open_connection(**more: Any) -> "psycopg.Connection[Any]":
    """Open a connection in autocommit mode; `more` as psycopg.connect takes it. psycopg.Error if it cannot be had."""
    parameters = connection.get_connection_params()
    return psycopg.connect(autocommit=True, **{key: parameters[key] for key in WANTED if parameters.get(key)}, **more)
