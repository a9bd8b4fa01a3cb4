"""Texts as terms: any script, any spelling of the same."""

import pytest

from parvis.search.words import MOST_TERMS, distance, is_pair, near, normal, pieces, terms


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("CAFÉ", "cafe"),
        ("Straße", "STRASSE"),
        ("ﬁlm", "film"),
        ("ёлка", "ЕЛКА"),
        ("ΔΡΌΜΟΣ", "δρομος"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("שָׁלוֹם", "שלום"),
        ("ＰＡＲＶＩＳ", "parvis"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("İstanbul ışık", "istanbul isik"),
    ],
)
def test_the_same_word_is_the_same_term(one: str, same: str) -> None:
    assert terms(one) == terms(same)


def test_marks_that_make_another_word_stay() -> None:
    assert terms("か") != terms("が")
    assert terms("नमस्ते दुनिया") == ["नमस्ते", "दुनिया"]


def test_a_script_without_spaces_is_looked_up_by_pairs() -> None:
    assert terms("東京タワー") == ["東京", "京タ", "タワ", "ワー"]
    assert terms("猫") == ["猫"]
    assert pieces("猫cafe 東京") == [["猫"], ["cafe"], ["東京"]]
    assert is_pair("東京")
    assert not is_pair("cafe")


def test_what_is_no_letter_parts_words_and_nothing_is_stored_twice() -> None:
    assert terms("a-b, c/d; a's \x00 \ud800 #e@f") == ["a", "b", "c", "d", "as", "e", "f"]
    assert terms("") == terms(" .,;'") == []
    assert len(terms(" ".join(map(str, range(1000))))) == MOST_TERMS


def test_words_that_differ_by_one_letter_have_a_part_in_common() -> None:
    for wrong in ("lighthuose", "lighthose", "lighthoouse", "lighthiuse"):
        assert set(near(wrong)) & set(near("lighthouse"))
        assert distance(wrong, "lighthouse") == 1
    assert not set(near("harbour")) & set(near("lighthouse"))
    assert near("ab") == ["ab"]


def test_normal_never_fails() -> None:
    for letter in map(chr, range(0, 0x20000, 7)):
        assert normal(normal(letter)) == normal(letter)
