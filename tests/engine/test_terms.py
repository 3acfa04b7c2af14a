"""Glossary words in running text and in an alphabetical list."""

import pytest

from ipportal.base.text import Text
from ipportal.data.model import Term
from ipportal.words.terms import Piece, alphabetical, first_sentence, initial, mark


def term(id, zh, en, topic="patent"):
    return Term(id, Text(zh, en), Text("解释", "Plain words"), topic)


PATENT = term("patent", "专利", "patent")
DESIGN = term("design", "外观设计专利", "design patent")
SUM = term("sum", "合计", "total", "data")
GLOSSARY = {t.id: t for t in (PATENT, DESIGN, SUM)}


def marked(pieces):
    return [(piece.text, piece.term.id) for piece in pieces if piece.term]


def test_the_longest_word_wins_and_each_is_marked_once():
    pieces = mark("外观设计专利是专利的一种，专利有三种。", GLOSSARY, "zh")
    assert marked(pieces) == [("外观设计专利", "design"), ("专利", "patent")]
    assert "".join(piece.text for piece in pieces) == "外观设计专利是专利的一种，专利有三种。"


def test_english_words_match_whole_in_any_case_and_in_the_plural():
    pieces = mark("Patents are not patented; a Design patent is one.", GLOSSARY, "en")
    assert marked(pieces) == [("Patents", "patent"), ("Design patent", "design")]


def test_what_the_page_has_explained_already_stays_plain():
    assert mark("专利", GLOSSARY, "zh", met=["patent"]) == (Piece("专利"),)


def test_without_a_glossary_the_text_stays_whole():
    assert mark("专利", {}, "zh") == (Piece("专利"),)


@pytest.mark.parametrize(
    ("zh", "letter"),
    [("爱", "A"), ("专利", "Z"), ("“十四五”", "S"), ("PCT", "P"), ("12315平台", "0–9"), ("调解", "T"), ("琥珀", "琥")],
)
def test_initials_follow_pinyin(zh, letter):
    assert initial(term("x", zh, "X"), "zh") == letter


def test_every_real_term_has_a_latin_initial_in_both_languages(portal):
    for lang in ("zh", "en"):
        letters = [letter for letter, _ in alphabetical(portal.glossary, lang)]
        assert letters == sorted(letters)
        assert all(letter == "0–9" or (letter.isascii() and letter.isalpha()) for letter in letters)
        assert sum(len(terms) for _, terms in alphabetical(portal.glossary, lang)) == len(portal.glossary)


@pytest.mark.parametrize(
    ("text", "lang", "first"),
    [
        ("一句。两句。", "zh", "一句。"),
        ("没有句号", "zh", "没有句号"),
        ("One. Two.", "en", "One."),
        ("It cost 1.5 million. Then more.", "en", "It cost 1.5 million."),
        ("“Qiaomi” is a word. It is old.", "en", "“Qiaomi” is a word."),
    ],
)
def test_first_sentences(text, lang, first):
    assert first_sentence(text, lang) == first
