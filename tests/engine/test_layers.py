"""Modules import from lower layers only; one adapter stands before each outside library (pyproject.toml says which)."""

import ast
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "scripts" / "ipportal"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
#: What is imported by a string, which no contract sees: the module that does it, and what
BY_STRING = {
    ("files/analysis.py", "pandas"),
    ("rules/schema.py", "frictionless"),
    ("rules/schema.py", "pyarrow"),
    ("rules/schema.py", "pyarrow.compute"),
    ("charts/parts.py", "altair"),
    ("charts/parts.py", "altair.utils.schemapi"),
    ("commands/__init__.py", None),
    ("registers/engine.py", "duckdb"),
    ("registers/engine.py", "ibis"),
    ("registers/reading.py", "openpyxl"),
    ("registers/reading.py", "pyarrow.fs"),
}
#: The processes that draw charts load the entry point too, so it loads the rest only when it runs; those of the site
#: generator are spared the data and their libraries
LATE = {"__main__.py", "macros.py"}
MOST_MODULES = 156
#: The program, by design; and the catalogues beside it, which are read as texts
MOST_LINES = {".py": 30_000, ".toml": 3_000}


def sources():
    return {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def by_string(files):
    """(module, what) for every import by a string; None where the string is not written out."""
    for name, text in files.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
                yield name, node.args[0].value if isinstance(node.args[0], ast.Constant) else None


def misplaced(files):
    """(module, line) for every import that is relative, or of an own module but not at the top."""
    for name, text in files.items():
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield name, node.lineno
        functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
        for node in (node for function in functions for node in ast.walk(function)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(each.split(".")[0] == "ipportal" for each in names) and name not in LATE:
                yield name, node.lineno


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_a_contract_is_kept(contract, capsys):
    configure()
    kept = lint_imports(str(ROOT / "pyproject.toml"), (contract["id"],), cache_dir=None, no_logo=True)
    assert kept, capsys.readouterr().out


def test_no_circle_between_modules():
    graph = grimp.build_graph("ipportal", cache_dir=None)
    assert len(graph.modules) == len(sources())
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(needs).prepare()


def test_own_modules_are_imported_at_the_top_and_by_their_full_name():
    assert list(misplaced(sources())) == []


def test_only_what_is_listed_is_imported_by_a_string():
    assert set(by_string(sources())) == BY_STRING


def test_what_the_contracts_do_not_see_is_found():
    strange = "from . import a\ndef f(name):\n    import ipportal.data.model\n    importlib.import_module(name)\n"
    late = "async def f():\n    from ipportal import cli\n    __import__('pandas')\n"
    files = {"a.py": strange, "b.py": late}
    assert sorted(misplaced(files)) == [("a.py", 1), ("a.py", 3), ("b.py", 2)]
    assert sorted(by_string(files)) == [("a.py", None), ("b.py", "pandas")]


def test_the_package_grows_no_longer():
    assert len(sources()) <= MOST_MODULES
    for suffix, most in MOST_LINES.items():
        assert sum(path.read_bytes().count(b"\n") for path in PACKAGE.rglob(f"*{suffix}")) <= most
