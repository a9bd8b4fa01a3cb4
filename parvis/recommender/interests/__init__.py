"""How long clips hold a viewer: what they are about, what else tastes differ by, and what was seen a moment ago."""

from parvis.recommender.interests.model import OF_VIEWERS, Interests
from parvis.recommender.interests.shape import GROUPS
from parvis.recommender.interests.viewers import Recollection

__all__ = ["GROUPS", "OF_VIEWERS", "Interests", "Recollection"]
