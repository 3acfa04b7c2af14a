"""Law on help pages, in lessons, services and terms: nothing superseded, each citation by its row, with articles."""

import csv
import re
from pathlib import Path

import pytest

from ipportal.base.text import LANGS

ROOT = Path(__file__).resolve().parents[2]
DOCS, PACKAGES = ROOT / "docs", ROOT / "datapackages"
PATHS = sorted(
    path.relative_to(DOCS / "zh").as_posix()
    for folder in ("help", "promotion/learn")
    for path in (DOCS / "zh" / folder).glob("*.md")
)


def rows(package, table):
    with (PACKAGES / package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: Laws: id → (Chinese, English) short name
LAWS = {row["id"]: (row["short_zh"], row["short_en"]) for row in rows("help", "laws")}
#: Laws named as a whole although their articles were seen
NAME_ONLY = {"gi-measures"}
#: Their articles were not seen, so they are named as a whole
UNREAD = {row["id"] for row in rows("help", "laws") if row["articles_checked"] == "no"}
#: Documents that are named and are not cited as law, or stand under another name
OTHER_DOCUMENTS = {
    "《专利合作条约》",
    "《企业知识产权管理规范》",
    "《企业知识产权合规管理体系 要求》",
    "《专利代理条例》",
}

_NAMED = re.compile("《[^《》]+》")
_LAW = re.compile(r'\{\{ law(?:_says)?\("([^"]+)"((?:, "(?:[^"\\\\]|\\\\.)*")*)\) \}\}')
_ARTICLE_ZH = re.compile("第([一二三四五六七八九十百千]+)条(之一)?")
_ARTICLES_EN = re.compile(r"Articles? (\d+(?:-1)?(?:(?:, | and | to )\d+(?:-1)?)*)")


def number(chinese):
    """A Chinese numeral below ten thousand as a number: 一百零四 → 104."""
    total, digit = 0, 0
    for sign in chinese.replace("零", ""):
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = "一二三四五六七八九".index(sign) + 1
    return total + digit


def articles(text, lang):
    """The numbers of all articles a text names, sorted; of a range its two ends."""
    if lang == "zh":
        text = text.replace("百零", "百").replace("千零", "千")
        return sorted(f"{number(n)}{'-1' if more else ''}" for n, more in _ARTICLE_ZH.findall(text))
    return sorted(n for found in _ARTICLES_EN.findall(text) for n in re.findall(r"\d+(?:-1)?", found))


def page(path, lang):
    return (DOCS / lang / path).read_text(encoding="utf-8")


def texts():
    """Every pair of texts in services and terms, with where it stands."""
    for table, names in (("services", ("what", "conditions")), ("glossary", ("plain",))):
        for row in rows("promotion", table):
            for name in names:
                yield f"{table} {row['id']} {name}", row[f"{name}_zh"], row[f"{name}_en"]


TEXTS = list(texts())


def test_every_law_tells_its_version_or_the_day_it_starts():
    assert len(LAWS) == 40
    for row in rows("help", "laws"):
        assert row["version_zh"] or row["in_force"] or row["number"], row["id"]


def cited(text):
    """Every law a page cites, with the articles given."""
    return [(law, re.findall(r'"([^"]*)"', given)) for law, given in _LAW.findall(text)]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_law_on_a_page_stands_with_its_articles(path, lang):
    text = page(path, lang)
    for law, given in cited(text):
        assert law in LAWS, (path, law)
        assert given or law in NAME_ONLY | UNREAD, (path, law)
    plain = _LAW.sub("", text)
    assert set(_NAMED.findall(plain)) <= OTHER_DOCUMENTS, f"{path}: write {{{{ law(…) }}}}"
    names = [name for _, name in LAWS.values() if re.search(rf"\b{re.escape(name)}\b", plain)]
    assert lang == "zh" or names == [], f"{path}: write {{{{ law(…) }}}}"


@pytest.mark.parametrize("path", PATHS)
def test_both_languages_cite_the_same_articles_of_the_same_laws(path):
    zh, en = (cited(page(path, lang)) for lang in ("zh", "en"))
    # what an article says is told in each language; all else is the same
    assert [(law, given[:1]) for law, given in zh] == [(law, given[:1]) for law, given in en]


#: Pages that lead on, and the one that says nothing was checked
WITHOUT_LAW = ("learn/index.md", "help/index.md", "help/plant-variety.md")


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith(WITHOUT_LAW)])
def test_every_help_page_and_lesson_cites_law(path):
    assert cited(page(path, "zh")) or "{{ laws(" in page(path, "zh")


