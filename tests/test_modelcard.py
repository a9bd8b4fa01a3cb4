"""`parvis recommender card` says what the page says."""

import json
from contextlib import nullcontext
from typing import Any

import pytest

from parvis.feed.modelcard import card, idle_feeds
from parvis.project import cli
from parvis.project.commands import recommender


@pytest.mark.django_db
def test_the_command_prints_it_for_people_and_for_programs(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recommender, "database", lambda config: nullcontext())
    assert cli.main(["recommender", "card", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["feeds"] == card(idle_feeds())["feeds"]
    assert cli.main(["recommender", "card"]) == 0
    lines = capsys.readouterr().out
    for words in ("for-you: recipe", "source   following", "feed_watch:", "private: ", "clips_open"):
        assert words in lines
