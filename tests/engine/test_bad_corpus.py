"""Every broken package of tests/bad gives exactly the messages its case promises, and nothing else."""

import unicodedata

import bad_corpus
import pytest

from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import RULES, check

CASES = sorted(path.stem for path in bad_corpus.BAD.glob("*.toml"))
#: Words of programmers and of the data standard that a message must not use; datapackage.json names are no words
JARGON = ("Traceback", "Error", "None", "null", "regex", "pattern", "constraint", "foreign key", "primary key")


def told(problem):
    return {
        "code": problem.code,
        "file": problem.where.file,
        **({"row": problem.where.row} if problem.where.row is not None else {}),
        **({"column": problem.where.column} if problem.where.column else {}),
        "message_zh": problem.message("zh"),
        "hint_zh": problem.hint.zh,
        "message_en": problem.message("en"),
        "hint_en": problem.hint.en,
    }


def test_the_small_portal_itself_has_no_problem():
    assert check(read_packages(bad_corpus.TINY), read_settings(bad_corpus.TINY)) == []


@pytest.mark.parametrize("name", CASES)
def test_the_fault_is_told_as_promised(name, tmp_path):
    case = bad_corpus.read(name)
    root = bad_corpus.break_copy(case["change"], tmp_path / "portal")
    problems = check(read_packages(root), read_settings(root))
    assert [told(problem) for problem in problems] == case["expect"]


@pytest.mark.parametrize("name", CASES)
def test_the_messages_are_words_for_people(name):
    for expected in bad_corpus.read(name)["expect"]:
        for text in (expected["message_zh"], expected["hint_zh"], expected["message_en"], expected["hint_en"]):
            assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in text), f"invisible: {text!r}"
        for text in (expected["hint_zh"], expected["hint_en"]):
            assert not any(word in text for word in JARGON), text


def test_every_rule_has_a_bad_example():
    shown = {expected["code"] for name in CASES for expected in bad_corpus.read(name)["expect"]}
    assert shown == {rule.code for rule in RULES}


def test_the_corpus_holds_what_spreadsheets_do():
    assert len(CASES) >= 130


@pytest.mark.parametrize("name", ["file-gbk", "cell-letter-o", "spreadsheet-mess"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_says_the_same_and_fails(name, lang, tmp_path, capsys):
    case = bad_corpus.read(name)
    root = bad_corpus.break_copy(case["change"], tmp_path / "portal")
    assert main(["check", "--root", str(root), "--lang", lang]) == 1
    printed = capsys.readouterr().out
    for expected in case["expect"]:
        assert expected[f"message_{lang}"] in printed
        assert expected[f"hint_{lang}"] in printed
        assert f"[{expected['code']}]" in printed
