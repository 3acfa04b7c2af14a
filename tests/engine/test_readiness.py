"""An official release: a made-up portal that is ready passes, and each thing it may lack is told."""

from datetime import date

import bad_corpus
import pytest

from ipportal import loading
from ipportal.base.errors import DataError
from ipportal.base.text import LANGS
from ipportal.cli import main
from ipportal.data.manuscripts import Manuscript, read_manuscripts, with_entries
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import check_official
from ipportal.rules.readiness import RULES as READINESS

#: What the made-up portal must say before it could go live
REAL = (
    ('name_zh = "示例知识产权门户（虚构）"', 'name_zh = "云泽开发区知识产权门户"'),
    ('name_en = "Sample IP Portal (made up)"', 'name_en = "Yunze IP Portal"'),
    ('url = ""\n\n[pub', 'url = "https://ip.yunze.gov.cn"\n\n[pub'),
    ("虚构机构", "云泽开发区管委会"),
    ("Made-up body", "Yunze Zone Administration"),
    ("没有联系方式", "知识产权科，027-59990000"),
    ('"No contact"', '"IP Office, 027-59990000"'),
    ('site_id = ""', 'site_id = "4299010023"'),
    ('icp = ""', 'icp = "鄂ICP备20991234号-1"'),
    ('public_security = ""', 'public_security = "鄂公网安备42990102000123号"'),
)


@pytest.fixture
def ready(tmp_path, capsys):
    """A copy of the small portal with everything a release needs, made by the commands staff would use."""
    root = bad_corpus.break_copy([{"file": "portal.toml", "replace": REAL}], tmp_path / "portal")
    assert main(["review", "--root", str(root), "--by", "李明", "--on", "2026-11-20", "docs"]) == 0
    assert main(["review", "--root", str(root), "--translated", "docs/en"]) == 0
    capsys.readouterr()
    return root


def lacking(root):
    return [(p.code, p.where.file, p.where.column) for p in check_official(read_packages(root), read_settings(root))]


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_portal_that_is_ready_passes(ready, capsys):
    assert lacking(ready) == []
    assert main(["check", "--official", "--root", str(ready), "--lang", "en"]) == 0
    assert loading.load(ready, official=True).settings.demo is False


