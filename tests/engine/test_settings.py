import json
import re
from datetime import date
from pathlib import Path

import bad_corpus
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from ipportal.base.addresses import split
from ipportal.base.errors import DataError
from ipportal.base.text import LANGS
from ipportal.base.writing import write_staged
from ipportal.cli import main
from ipportal.data.settings import judge_settings, read_settings
from ipportal.files.headers import wellknown_files

REAL = Path(__file__).parents[2] / "portal.toml"


ALLOWED = ["docs/zh/a.svg", "docs/en/a.svg"]


@pytest.fixture(autouse=True)
def allowed_files(tmp_path):
    """What may be named below docs/."""
    for file in ALLOWED:
        write_staged(tmp_path / file, "")


def written(tmp_path, text):
    (tmp_path / "portal.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_real_file_is_a_demonstration():
    found = read_settings(REAL.parent)
    assert found.demo
    assert (found.plan.baseline_year, found.plan.last_year) == (2020, 2025)


def test_identity_numbers_end_the_demonstration(tmp_path):
    text = REAL.read_text(encoding="utf-8")
    for key in ("site_id", "icp", "public_security"):
        assert read_settings(written(tmp_path, text)).demo
        text = text.replace(f'{key} = ""', f'{key} = "4200000000"')
    assert not read_settings(written(tmp_path, text)).demo


def test_a_doi_is_written_alone(tmp_path):
    text = REAL.read_text(encoding="utf-8")
    good, bad = '"plan/2.0.0" = "10.12345/a-b_c.(1)"', '"plan/2.0.0" = "https://doi.org/10.12345/a"'
    assert read_settings(written(tmp_path, f"{text}\n[doi]\n{good}\n")).dois == {"plan/2.0.0": "10.12345/a-b_c.(1)"}
    assert read_settings(written(tmp_path, f"{text}\n[doi]\n")).dois == {}
    with pytest.raises(DataError) as caught:
        read_settings(written(tmp_path, f"{text}\n[doi]\n{bad}\ncases = 3\n"))
    number, address = caught.value.problems
    assert (address.where.column, number.where.column) == ("[doi] plan/2.0.0", "[doi] cases")
    assert address.expected.en == "a DOI such as 10.12345/abc, without an address before it"
    assert number.expected.en == "text in quotes"


def test_every_missing_entry_is_named_at_once(tmp_path):
    text = (
        REAL.read_text(encoding="utf-8")
        .replace("\nas_of = ", "\nas_if = ")
        .replace("last_year = 2025", 'last_year = "x"')
    )
    with pytest.raises(DataError) as caught:
        read_settings(written(tmp_path, text))
    assert [p.where.column for p in caught.value.problems] == ["[[plan]] 1 last_year", "[data] as_if", "[data] as_of"]
    assert caught.value.problems[0].message("zh") == "应为整数，现为“x”"
    assert caught.value.problems[1].hint.en == "perhaps as_of; if not, delete it"


def test_each_section_is_judged_by_itself(tmp_path):
    text = "[[section]]\nlabel_zh = '甲'\nlabel_en = 'A'\npage = 'a.md'\ncover = ['a']\n[[section]]\ncovers = [1]\n"
    _, problems = judge_settings(written(tmp_path, text))
    found = [p.where.column for p in problems if "section" in p.where.column]
    assert found == [
        *(f"[[section]] 2 {key}" for key in ("covers", "label_zh", "label_en", "page")),
        "[[section]] 1 cover",
    ]


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        read_settings(tmp_path)
    assert caught.value.problems[0].code == "settings-missing"


def test_broken_toml_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        read_settings(written(tmp_path, "[site\n"))
    assert caught.value.problems[0].code == "settings-broken"


def refused(tmp_path, **entries):
    """The problems of the real file with some entries replaced by TOML literals: (code, column, found) each."""
    text = REAL.read_text(encoding="utf-8")
    for key, literal in entries.items():
        text, count = re.subn(
            rf"^{key} = .*$", lambda _, key=key, literal=literal: f"{key} = {literal}", text, count=1, flags=re.M
        )
        assert count == 1
    try:
        read_settings(written(tmp_path, text))
    except DataError as error:
        return [(p.code, p.where.column, p.found) for p in error.problems]
    return []


@pytest.mark.parametrize(
    "address",
    [
        "ip.example.gov.cn",
        " https://ip.example.gov.cn ",
        "https://ip.example.gov.cn/ip/?x=1",
        "https://ip.example.gov.cn/#/",
        "//ip.example",
        "ftp://a.b",
        "javascript:alert(1)",
        'https://a/<x>"&',
        "https://[x",
        "https://ip.example：8080/",
        "https://ip.example/a/../b",
        "https://ip.example/a/%2e%2e/b",
        "https://ip.example/./",
        "https://ip.example//a",
        "https://ip.example//",
        "mailto:ip@example.gov.cn",
    ],
)
def test_an_address_where_no_site_can_stand(tmp_path, address):
    assert refused(tmp_path, url=json.dumps(address)) == [("settings-address", "[site] url", address)]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ask.html", "//a.cn", "https://u:p@a.cn", "data:text/html,x"]
)
def test_an_address_that_is_no_contact(tmp_path, address):
    found = refused(tmp_path, contact_url=json.dumps(address), contact=json.dumps(address))
    assert found == [
        ("settings-address", f"[{entry}", address) for entry in ("publisher] contact_url", "security] contact")
    ]