@pytest.mark.parametrize(("where", "zh", "en"), TEXTS, ids=[where for where, _, _ in TEXTS])
def test_a_law_in_the_data_is_a_source_and_stands_with_its_article(where, zh, en):
    known = {f"《{name}》" for short, _ in LAWS.values() for name in re.findall("《([^》]+)》", short)}
    for found in _NAMED.finditer(zh):
        name = found.group()
        if name not in OTHER_DOCUMENTS:
            assert name in known, (where, name)
            assert re.match("第[一二三四五六七八九十百千零]+条", zh[found.end() :]), (where, name)
    assert articles(zh, "zh") == articles(en, "en"), where


def test_chinese_numerals_are_read():
    assert [number(n) for n in ("十", "十六", "六十二", "一百一十五", "一千一百九十五")] == [10, 16, 62, 115, 1195]
    assert articles("第一百零四条、第二百一十九条之一", "zh") == ["104", "219-1"]
    assert articles("Articles 2, 22 to 25 and 219-1; Article 7", "en") == ["2", "219-1", "22", "25", "7"]


#: Pages the Trademark Law of 2026 will change
CHANGING = (
    "help/fair.md",
    "promotion/glossary.md",
    "promotion/learn/trademarks.md",
    "promotion/learn/hague-madrid.md",
    "promotion/learn/geographical-indications.md",
)


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize("lang", LANGS)
def test_the_new_trademark_law_is_announced_where_it_will_change_things(path, lang):
    assert page(path, lang).count('{{ law_notice("trademark-law-2019") }}') == 1


#: What was wrong or no longer holds, as patterns that must not come back
SUPERSEDED = (
    "22 ?家基层法院",
    "22 basic courts",
    "名单没有见到公开来源，到哪家法院",
    "制造、使用、销售或者进口您的专利产品",
    "makes, uses, sells or imports",
    "以图片或照片里的产品为准",
    "普通消费者的眼光",
    "ordinary buyer",
    "可以主动扣下",
    "stop suspect goods on its own",
    "自动折叠的原理和控制方法",
    "处理涉外知识产权纠纷的规定",
    "Handling Foreign-Related IP Disputes",
    "在哪里办理没有见到公开说明",
    "在法定期限内起诉",
    "within the legal time limit",
    "地理标志在中国有两条保护的路",
    "公开展出会让专利丧失",
    "在同种商品上使用相同商标",
    "没有备案的，也可以针对具体一批货申请扣留，但要提供担保",
    "创新主体，如企业、高校和科研机构",
    # No sums of fees, no thresholds of crimes: the office to ask is named instead
    r"(?:申请费|官费|登记费|备案费|注册费|年费)[^。；\n]{0,8}\d+ ?元",
    "(?:违法所得|经营数额|经营额|损失数额)[^。；\n]{0,8}[一二三五十百\\d]+ ?万?元以上",
)
#: The one row that stays as history
HISTORY = "basic-courts-ip-jurisdiction,"


@pytest.mark.parametrize("pattern", SUPERSEDED)
def test_superseded_statements_do_not_come_back(pattern):
    files = [*DOCS.rglob("*.md"), *PACKAGES.glob("*/datapackage.json"), *PACKAGES.glob("*/data/*.csv")]
    found = [
        f"{file.relative_to(ROOT)}: {line}"
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line) and not line.startswith((HISTORY, "daye-cloud-courts-2022,"))
    ]
    assert found == []


def test_the_history_says_that_the_list_was_replaced():
    event = next(row for row in rows("promotion", "events") if row["id"] == HISTORY.strip(","))
    assert "2025年10月1日" in event["summary_zh"] and "1 October 2025" in event["summary_en"]
