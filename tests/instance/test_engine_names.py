"""The engine names no instance: nothing of this portal's own stands in `scripts/`, whose words serve any subject."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
INDICATORS = ROOT / "datapackages" / "indicators" / "data"

#: What any portal may call its own territory and those around it
COMMON = {"zone", "city", "province", "nation", "center", "全国", "china"}
#: Words of this portal's place and plan, beside the names that its data hold
PLACE = re.compile(r"(?i:chegu|wuhan|hubei)|车谷|武汉|湖北|经开区|十四五|征求意见")
#: Words of its subject
SUBJECT = re.compile(
    r"(?i:patent|trade.?mark|copyright|intellectual.propert|invention|geographical.indication|trade.secret|pledge)"
    r"|\bIP\b|知识产权|专利|商标|著作权|版权|发明|地理标志|商业秘密|质押"
)
#: The manual and its pictures show tests/tiny, which is made up but of the same subject; what a portal of this subject
#: begins with is its own afterwards; profiles of registers are ready-made for the offices that hold them
MANUAL = ("ipportal/docs/", "handbook_pictures.py", "ipportal/templates/start/", "ipportal/profiles/registers/")
#: Where such a word may stand, and why
ALLOWED = {
    ("ipportal/commands/catalogue/verbs.toml", "知识产权"): "the call by which the handbook makes a portal",
    ("ipportal/office/catalogue/starting.toml", "知识产权"): "follows the place in names of portals of this subject",
    ("ipportal/office/catalogue/starting.toml", "IP"): "follows the place in names of portals of this subject",
    ("readme_pictures.py", "invention"): "draws the pages of this repository for its README",
    ("ipportal/files/drawings.py", "Copyright"): "a keyword of the PNG standard",
    ("ipportal/theme/partials/strings.html", "版权"): "the name of the page on licences of any site",
    ("ipportal/theme/partials/strings.html", "copyright"): "the name of the page on licences of any site",
    ("ipportal/templates/package/LICENSE.txt", "著作权"): "the law that leaves official documents free",
    ("ipportal/templates/package/LICENSE.txt", "copyright"): "the law that leaves official documents free",
    ("ipportal/templates/package/LICENSE.txt", "Copyright"): "the law that leaves official documents free",
}


def rows(table: str) -> Iterator[dict[str, str]]:
    with (INDICATORS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def own(portal) -> re.Pattern[str]:
    """The names of this portal, its plans, its places and its indicators."""
    settings = portal.settings
    told = [settings.id, *(plan.title for plan in settings.plans), settings.name, settings.short_name]
    names = {word for text in told for word in ((text,) if isinstance(text, str) else (text.zh, text.en))}
    names |= {row[column] for row in rows("areas") for column in row if re.match("id|name|short", column)}
    names |= {row["id"] for row in rows("indicators")}
    wanted = sorted((name for name in names if name and name.lower() not in COMMON), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, wanted))})(?![\w-])")


def lines() -> Iterator[tuple[str, int, str]]:
    for path in sorted(SCRIPTS.rglob("*")):
        name = path.relative_to(SCRIPTS).as_posix()
        if (
            path.is_file()
            and "__pycache__" not in name
            and ".egg-info" not in name
            and path.suffix not in (".png", ".ico")
        ):
            text = path.read_text(encoding="utf-8")
            yield from ((name, number, line) for number, line in enumerate(text.split("\n"), 1))


def test_the_engine_names_nothing_of_this_portal(own):
    found = [
        (name, number, match[0])
        for name, number, line in lines()
        for pattern in (own, PLACE)
        for match in pattern.finditer(line)
    ]
    assert [each for each in found if (each[0], each[2].split("-")[0]) not in ALLOWED] == []


def test_the_engine_has_no_words_of_this_subject_but_where_a_reason_is_given():
    found = [
        (name, number, match[0])
        for name, number, line in lines()
        for match in SUBJECT.finditer(line)
        if not name.startswith(MANUAL)
    ]
    assert [each for each in found if (each[0], each[2]) not in ALLOWED] == []
    assert {(name, word) for name, _, word in found} >= set(ALLOWED), "reasons that are no longer needed"


@pytest.mark.parametrize("text", ["专利", "an IP plan", "/patents/"])
def test_words_of_the_subject_are_found(text):
    assert SUBJECT.search(text)