@pytest.mark.parametrize(
    "address", ["", "https://www.example.gov.cn/ask", "mailto:ip@example.gov.cn", "tel:+86-27-8888"]
)
def test_an_address_to_reach_somebody(tmp_path, address):
    assert refused(tmp_path, contact_url=json.dumps(address), contact=json.dumps(address)) == []


@pytest.mark.this_portal
@pytest.mark.parametrize("key", ["name_zh", "name_en", "tagline_en", "contact_zh", "title_en", "basis", "icp"])
@pytest.mark.parametrize(
    "char", ["\b", "\x01", "\x1f", "\n", "\t", "\u200b", "\u202e", "\ufffe", "\u2f54", "\u0410", "{{", "{%"]
)
def test_a_character_that_no_page_may_show(tmp_path, key, char):
    ((code, column, found),) = refused(tmp_path, **{key: f'"a{"".join(f"{chr(92)}u{ord(c):04x}" for c in char)}b"'})
    assert (code, column.rsplit(" ", 1)[1], found) == ("settings-characters", key, f"a{char}b")


@pytest.mark.this_portal
@pytest.mark.parametrize(
    ("key", "literal"),
    [
        ("first_year", "2026"),
        ("last_year", "20255"),
        ("baseline_year", "-1"),
        ("small_count_threshold", "-3"),
        ("small_count_threshold", "0"),
        ("small_count_threshold", "true"),
        ("jump_factor", "0"),
        ("jump_factor", "-1"),
        ("jump_factor", "true"),
        ("jump_factor", f"0x{'f' * 9000}"),
        ("as_of", "0001-01-01"),
        ("as_of", "2026-11-22T10:00:00"),
        ("name_zh", '""'),
        ("name_zh", '" "'),
        ("icp", "12"),
        ("url", "[]"),
        ("plain_files", "1"),
        ("next_version", '"2.0"'),
        ("next_version", "2"),
    ],
)
def test_an_entry_without_sense_is_named(tmp_path, key, literal):
    ((code, column, _),) = refused(tmp_path, **{key: literal})
    assert (code, column.rsplit(" ", 1)[1]) == ("settings-entry", key)


@pytest.mark.parametrize("literal", ["2026-11-22T10:00:00", "2026-11-22 10:00:00+08:00", '"2026-11-22"'])
def test_a_date_with_a_time_or_between_quotes_is_told_how_to_be_written(tmp_path, literal):
    text = re.sub(r"^as_of = .*$", f"as_of = {literal}", REAL.read_text(encoding="utf-8"), flags=re.M)
    settings, (problem,) = judge_settings(written(tmp_path, text))
    assert problem.hint.en == "write as_of = 2026-11-22, without quotes and time"
    assert settings.as_of == date(2100, 12, 31)


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("[sites]\nname = 1\n", "[sites]", "perhaps site; if not, delete it"),
        ("[zzz]\n", "[zzz]", "delete this entry"),
        ("[security]\nas_of = 2026-01-01\n", "[security] as_of", "perhaps [data] as_of; if not, delete it"),
        ('[security]\n"a\\nb" = 1\n', "[security] a␊b", "delete this entry"),
    ],
)
def test_a_name_nobody_reads_is_told_with_the_one_that_is_meant(tmp_path, text, column, hint):
    real = REAL.read_text(encoding="utf-8").replace('[security]\ncontact = ""', "")
    (problem,) = judge_settings(written(tmp_path, f"{real}\n{text}"))[1]
    assert (problem.code, problem.where.column, problem.hint.en) == ("settings-unknown", column, hint)


