"""Modules import from lower layers only; one adapter stands before each outside library."""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "scripts" / "ipportal"

#: From the ground up. A module imports from lines above its own, or from its own package (`rules`, `blocks`, …).
LAYERS = (
    # 0 words, numbers, dates, errors, settings
    {"text"},
    {"periods", "quantities", "errors", "addresses", "locators"},
    {"settings", "manuscripts", "lockfile", "searchtext", "searchwords"},
    # 1 what there is
    {"model"},
    # 2 from files to the frozen portal
    {"packages"},
    {"rules", "ledger", "memory"},
    {"loading"},
    # 3 pure arithmetic
    {"progress", "cases", "plan", "promotion", "calendar_rules", "comparison", "freshness"},
    # 4 tables, sentences, charts
    {"tables", "freshtext"},
    {"charts"},
    # 5 files and page parts
    {"artefacts"},
    {"blocks"},
    {"pending"},
    # 6 what touches the disk, the site generator or the terminal
    {"generator", "staging", "standalone"},
    {"pagefacts", "livepages", "swap", "serve", "report", "stubs", "macros", "rehearsal", "earlier", "sitemap"},
    {"hosting", "wellknown"},
    {"reviewing"},
    {"sitediff", "zensicalrun"},
    {"publish", "searchindex", "editing", "verify", "diff"},
    {"release", "workbook", "difftext"},
    {"new", "build", "deploy", "preview", "bundle"},
    # 7 the command line
    {"commands"},
    {"cli"},
    {"__main__"},
)

#: Where an outside library may be named; “mkdocs” stands for everything of the site generator
ADAPTERS = {
    "frictionless": {"rules.tableschema"},
    "altair": {"charts"},
    "vl_convert": {"artefacts.chartfiles"},
    "openpyxl": {"artefacts.workbook", "workbook"},
    "pyarrow": {"artefacts.tabular"},
    "pandas": set(),
    "rdflib": {"artefacts.catalogue"},
    "icalendar": {"artefacts.feeds", "artefacts.calendar"},
    "babel": {"periods"},
    "lxml": {"pagefacts", "artefacts.svg", "artefacts.workbook"},
    "noto_cjk_sans_otc": {"artefacts.chartfiles"},
    "mkdocs": {"generator", "livepages", "macros"},
    "watchdog": {"serve"},
    "yaml": {"artefacts.citation", "manuscripts", "standalone"},
    "botocore": {"deploy.bucket"},
}

MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def name_of(path):
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


OWN = {f"ipportal.{name_of(path)}" for path in MODULES}


@cache
def imports(path):
    """(module, inside a function) for every import, import_module("…") included."""
    return tuple(_imports(path))


def _imports(path):
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    inner = {
        node
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in inner) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((part if part in OWN else node.module, node in inner) for part in parts)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            yield from ((a.value, node in inner) for a in node.args if isinstance(a, ast.Constant))


def level(module):
    top = module.split(".")[0]
    found = [number for number, names in enumerate(LAYERS) if top in names]
    assert len(found) == 1, f"give the module {top} its place in LAYERS"
    return found[0]


@pytest.mark.parametrize("path", [p for p in MODULES if p.parts != ("__init__.py",)], ids=str)
def test_imports_come_from_lower_layers(path):
    own = name_of(path)
    for module, _ in imports(path):
        if not module.startswith("ipportal."):
            continue
        other = module.removeprefix("ipportal.")
        same_package = other.split(".")[0] == own.split(".")[0]
        assert same_package or level(other) < level(own), f"{own} may not import {other}"


# the processes that draw charts load the entry point too, so it loads the rest only when it runs
@pytest.mark.parametrize("path", [p for p in MODULES if p.parts != ("__main__.py",)], ids=str)
def test_own_modules_are_imported_at_the_top(path):
    inside = [module for module, inner in imports(path) if inner and module.startswith("ipportal")]
    assert inside == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_outside_libraries_stay_behind_their_adapter(path):
    own = name_of(path)
    for module, _ in imports(path):
        library = module.split(".")[0]
        allowed = ADAPTERS.get("mkdocs" if library.startswith("mkdocs") else library)
        if allowed is not None:
            assert any(own == place or own.startswith(f"{place}.") for place in allowed), f"{own} may not use {library}"


def test_no_circle_between_modules():
    graph = {}
    names = {name_of(path) for path in MODULES}
    for path in MODULES:
        wanted = (module.removeprefix("ipportal.") for module, _ in imports(path) if module.startswith("ipportal."))
        graph[name_of(path)] = {module for module in wanted if module in names}
    done, active = set(), []

    def visit(module):
        assert module not in active, " → ".join([*active, module])
        if module not in done:
            active.append(module)
            for other in sorted(graph[module]):
                visit(other)
            active.pop()
            done.add(module)

    for module in sorted(graph):
        visit(module)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_is_longer_than_the_ceiling(path):
    assert len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) <= 400
