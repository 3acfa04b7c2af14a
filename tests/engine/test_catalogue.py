"""The catalogue of rules: every rule explains itself in both languages, and no word of it is missing or left over."""

import ast
import inspect
import json
import re
import tomllib
from functools import partial
from importlib import resources
from pathlib import Path

import bad_corpus
import pytest

from ipportal import cli, commands, deploy, files, office, site
from ipportal.base.errors import PARTS, Named, Where
from ipportal.base.text import LANGS, Text
from ipportal.data import description, registers
from ipportal.data.packages import read_packages
from ipportal.deploy import target
from ipportal.office import starting
from ipportal.rules import OFFICIAL_RULES, RULES, warnings
from ipportal.rules.rule import CATALOGUE

CHINESE = re.compile("[\u4e00-\u9fff]")
FACT = re.compile(r"(?<!\{)\{([a-z_]+)(?:\.([a-z_]+))?\}(?!\})")
ENTRIES = list(CATALOGUE.entries.values())
CODES = {rule.code: rule for rule in (*RULES, *warnings.RULES, *OFFICIAL_RULES)}
#: What every problem knows, besides the facts its rule gives
ALWAYS = {"found", "file"}
#: Rules that only hand on what the judges of the base room say
HANDED_ON = {"cell-invisible", "cell-lookalike", "cell-braces", "descriptor-words", "page-characters", "source-address"}


def module_of(code):
    """The module that finds the faults of a rule."""
    run = CODES[code].run
    while isinstance(run, partial):
        run = run.args[0]
    return inspect.getmodule(run)


def facts_asked(entry):
    return {
        found
        for advice in entry.advice.values()
        for text in advice
        for lang in LANGS
        for found in FACT.findall(text[lang])
    }


def written_in(module):
    """The texts that stand in a module, and the names of the facts it hands to its findings."""
    nodes = list(ast.walk(ast.parse(inspect.getsource(module))))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    names = [call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "") for call in calls]
    tellers = ("Finding", "fault", "_entry")
    given = {key.arg for call, name in zip(calls, names, strict=True) if name in tellers for key in call.keywords}
    return texts, given - {"advice", None}


def shape_kinds():
    """The names that the shapes of descriptions give to what they expect."""
    shapes = resources.files("ipportal.data") / "shapes"
    told = ("descriptor", "register", "aggregates")
    found, waiting = set(), [json.loads((shapes / f"{name}.json").read_bytes()) for name in told]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found |= {node["title"]} if isinstance(node.get("title"), str) else set()
            waiting += node.values()
    return found


