"""The list of search words: read for both languages, and every slip is told with its line."""

import bad_corpus
import pytest

from ipportal.base.errors import DataError
from ipportal.data.manuscripts import FILE, read_words, word_problems
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check

HEADER = "lang,typed,written\n"


def portal(folder, text, encoding="utf-8"):
    path = folder / FILE
    path.parent.mkdir()
    path.write_bytes(text.encode(encoding))
    return folder


def test_words_of_each_language_in_their_order(tmp_path):
    root = portal(tmp_path, HEADER + "zh,牌子,商标\nen,brand,trademark\n\nzh, 假货 ,假冒\n")
    assert read_words(root) == {"zh": [("牌子", "商标"), ("假货", "假冒")], "en": [("brand", "trademark")]}
    assert word_problems(root) == []


def test_a_file_saved_by_excel_is_read(tmp_path):
    assert read_words(portal(tmp_path, HEADER + "zh,牌子,商标\r\n", "utf-8-sig"))["zh"] == [("牌子", "商标")]


def test_a_portal_without_the_file_has_no_words(tmp_path):
    assert read_words(tmp_path) == {"zh": [], "en": []}


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("typed,written\n牌子,商标\n", "header", 1),
        (HEADER + "zh,牌子\n", "cells", 2),
        (HEADER + "zh,牌子,商标\nzh,,商标\n", "cells", 3),
        (HEADER + "zh,a,b,c\n", "cells", 2),
        (HEADER + "fr,marque,trademark\n", "lang", 2),
        (HEADER + "en,Patent,patent\n", "same", 2),
        (HEADER + "en,brand,trademark\nen,Brand,trademark\n", "twice", 3),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path, text, code, row):
    root = portal(tmp_path, text)
    (problem,) = word_problems(root)
    assert (problem.code, problem.where.file, problem.where.row) == (f"search-words-{code}", FILE, row)
    assert problem.hint.zh and problem.hint.en
    with pytest.raises(DataError):
        read_words(root)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("牌\u200b子", "cell-invisible"),
        ("⽔质", "cell-lookalike"),
        ("{{ x }}", "cell-braces"),
        ("=1+1", "cell-formula"),
        ("a;=1", "cell-formula"),
        ("ＰＣＴ", "cell-full-width"),
        (" 牌子", "cell-spaces"),
        ("锟斤拷", "cell-garbled"),
    ],
)
def test_its_cells_are_judged_as_those_of_the_data(tmp_path, cell, code):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    (root / FILE).write_text(f"{HEADER}zh,{cell},商标\n", encoding="utf-8")
    (problem,) = check(read_packages(root), read_settings(root))
    assert (problem.code, problem.where.file, problem.where.row, problem.where.column) == (code, FILE, 2, "typed")


def test_a_line_that_is_no_csv_is_told(tmp_path):
    (problem,) = word_problems(portal(tmp_path, f'{HEADER}zh,"牌子"x,商标\n'))
    assert (problem.code, problem.where.row) == ("search-words-broken", 2)


def test_a_file_of_another_encoding_is_told(tmp_path):
    (problem,) = word_problems(portal(tmp_path, "语言,输入,写法\n", "gbk"))
    assert problem.code == "search-words-header"
