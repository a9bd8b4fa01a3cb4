"""Words of a list are found in texts of any script, whole where the script has words."""

import pytest

from parvis.kit.wordlist import finder, folded


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("cat", "My CAT sleeps"),
        ("cat", "cat"),
        ("straße", "In der STRASSE"),
        ("café", "Un cafe\u0301, s'il vous plaît"),
        ("red card", "A  red\ncard!"),
        ("猫", "黒猫が好き"),
        ("고양이", "고양이는 잔다"),
        ("แมว", "ฉันรักแมวดำ"),
        ("кот", "Кот спит."),
        ("c++", "I write c++ all day"),
        ("🐍", "no🐍please"),
    ],
)
def test_a_word_is_found(word, text):
    assert finder([word]).search(folded(text))


@pytest.mark.parametrize(
    ("word", "text"), [("cat", "A category"), ("cat", "concat"), ("кот", "который"), ("red card", "red cardinal")]
)
def test_a_word_is_not_found_within_another(word, text):
    assert finder([word]).search(folded(text)) is None


def test_any_of_many_is_found_and_no_words_find_nothing():
    assert finder(["a.b", "rain"]).search(folded("axb")) is None
    assert finder(["a.b", "rain"]).search(folded("so much rain"))
    assert finder([]) is None
    assert finder(["  "]) is None