def test_every_rule_has_its_entry_once_and_every_entry_its_rule():
    codes = [entry.code for group in CATALOGUE.groups for entry in group.entries]
    assert len(codes) == len(set(codes)) and len(CODES) == len(RULES) + len(warnings.RULES) + len(OFFICIAL_RULES)
    assert set(codes) == set(CODES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_every_file_of_the_catalogue_is_read():
    files = {file.name for file in (resources.files("ipportal.rules") / "catalogue").iterdir()}
    assert files == {f"{name}.toml" for name in CATALOGUE.files}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_a_rule_explains_itself_in_both_languages(entry):
    for text in (entry.title, entry.explanation):
        assert CHINESE.search(text.zh)
        assert not CHINESE.search(text.en)
    assert entry.explanation.zh.endswith("。")
    assert entry.explanation.en.endswith(".")
    assert entry.example.wrong != entry.example.right
    assert bool(entry.advice) != (entry.code in HANDED_ON)
    for advice in entry.advice.values():
        assert all(text[lang] for text in advice for lang in LANGS)


def test_titles_differ_so_that_the_methods_page_can_list_them():
    for titles in ([entry.title for entry in ENTRIES], [group.title for group in CATALOGUE.groups]):
        assert len({title.zh for title in titles}) == len({title.en for title in titles}) == len(titles)


@pytest.mark.parametrize("name", CATALOGUE.files)
def test_every_part_of_an_entry_is_one_that_is_read(name):
    file = resources.files("ipportal.rules") / "catalogue" / f"{name}.toml"
    for code, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
        if code == "title":
            continue
        variants = [part for key, part in table.items() if key not in PARTS]
        assert all(part and part.keys() <= {"expected", "hint"} for part in variants), code
        assert table.keys() >= {"title", "explanation", "example"}, code


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_every_variant_is_told_and_every_fact_is_given(entry):
    texts, given = written_in(module_of(entry.code))
    if entry.code == "descriptor-shape":  # told where descriptions are read
        texts, kinds = written_in(description)[0] | written_in(registers)[0], shape_kinds()
        assert kinds <= set(entry.advice)
        texts = texts | kinds
    assert set(entry.advice) - {""} <= texts
    assert {name for name, part in facts_asked(entry) if not part} <= given | ALWAYS


@pytest.mark.parametrize("module", sorted({module_of(code).__name__ for code in CODES}))
def test_every_fact_that_is_given_is_asked_for(module):
    entries = [entry for entry in ENTRIES if module_of(entry.code).__name__ == module]
    _, given = written_in(module_of(entries[0].code))
    assert given <= {name for entry in entries for name, _ in facts_asked(entry)}


def test_the_columns_and_tables_that_are_named_exist():
    tables = [table for package in read_packages(bad_corpus.TINY) for table in package.tables]
    known = {("table", table.name) for table in tables} | {
        ("column", name) for table in tables for name in table.header
    }
    known.add(("column", "note"))  # the pair note_zh and note_en
    assert {fact for entry in ENTRIES for fact in facts_asked(entry) if fact[1]} <= known


def test_a_reader_may_know_columns_tables_and_rows_by_other_names():
    def naming(named: Named) -> Text:
        return Text(f"“{named.kind}-{named.name}”", f"“{named.name}”")

    facts = {"indicator": "grants", "row": Named("row", 3), "low": 1, "lacking": [Named("column", "source"), "{x}"]}
    problem = CATALOGUE.problem("target-default", Where("targets.csv", 5, "default"), "yes", **facts)
    assert problem.hint.zh == "第 3 行已是默认：一行改为 no，并在 note 写明取舍"
    assert problem.named(naming).hint.zh == "第 “row-3” 行已是默认：一行改为 no，并在 “column-note” 写明取舍"
    assert problem.named(naming) != problem and problem.named(naming).where == problem.where
    proof = CATALOGUE.problem("system-proof", Where("systems.csv", 5), state="started", **facts)
    assert proof.hint.en == ("fill in source, {x}; without public proof the state is “unknown” and these stay empty")
    with pytest.raises(KeyError):
        CATALOGUE.problem("target-default", Where("targets.csv"))


@pytest.mark.parametrize(("room", "catalogue"), [(office, office.CATALOGUE), (deploy, target.CATALOGUE)], ids=str)
def test_the_words_of_a_room_are_those_its_modules_ask_for(room, catalogue):
    files = Path(room.__file__).parent.glob("*.py")
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    asked = {
        call.args[0].value
        for call in calls
        if ast.unparse(call.func).split(".")[-1] in ("problem", "trouble", "_refused")
        and isinstance(call.args[0], ast.Constant)
    }
    assert asked <= set(catalogue.entries) <= texts
    for entry in catalogue.entries.values():
        assert set(entry.advice) <= texts | {""}, entry.code
        for advice in entry.advice.values():
            for text in advice:
                assert CHINESE.search(text.zh) and not CHINESE.search(text.en), entry.code


@pytest.mark.parametrize("room", [commands, files, site], ids=lambda room: room.__name__.rpartition(".")[2])
def test_every_fault_of_a_room_is_told_somewhere_in_it_in_both_languages(room):
    told = {
        node.value
        for path in (*Path(room.__file__).parent.glob("*.py"), Path(cli.__file__), Path(starting.__file__))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # what is wrong with an answer goes by the name of its question
    told |= {option.removeprefix("--") for option in commands.VERBS["init"].options}
    for code, entry in room.CATALOGUE.entries.items():
        assert {code, *entry.advice} - {""} <= told
        for advice in entry.advice.values():
            assert all(text[lang] for text in advice for lang in LANGS)
            assert not CHINESE.search(advice.expected.en + advice.hint.en)
