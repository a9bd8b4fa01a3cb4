"""The named world with clips that have words, and what is looked up of them."""

from collections.abc import Callable
from typing import Any

import pytest

from parvis.accounts.viewer import Viewer, anonymous
from parvis.clips.models import Clip
from parvis.search.actions import keep_clips, keep_people
from parvis.social.tests.conftest import client_of, make_clip, world

__all__ = ["client_of", "world"]


@pytest.fixture
def say(world: dict[str, Any]) -> Callable[..., Clip]:
    """Post a clip with these words, and keep what is looked up of it."""

    def _say(title: str, *, by: str = "alice", **more: Any) -> Clip:
        clip = make_clip(world[by], title=title, **more)
        keep_clips([clip.id])
        return clip

    return _say


@pytest.fixture
def known(world: dict[str, Any]) -> dict[str, Any]:
    """Keep what is looked up of everybody."""
    keep_people([person.id for person in world.values()])
    return world


@pytest.fixture
def nobody() -> Viewer:
    """A visitor."""
    return anonymous("FR", "fr")
