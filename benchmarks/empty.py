"""The very settings of the server, but for one address more: a view that does nothing (`empty_urls`)."""

from parvis.project.settings import *  # noqa: F403 - what is measured is the product as it is

ROOT_URLCONF = "benchmarks.empty_urls"
