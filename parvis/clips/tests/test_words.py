"""Tags in any script."""

import pytest

from parvis.clips.words import tags_of


@pytest.mark.parametrize(
    "tag", ["नमस्ते", "வணக்கம்", "ประเทศไทย", "বাংলা", "မင်္ဂလာပါ", "שָׁלוֹם", "مرحبا", "東京タワー", "café", "сон2"]
)
def test_a_tag_is_whole_in_every_script(tag: str) -> None:
    assert tags_of(f"a #{tag}, b") == [tag]
    assert tags_of(f"a{tag}#{tag}") == []


def test_a_tag_ends_where_its_letters_end_and_a_number_is_none() -> None:
    assert tags_of("#one-two #2026 #a#b &#x27; /#path #One") == ["one", "a"]
