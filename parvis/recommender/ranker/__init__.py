"""Ranking that learns from each showing: what a viewer will do with a clip, and how long it will be watched."""

from parvis.recommender.ranker.heads import HEADS, QUANTILES
from parvis.recommender.ranker.ranker import PARTS, Outcomes, Predictions, Ranker, Tuning
from parvis.recommender.ranker.rows import FIELDS, Layout, Showings

__all__ = ["FIELDS", "HEADS", "PARTS", "QUANTILES", "Layout", "Outcomes", "Predictions", "Ranker", "Showings", "Tuning"]
