"""The list of search words: read for both languages, and every slip is told with its line."""

import bad_corpus
import pytest

from ipportal.base.text import LANGS
from ipportal.data.manuscripts import WORDS_FILE, read_words, word_table
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check, check_alone

HEADER = "lang,typed,written\n"
SETTINGS = read_settings(bad_corpus.TINY)


def portal(folder, content, encoding="utf-8"):
    path = folder / WORDS_FILE
    path.parent.mkdir()
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return folder


def problems(root):
    return check_alone(word_table(root, LANGS), SETTINGS, root)


def test_words_of_each_language_in_their_order(tmp_path):
    root = portal(tmp_path, HEADER + "zh,牌子,商标\nen,brand,trademark\nzh,假货,假冒\n")
    assert read_words(root, LANGS) == {"zh": [("牌子", "商标"), ("假货", "假冒")], "en": [("brand", "trademark")]}
    assert problems(root) == []


def test_a_file_saved_by_excel_is_read(tmp_path):
    root = portal(tmp_path, HEADER + "zh,牌子,商标\r\n", "utf-8-sig")
    assert read_words(root, LANGS)["zh"] == [("牌子", "商标")]
    assert problems(root) == []


def test_a_portal_without_the_file_has_no_words(tmp_path):
    assert read_words(tmp_path, LANGS) == {"zh": [], "en": []}


@pytest.mark.parametrize(
    ("content", "code", "row", "column"),
    [
        ("typed,written\n牌子,商标\n", "column-missing", 1, "lang"),
        ("lang,typed,typed,written\nzh,牌子,牌子,商标\n", "column-twice", 1, "typed"),
        (HEADER + "zh,牌子\n", "row-short", 2, None),
        (HEADER + "zh,牌子,商标\nzh,,商标\n", "required-empty", 3, "typed"),
        (HEADER + "zh,a,b,c\n", "row-long", 2, None),
        (HEADER + "fr,marque,trademark\n", "code-unknown", 2, "lang"),
        (HEADER + "en,Patent,patent\n", "text-same", 2, "written"),
        (HEADER + "en,brand,trademark\nen,brand,trademark\n", "row-repeated", 3, None),
        (HEADER + "zh,牌\u200b子,商标\n", "cell-invisible", 2, "typed"),
        (HEADER + "zh,⽔质,商标\n", "cell-lookalike", 2, "typed"),
        (HEADER + "zh,{{ x }},商标\n", "cell-braces", 2, "typed"),
        (HEADER + "zh,=1+1,商标\n", "cell-formula", 2, "typed"),
        (HEADER + "zh,a;=1,商标\n", "cell-formula", 2, "typed"),
        (HEADER + "zh,ＰＣＴ,商标\n", "cell-full-width", 2, "typed"),
        (HEADER + "zh, 牌子,商标\n", "cell-spaces", 2, "typed"),
        (HEADER + "zh,锟斤拷,商标\n", "cell-garbled", 2, "typed"),
        (HEADER + f"zh,{'字' * 100_000},商标\n", "value-limit", 2, "typed"),
        (f'{HEADER}zh,"牌子"x,商标\n', "quote-unbalanced", 2, None),
        (HEADER.replace(",", ";") + "zh;牌子;商标\n", "file-delimiter", 1, None),
        ("语言,输入,写法\n".encode("gbk"), "file-encoding", None, None),
        (f"{HEADER}zh,牌子,商标\n".encode("utf-16"), "file-encoding", None, None),
        (b"PK\x03\x04", "file-encoding", None, None),
        (HEADER.encode() + b"zh,\xe7\x89,\xe5\x95\x86\xe6\xa0\x87\xe5\x95\x86\n", "file-encoding", 2, None),
        (b"", "file-empty", None, None),
    ],
)
def test_a_slip_is_told_with_its_place(tmp_path, content, code, row, column):
    root = portal(tmp_path, content)
    (problem,) = problems(root)
    where = problem.where
    assert (problem.code, where.file, where.row, where.column) == (code, WORDS_FILE, row, column)
    assert problem.hint.zh and problem.hint.en
    read_words(root, LANGS)


def test_a_check_tells_them_with_all_others(tmp_path):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    (root / WORDS_FILE).write_text(f"{HEADER}zh,{{{{ x }}}},商标\n", encoding="utf-8")
    (problem,) = check(read_packages(root), read_settings(root))
    assert (problem.code, problem.where.file) == ("cell-braces", WORDS_FILE)


def test_a_folder_in_its_place_is_told(tmp_path):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    (root / WORDS_FILE).mkdir()
    (problem,) = check(read_packages(root), read_settings(root))
    assert (problem.code, problem.where.file) == ("file-special", WORDS_FILE)
