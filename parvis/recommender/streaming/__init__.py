"""Retrieval that learns from each event: popularity, co-visits and their vectors, and a viewer's own interest."""

from parvis.recommender.streaming.stream import PARTS, Described, Interest, Settings, Stream

__all__ = ["PARTS", "Described", "Interest", "Settings", "Stream"]
