"""Every broken workbook is refused with exactly the cells and messages its case promises, and nothing else."""

import re
import tomllib
import tracemalloc
import unicodedata

import bad_workbooks as bad
import pytest
import workbooks

JARGON = ("Traceback", "Error", "None", "null", "regex", "primary key", "foreign key")


def expected(name):
    return tomllib.loads((bad.EXPECTED / f"{name}.toml").read_text(encoding="utf-8"))["expect"]


def told(problem):
    return {
        "code": problem.code,
        "cell": problem.where.cell or "",
        "message_zh": problem.message("zh"),
        "hint_zh": problem.hint.zh,
        "message_en": problem.message("en"),
        "hint_en": problem.hint.en,
    }


def test_the_sound_workbook_is_taken_without_a_word():
    done = workbooks.imported(workbooks.sound())
    assert (done.problems, done.notes, done.edits) == ((), (), ())


@pytest.mark.parametrize("name", bad.NAMES)
def test_the_fault_is_told_as_promised(name):
    done = workbooks.imported(bad.broken(name, workbooks.sound()))
    assert [told(problem) for problem in done.problems] == expected(name)
    assert done.packages in ((), workbooks.tiny())


def test_every_case_has_its_words_and_every_words_their_case():
    assert sorted(path.stem for path in bad.EXPECTED.glob("*.toml")) == bad.NAMES
    assert len(bad.NAMES) >= 60


@pytest.mark.parametrize("name", bad.NAMES)
def test_the_messages_are_words_for_people(name):
    for entry in expected(name):
        texts = [entry[key] for key in ("message_zh", "hint_zh", "message_en", "hint_en")]
        assert not any(unicodedata.category(char) in ("Cc", "Cf") for text in texts for char in text)
        assert not any(word in entry[key] for key in ("hint_zh", "hint_en") for word in JARGON)
        assert not re.search(r"[a-z]+_[a-z]+", (entry["message_zh"] + entry["hint_zh"]).replace("as_of", "")), (
            "a column name, not its title"
        )


@pytest.mark.parametrize("name", ["file-zip-bomb", "file-huge-cell", "file-many-cells", "file-entity-bomb"])
def test_hostile_files_need_little_memory(name):
    data = bad.broken(name, workbooks.sound())
    tracemalloc.start()
    try:
        workbooks.imported(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150_000_000