@pytest.mark.parametrize(
    "file",
    ["docs/zh/none.svg", "/etc/passwd", "docs/../portal.toml", "portal.toml", "./docs/a", "", "a\x00", "a" * 9999],
)
def test_an_allowed_file_is_one_below_docs(tmp_path, file):
    text = re.sub(
        r"allowed = \[.*?\]", lambda _: f"allowed = [{json.dumps(file)}]", REAL.read_text("utf-8"), flags=re.S
    )
    settings, (problem,) = judge_settings(written(tmp_path, text))
    assert (problem.code, problem.where.column) == ("settings-file", "[files] allowed")
    assert set(ALLOWED) <= set(settings.allowed_files)  # what is wrong here makes no file there a fault


def test_an_allowed_file_is_named_once(tmp_path):
    text = REAL.read_text(encoding="utf-8").replace("allowed = []", f"allowed = {json.dumps([ALLOWED[0], *ALLOWED])}")
    (problem,) = judge_settings(written(tmp_path, text))[1]
    assert (problem.code, problem.hint.en) == ("settings-file", f"name “{ALLOWED[0]}” once")


@pytest.mark.parametrize(
    "edit",
    [
        ("as_of = ", "as_off = "),
        ("[data]", "[data"),
        ("first_year = 2021", "first_year = 0"),
        ("baseline_year", "base_year"),
        ("small_count_threshold = 3", ""),
    ],
)
def test_a_mistake_there_hides_no_other_and_makes_none(tmp_path, capsys, edit):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    (root / "docs/zh/a.svg").write_text("<svg/>")
    for file, old, new in (
        ("portal.toml", *edit),
        ("datapackages/indicators/data/observations.csv", ",100,", ",0100,"),
    ):
        path = root / file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if edit[0] != "[data]":
        (root / "portal.toml").open("a", encoding="utf-8").write('[files]\nallowed = ["docs/zh/a.svg"]\n')
    write_staged(root / "releases/ledger.json", "{")
    assert main(["check", "--root", str(root), "--official", "--format", "json"]) == 1
    codes = {problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]}
    assert {code for code in codes if not code.startswith("settings-")} == {"cell-number", "release-ledger-broken"}
    assert any(code.startswith("settings-") for code in codes)


@pytest.mark.parametrize("text", ["site = 3\n", "a = " + "[" * 9000, f"a = {'9' * 9000}\n", "\x00", "[site]\n[site]\n"])
def test_a_file_of_another_shape_is_told(tmp_path, text):
    with pytest.raises(DataError):
        read_settings(written(tmp_path, text))


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "portal.toml").write_bytes(b"\xef\xbb\xbf" + REAL.read_bytes())
    assert read_settings(tmp_path) == read_settings(REAL.parent)


KEYS = re.findall(r"^(\w+) = ", REAL.read_text(encoding="utf-8"), re.M)
LITERALS = strategies.one_of(
    strategies.text().map(json.dumps),
    strategies.text(strategies.characters(max_codepoint=0x9FFF)).map(lambda text: f'"{text}"'),
    strategies.from_regex(r"https?:.{0,30}|[a-z]+:.{0,10}", fullmatch=True).map(lambda text: f"'{text}'"),
    strategies.integers().map(str),
    strategies.floats().map(str),
    strategies.dates().map(str),
    strategies.datetimes().map(str),
    strategies.sampled_from(["true", "false", "[]", "{}", "[[1]]", "{a = 1}", "", "'", "1e999", "0x" + "f" * 5000]),
)


@given(strategies.dictionaries(strategies.sampled_from(KEYS), LITERALS, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_there_it_is_taken_or_told(tmp_path, entries):
    text = REAL.read_text(encoding="utf-8")
    for key, literal in entries.items():
        text = re.sub(rf"^{key} = .*$", lambda _, key=key, literal=literal: f"{key} = {literal}", text, flags=re.M)
    (tmp_path / "portal.toml").write_bytes(text.encode("utf-8", errors="replace"))
    try:
        found = read_settings(tmp_path)
    except DataError as error:
        assert all(p.where.file == "portal.toml" and p.message("zh") and p.message("en") for p in error.problems)
        return
    words = [found.name, found.short_name, found.tagline, found.organiser, found.contact, found.plan.title]
    assert all(text[lang].isprintable() or "\u3000" in text[lang] for text in words for lang in LANGS)
    assert split(found.url).scheme in ("", "http", "https")
    for name, data in wellknown_files(found).items():
        assert data.decode("ascii").isprintable() or "\n" in data.decode("ascii"), name
