"""What a guardian sets holds in the teen's feeds, in every process a moment later, and no longer than the link."""

from dataclasses import replace

import pytest

from parvis.accounts.viewer import UNDER_16
from parvis.feed import actions as wishes
from parvis.feed.tests.conftest import ask, clips, live, report, viewer_of, world
from parvis.feed.tests.test_minutes import _long_day, is_over, watch
from parvis.guardians import actions
from parvis.guardians.tests.conftest import linked, rules

__all__ = ["_long_day", "ask", "clips", "live", "report", "world"]


@pytest.mark.parametrize("mode", ["personal", "newest"])
def test_the_feed_ends_after_the_minutes_that_a_guardian_set(world, clips, live, ask, report, mode):
    erin = replace(viewer_of(world["erin"]), age_band=UNDER_16)
    wishes.choose_mode(viewer=erin, mode=mode)
    link = linked(world["erin"], world["bob"])
    report(erin, [watch(clips[0], 200)])
    assert not is_over(ask(erin))
    rules(world["bob"], link, minutes=5)
    live.look()
    assert not is_over(ask(erin))
    report(erin, [watch(clips[1], 100)])
    assert is_over(ask(erin))
    actions.end(viewer=erin, link=link)
    live.look()
    assert not is_over(ask(erin))


@pytest.mark.parametrize("mode", ["personal", "newest"])
def test_no_feed_shows_a_tag_that_a_guardian_keeps_away(world, live, ask, mode):
    erin = replace(viewer_of(world["erin"]), age_band=UNDER_16)
    wishes.choose_mode(viewer=erin, mode=mode)
    shows = lambda: len(ask(erin, "feed=tag:jazz").json["clips"]) > 0  # noqa: E731
    assert shows()
    link = linked(world["erin"], world["bob"])
    rules(world["bob"], link, tags=("jazz",))
    live.look()
    assert not shows()
    actions.end(viewer=erin, link=link)
    live.look()
    assert shows()
