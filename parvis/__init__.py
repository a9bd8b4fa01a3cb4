"""Parvis: a short-video platform that an operator runs itself, and that can prove where people's data lives."""

__version__ = "0.1.0"