PAGE = "docs/zh/indicators/grants.md"
TOML = "portal.toml"
HOME = {"zh": "docs/zh/index.md", "en": "docs/en/index.md"}
#: File, old text, new text, what is told: (code, file, column)
CASES = {
    "site-id": (TOML, "4299010023", "42990100", [("release-identity", TOML, "[identity] site_id")]),
    "zeros": (TOML, "4299010023", "0000000000", [("release-identity", TOML, "[identity] site_id")]),
    "icp": (TOML, "鄂ICP备20991234号-1", "备案中", [("release-identity", TOML, "[identity] icp")]),
    "police": (TOML, "42990102000123号", "号", [("release-identity", TOML, "[identity] public_security")]),
    "http": (TOML, "https://ip.yunze", "http://ip.yunze", [("release-address", TOML, "[site] url")]),
    "ip": (TOML, "ip.yunze.gov.cn", "10.1.2.3", [("release-address", TOML, "[site] url")]),
    "stand-in": (TOML, "ip.yunze.gov.cn", "ip.example.gov.cn", [("release-address", TOML, "[site] url")]),
    "organiser": (TOML, "云泽开发区管委会", "示例单位", [("release-placeholder", TOML, "[publisher] organiser_zh")]),
    "later": (TOML, "知识产权科，027-59990000", "待定", [("release-placeholder", TOML, "[publisher] contact_zh")]),
    "silent": (TOML, "知识产权科，027-59990000", "知识产权科", [("release-contact", TOML, "[publisher] contact_zh")]),
    "stale-security": (
        TOML, 'contact_url = ""', 'contact_url = "https://www.yunze.gov.cn/ask"',
        [("release-security-txt", TOML, "[security] expires")],
    ),
    "nobody": (PAGE, 'reviewed_by: "李明"', 'reviewed_by: ""', [("page-unreviewed", PAGE, "reviewed_by")]),
    "never": (PAGE, "2026-11-20", "", [("page-unreviewed", PAGE, "reviewed_on")]),
    "no-day": (PAGE, "2026-11-20", "2026-11-31", [("page-unreviewed", PAGE, "reviewed_on")]),
    "tomorrow": (PAGE, "2026-11-20", "2026-11-23", [("page-unreviewed", PAGE, "reviewed_on")]),
    "english-changed": (HOME["en"], "Grants in", "Grants of", [("page-changed", HOME["en"], "reviewed_text")]),
    "chinese-changed": (
        HOME["zh"], "年授权", "年共授权",
        [("page-changed", HOME["zh"], "reviewed_text"), ("translation-stale", HOME["en"], "source_hash")],
    ),
    "demo-page": (
        HOME["zh"], "年授权", "年示例部署授权",
        [
            ("page-changed", HOME["zh"], "reviewed_text"),
            ("release-demo-prose", HOME["zh"], None),
            ("translation-stale", HOME["en"], "source_hash"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_lacking_is_told(ready, name):
    file, old, new, expected = CASES[name]
    change(ready / file, old, new)
    assert sorted(lacking(ready), key=str) == sorted(expected, key=str)


def test_every_rule_of_a_release_has_a_bad_example():
    shown = {code for *_, expected in CASES.values() for code, *_ in expected}
    assert shown == {rule.code for rule in READINESS}


def test_a_page_of_the_main_portal_is_contact_enough(ready):
    change(ready / "portal.toml", "知识产权科，027-59990000", "知识产权科")
    change(
        ready / "portal.toml",
        'contact_url = ""',
        'contact_url = "https://www.yunze.gov.cn/ask"\n\n[security]\nexpires = 2027-11-01',
    )
    assert lacking(ready) == []


def test_looks_and_order_may_change_after_a_review(ready):
    page = ready / PAGE
    page.write_text(page.read_text(encoding="utf-8").replace("---\n\n", "order: 7\n---\n\n\n", 1), encoding="utf-8")
    assert lacking(ready) == []


def test_the_title_readers_search_for_counts_as_text(ready):
    change(ready / PAGE, 'description: "示例指标（虚构）"', 'description: "另一种说法"')
    assert {code for code, *_ in lacking(ready)} == {"page-changed", "translation-stale"}


def test_a_translation_is_held_to_the_main_language_whichever_that_is(ready):
    change(ready / TOML, "[site]\n", '[site]\nlanguages = ["en", "zh"]\n')
    settings = read_settings(ready)
    found = check_official(read_packages(ready, settings.languages), settings)
    stale = [problem for problem in found if problem.code == "translation-stale"]
    assert stale and all(problem.where.file.startswith("docs/zh/") for problem in stale)
    assert all("docs/en/" in problem.hint.en and "中文" not in problem.message("zh") for problem in stale)


@pytest.mark.this_portal
def test_this_repository_is_no_official_release(root):
    found = lacking(root)
    assert {code for code, *_ in found} >= {
        "release-identity", "release-address", "release-placeholder", "release-demo-prose", "page-unreviewed",
    }  # fmt: skip
    # nobody has reviewed anything, and no name was made up
    pages = read_manuscripts(root, LANGS)
    assert [page.file for page in pages if page.reviewed] == []
    assert len([code for code, *_ in found if code == "page-unreviewed"]) == len(pages)


def test_everything_is_told_at_once_with_faults_of_the_data(ready):
    change(ready / "portal.toml", "4299010023", "")
    (ready / PAGE).unlink()
    with pytest.raises(DataError) as caught:
        loading.load(ready, official=True)
    assert {problem.code for problem in caught.value.problems} == {"release-identity", "page-missing"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_build_refuses_and_says_how_to_mend_it(lang, tmp_path, capsys):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    assert main(["build", "--official", "--root", str(root), "--lang", lang]) == 1
    told = capsys.readouterr().err
    for rule in READINESS:
        if rule.code not in ("page-changed", "release-security-txt", "release-demo-prose", "release-contact"):
            assert f"[{rule.code}]" in told
    assert "ipportal review --by" in told
    assert not (root / "site").exists()


@pytest.mark.parametrize("verb", ["build", "check"])
@pytest.mark.parametrize(("lang", "line"), [
    ("zh", "--release 现在写作 --official；旧写法仍然有效。"),
    ("en", "--release is now written --official; the old word still works."),
])  # fmt: skip
def test_the_old_word_for_official_still_works_and_says_so(verb, lang, line, tmp_path, capsys):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    told = {}
    for word in ("--release", "--official"):
        assert main([verb, word, "--root", str(root), "--lang", lang]) == 1
        shown = capsys.readouterr()
        told[word] = shown.out + shown.err
        assert (line in shown.err.splitlines()) is (word == "--release")
        assert "[release-identity]" in told[word]
    assert told["--release"].replace(line, "").split() == told["--official"].split()


def test_reviews_are_recorded_for_the_pages_named_and_no_others(tmp_path, capsys):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    assert main(["review", "--root", str(root), "--by", "李明", "--on", "2026-11-20", "--generated", "docs/zh"]) == 0
    reviewed = [page for page in read_manuscripts(root, LANGS) if page.reviewed]
    # the home page says something of its own: it is read by itself
    assert [page.path for page in reviewed] == [
        "indicators/grants.md", "indicators/patent-firms.md", "indicators/trademarks.md",
    ]  # fmt: skip
    assert {page.lang for page in reviewed} == {"zh"}
    assert {page.head["reviewed_on"] for page in reviewed} == {"2026-11-20"}
    capsys.readouterr()
    assert main(["review", "--root", str(root), "--lang", "zh"]) == 0
    assert "没有审核，或审核之后改过：5 页" in capsys.readouterr().out
    assert main(["review", "--root", str(root), "--lang", "en"]) == 0
    assert "English behind the Chinese: 4" in capsys.readouterr().out
    assert main(["review", "--root", str(root), "--lang", "zh", "docs/zh"]) == 0
    assert capsys.readouterr().out.startswith("没有审核，或审核之后改过：1 页")


def test_somebody_at_the_window_is_asked_who_read_what(tmp_path, monkeypatch, capsys):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    said = []
    monkeypatch.setattr("builtins.input", lambda question: said.pop(0))
    before = {page.file: page.text for page in read_manuscripts(root, LANGS)}
    for answers, code in (([""], 0), (["统计岗", ""], 0), (["统计岗", "昨天", "docs"], 1)):
        said[:] = answers
        assert main(["review", "--root", str(root), "--lang", "zh"]) == code and not said
    assert "[review-day]" in capsys.readouterr().err
    assert {page.file: page.text for page in read_manuscripts(root, LANGS)} == before
    for words, last in (([], [f"'{root}/docs/zh/index.md'"]), (["docs/zh/indicators"], [])):
        said[:] = ["统计岗", "2026-11-20", *last]
        assert main(["review", "--root", str(root), "--lang", "zh", *words]) == 0 and not said
    reviewed = {page.path for page in read_manuscripts(root, LANGS) if page.reviewed}
    assert {path.partition("/")[0] for path in reviewed} == {"index.md", "indicators"}


#: Names of nobody: blank, hidden, made to run, too long
NAMES = ["", " \t", "{{ x }}", "李\u202e明", "李明\n王芳", "李\u200b明", "Аnna", "甲" * 100_000]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--by", "李明", "docs"], "review-day"),
        (["--by", "李明", "--on", "2026-11-23", "docs"], "review-day"),
        (["--by", "李明", "--on", "1949-10-01", "docs"], "review-day"),
        (["--on", "2026-11-20", "docs"], "review-name"),
        *((["--by", name, "--on", "2026-11-20", "docs"], "review-name") for name in NAMES),
        (["docs/zz"], "review-path"),
        (["--generated", "docs/zz"], "review-path"),
        (["--by", "李明", "--on", "2026-11-20"], "review-path"),
        (["--translated", "docs/en/nowhere.md"], "review-path"),
    ],
)
def test_a_review_that_names_nothing_is_refused(tmp_path, capsys, words, code):
    root = bad_corpus.break_copy([], tmp_path / "portal")
    before = {page.file: page.text for page in read_manuscripts(root, LANGS)}
    assert main(["review", "--root", str(root), *words]) == 1
    assert f"[{code}]" in capsys.readouterr().err
    assert {page.file: page.text for page in read_manuscripts(root, LANGS)} == before


def test_a_day_that_does_not_exist_is_wrong_usage(tmp_path):
    with pytest.raises(SystemExit) as ended:
        main(["review", "--root", str(tmp_path), "--by", "李明", "--on", "2026-02-30", "docs"])
    assert ended.value.code == 2


def test_paths_may_be_given_from_the_folder_one_stands_in(ready, monkeypatch, capsys):
    monkeypatch.chdir(ready)
    change(ready / PAGE, "（虚构）", "")
    assert main(["review", "--by", "王芳", "--on", "2026-11-21", "--lang", "zh", str(ready / PAGE)]) == 0
    assert main(["review", "--translated", "--lang", "zh", PAGE]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [PAGE, "登记了 1 页", "docs/en/indicators/grants.md"]
    assert lacking(ready) == []


@pytest.mark.parametrize(
    ("text", "entries", "expected"),
    [
        ("---\na: 1\n---\n\n# 题\n", {"b": '引"号'}, '---\na: 1\nb: "引\\"号"\n---\n\n# 题\n'),
        ("---\nb: 1\na: 2\n---\n# 题\n", {"b": "3"}, '---\nb: "3"\na: 2\n---\n# 题\n'),
        ("# 题\n", {"b": "3"}, '---\nb: "3"\n---\n\n# 题\n'),
    ],
)
def test_entries_are_set_and_the_rest_is_left_alone(text, entries, expected):
    written = with_entries(text, entries)
    assert written == expected
    assert Manuscript("zh", "a.md", written).head["b"] == entries["b"]


def test_broken_front_matter_is_a_page_without_entries():
    assert Manuscript("zh", "a.md", "---\na: [1\n---\n文\n").head == {}
    assert not Manuscript("zh", "a.md", f"---\nreviewed_on: {date(2026, 1, 1)}\n---\n文\n").reviewed


@pytest.mark.parametrize(
    ("security", "told"),
    [
        ('contact = "mailto:ip@yunze.gov.cn"\nexpires = 2027-11-22', []),
        ('contact = "mailto:ip@yunze.gov.cn"\nexpires = 2026-11-22', ["expires"]),
        ('contact = "mailto:ip@yunze.gov.cn"\nexpires = 2028-01-01', ["expires"]),
        ('contact = "http://ip.yunze.gov.cn/x"', ["contact", "expires"]),
    ],
)
def test_security_txt_must_hold_for_a_while(ready, security, told):
    toml = ready / "portal.toml"
    toml.write_text(f"{toml.read_text(encoding='utf-8')}\n[security]\n{security}\n", encoding="utf-8")
    assert lacking(ready) == [("release-security-txt", "portal.toml", f"[security] {entry}") for entry in told]
