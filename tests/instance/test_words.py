"""The list of words in docs/words.csv: one way to say a thing, on every page and in all the program says."""

import ast
import csv
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "scripts/ipportal"
#: Words in quotation marks, in templates and catalogues
QUOTED = re.compile(r'"([^"\n]*)"')
CHINESE = re.compile("[\u3400-\u9fff]")
#: What people enter in cells and type in searches is not said by the program; code is no prose
TYPED = ("rules/cells.py", "site/catalogue/search.toml")
CODE = re.compile(r"```.*?```|`[^`\n]+`|\{\{.*?\}\}|\]\([^)]*\)|^source_hash[^\n]*$", re.DOTALL | re.MULTILINE)


def rows():
    with (REPOSITORY / "docs/words.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts(path: Path):
    """What a file of the program says, told apart from its code."""
    if path.suffix == ".py":
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Text")
        parts = (part for call in calls for arg in call.args for part in ast.walk(arg))
        return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return QUOTED.findall(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said():
    """By language: where it stands, and what is said there."""
    found = {"zh": [], "en": []}
    for lang, told in found.items():
        for root in (REPOSITORY, PACKAGE):
            for page in sorted((root / "docs" / lang).rglob("*.md")):
                text = CODE.sub(" ", page.read_text(encoding="utf-8"))
                told.append((page.relative_to(REPOSITORY).as_posix(), text))
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE).as_posix()
        if path.suffix in (".py", ".html", ".toml") and place not in TYPED:
            for text in texts(path):
                found["zh" if CHINESE.search(text) else "en"].append((place, text))
    return found


def uses(row, text):
    for allowed in filter(None, row["unless"].split("|")):
        text = text.replace(allowed, "")
    pattern = re.escape(row["avoid"])
    if row["lang"] == "en":
        pattern = rf"(?<![\w-]){pattern}(?!\w)"
    return re.search(pattern, text, re.IGNORECASE if row["avoid"].islower() else 0) is not None


def test_the_list_is_in_order_and_says_what_to_write():
    found = [(row["lang"], row["avoid"]) for row in rows()]
    assert found == sorted(set(found)) and {lang for lang, _ in found} == {"zh", "en"}
    assert all(row["write"] and row["avoid"] != row["write"] for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["avoid"])
def test_what_is_to_be_avoided_is_not_said(row, said):
    where = sorted({place for place, text in said[row["lang"]] if uses(row, text)})
    assert where == [], f"write “{row['write']}” instead of “{row['avoid']}”"


def test_a_word_is_found_as_a_word_and_where_it_is_allowed_it_is_not(said):
    def row(avoid, lang="en", unless=""):
        return {"lang": lang, "avoid": avoid, "write": "x", "unless": unless}

    assert "email" in CODE.sub(" ", 'source_hash: "1a"\n---\nAn email to us.')
    assert uses(row("email"), "An Email to us.") and not uses(row("email"), "emails-list")
    assert uses(row("of the Zone"), "plan of the Zone") and not uses(row("of the Zone"), "plan of the zone")
    seen = row("未见公开", "zh", "未见公开进展")
    assert uses(seen, "是否印发，未见公开。") and not uses(seen, "规划期内未见公开进展。")
    assert all(len(said[lang]) > 500 for lang in said)
