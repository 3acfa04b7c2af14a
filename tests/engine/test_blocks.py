"""Blocks as pages call them, on the real data."""

import re
from dataclasses import replace

import pytest
from lxml import html
from small_portal import observation, target
from small_portal import portal as small

from ipportal.base.addresses import page_path
from ipportal.base.errors import SiteError
from ipportal.base.text import LANGS, Text
from ipportal.data.manuscripts import Manuscript
from ipportal.pages import MACROS
from ipportal.pages.prepared import site_facts
from ipportal.pages.view import NOTHING_YET, TEMPLATES, View
from ipportal.words.wording import place

pytestmark = pytest.mark.this_portal


@pytest.fixture(params=LANGS)
def view(portal, request):
    return View(portal, request.param, "progress/index.md")


@pytest.fixture
def zh(portal):
    return View(portal, "zh", "progress/index.md")


@pytest.fixture
def en(portal):
    return View(portal, "en", "progress/index.md")


def test_a_service_names_the_definition_of_a_figure_that_is_not_the_plan_s(zh, en):
    shown = {view.lang: str(MACROS["services"](view, "pledge-financing-help")) for view in (zh, en)}
    assert "（2022 年，2023年媒体口径）" in shown["zh"]
    assert "(2022, Press definition of 2023)" in shown["en"]
    assert "（2023 年 8 月）" in str(MACROS["services"](zh, "center-registration"))


def test_a_context_indicator_nobody_has_a_figure_of_says_so(zh):
    (section,) = html.fromstring(str(MACROS["context_figures"](zh))).xpath("//h3[@id='ctx-overseas-invention-grants']")
    assert [section.getnext().getnext().get("class"), section.getnext().getnext().text] == [
        "ip-empty",
        "没有公开数值。",
    ]


def test_targets_go_place_by_place_a_work_plan_s_after_the_plan_s(zh):
    found = html.fromstring(str(MACROS["targets"](zh, "high-value-inventions-per-10k"))).xpath("//tbody/tr")
    places = [" ".join(row[0].text_content().split()) + " " + row[1].text_content().split()[0] for row in found]
    assert places == [
        "经开区 2025", "经开区 2025", "武汉市 2025", "武汉市 2025", "武汉市 2025",
        "湖北省 2025", "湖北省 2025", "湖北省 2026", "全国 2025",
    ]  # fmt: skip


def anchor_of(link):
    return re.search(r'#([^"]+)', link).group(1)


PER_INDICATOR = (
    "verdict", "values", "targets", "arithmetic", "definition",
    "other_definitions", "elsewhere", "linked_measures", "issues", "siblings",
)  # fmt: skip


@pytest.mark.parametrize("macro", PER_INDICATOR)
def test_every_part_renders_for_every_indicator_with_a_page(view, macro):
    for group in ("core", "commitment"):
        for indicator in view.portal.group(group):
            block = str(MACROS[macro](view, indicator.id))
            assert html.fragment_fromstring(block) is not None
            assert "\n\n" not in block
            assert "{{" not in block


@pytest.mark.parametrize("macro", PER_INDICATOR)
def test_an_unknown_indicator_is_refused_with_the_page_named(zh, macro):
    with pytest.raises(SiteError) as caught:
        MACROS[macro](zh, "no-such-thing")
    (problem,) = caught.value.problems
    assert problem.where.file == "docs/zh/progress/index.md"
    assert problem.found == "no-such-thing"


@pytest.mark.parametrize(
    "macro",
    ["key_fact", "core_cards", "latest_changes", "progress_table", "state_counts", "state_legend",
     "context_figures", "sources_list", "known_issues", "quality_rules"],
)  # fmt: skip
def test_every_list_renders_as_one_element(view, macro):
    block = str(MACROS[macro](view))
    assert html.fragment_fromstring(block).text_content().strip()
    assert "\n\n" not in block


def test_the_progress_filter_offers_what_the_rows_of_the_tables_carry(view):
    form = html.fragment_fromstring(str(MACROS["progress_filter"](view, "core", "commitment")))
    rows = [
        row
        for group in ("core", "commitment")
        for row in html.fragment_fromstring(str(MACROS["progress_table"](view, group))).iter("tr")
        if "data-entry" in row.attrib
    ]
    assert len(rows) == len(view.portal.group("core")) + len(view.portal.group("commitment"))
    for select in form.iter("select"):
        offered = {option.get("value") for option in select.iter("option")} - {""}
        assert offered == {row.get(f"data-{select.get('name')}") for row in rows}


def test_the_states_name_their_indicators(view):
    counts = html.fragment_fromstring(str(MACROS["state_counts"](view, "core")))
    for state in counts.iter("li"):
        assert int(state.findtext("b")) == len(list(state.iter("a")))
    assert len(list(counts.iter("a"))) == len(view.portal.group("core"))


def test_a_figure_links_to_its_row(zh, en):
    assert str(MACROS["figure"](zh, "invention-grants", "2021")) == (
        '<a class="ip-fig" href="../indicators/invention-grants/#obs-zone-2021-plan-plan-draft">1,443 件</a>'
    )
    assert ">1,443 patents</a> (2021)" in str(MACROS["figure"](en, "invention-grants", "2021", with_period=True))
    assert "（2022 年上半年）" in str(MACROS["figure"](zh, "invention-grants", "2022-H1", with_period=True))


def test_the_anchor_of_a_figure_is_on_the_page_it_leads_to(zh):
    for group, block in (("core", "values"), ("commitment", "values")):
        for indicator in zh.portal.group(group):
            page = str(MACROS[block](zh, indicator.id))
            for row in zh.portal.observed(indicator.id, "zone", "plan"):
                link = str(MACROS["figure"](zh, indicator.id, row.period.text))
                assert f'id="{anchor_of(link)}"' in page


def test_context_figures_lead_to_the_context_page(zh):
    page = str(MACROS["context_figures"](zh))
    for indicator in zh.portal.group("context"):
        for row in zh.portal.observed(indicator.id)[:1]:
            link = str(MACROS["figure"](zh, indicator.id, row.period.text, area=row.area, basis=row.basis))
            assert f'id="{anchor_of(link)}"' in page


def test_context_figures_begin_with_the_zone_and_name_definitions_that_differ(zh):
    tables = html.fromstring(f"<div>{MACROS['context_figures'](zh)}</div>").xpath("//table")
    by_key = {table.xpath("string(caption/@id)"): table for table in tables}
    inventions = by_key["table-valid-inventions"]
    areas = inventions.xpath("tbody/tr/th/text()")
    assert areas[0] == "经开区" and areas[-1] == "东风集团"
    assert "有效量（含国外权利人）" in inventions.text_content()
    assert "口径" not in by_key["table-high-value-inventions"].xpath("string(thead)")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda view: MACROS["figure"](view, "invention-grants", "1999"), "observations.csv"),
        (lambda view: MACROS["target"](view, "invention-grants", "other"), "targets.csv"),
        (lambda view: MACROS["source"](view, "nobody"), "sources.csv"),
        (lambda view: MACROS["count"](view, "sheep"), "core"),
    ],
)
def test_what_does_not_exist_is_refused(zh, call, said):
    with pytest.raises(SiteError) as caught:
        call(zh)
    assert said in caught.value.problems[0].expected.en


def test_names_targets_sources_and_counts(zh, en):
    assert MACROS["name"](zh, "invention-grants") == "年度发明专利授权量"
    assert ">1,700 件</a>" in str(MACROS["target"](zh, "invention-grants"))
    assert "about/sources/#source-plan-draft" in str(MACROS["source"](en, "plan-draft"))
    assert MACROS["count"](zh, "core") == "8"
    assert "indicators/context/#ctx-" in str(MACROS["indicator"](zh, zh.portal.group("context")[0].id))


def test_two_targets_give_two_verdicts(zh):
    block = html.fragment_fromstring(str(MACROS["verdict"](zh, "registered-trademarks")))
    assert len(block.find_class("ip-verdict")) == 2


def test_data_never_becomes_markup(zh):
    assert "&lt;b&gt;" in TEMPLATES.from_string("{{ x }}").render(x="<b>")


def test_the_frame_knows_who_publishes(portal):
    facts = site_facts(portal, "en")
    assert facts["demo"] is True
    assert facts["as_of"] == "29 November 2026"
    assert facts["name"] == portal.settings.name.en


def test_words_of_the_page(zh, en):
    assert (zh.t("甲", "A"), en.t("甲", "A")) == ("甲", "A")
    assert zh.localize(None) == ""
    assert en.localize(Text("甲", "A")) == "A"
    assert zh.other("index.md") == "../en/"
    assert zh.file("data/x.csv") == "../data/x.csv"


def test_an_address_that_may_not_be_linked_to_is_not_linked(portal):
    sources = {key: replace(each, url="javascript:alert(1)") for key, each in portal.sources.items()}
    world = replace(portal, sources=sources, settings=replace(portal.settings, contact_url="javascript:alert(1)"))
    view = View(world, "zh", "about/sources.md")
    blocks = [str(MACROS[name](view)) for name in ("sources_list", "plan_systems")]
    assert all("javascript" not in block for block in blocks)
    assert site_facts(world, "zh")["contact"]["url"] == ""


def test_blocks_without_rows_say_so_or_are_absent(zh, en):
    bare = {"targets": (), "case_statistics": (), "systems": (), "areas": {zh.portal.zone.id: zh.portal.zone}}
    views = [replace(view, portal=replace(view.portal, **bare)) for view in (zh, en)]
    shown = [html.fromstring(str(MACROS["progress_table"](view, "commitment"))).text for view in views]
    assert shown == ["还没有带数字的承诺。", "No commitment with a number yet."]
    assert [nothing_yet(view, "plan_case_numbers") for view in views] == [True, True]
    caption = [html.fromstring(str(MACROS["plan_compared"](view))).findtext(".//caption") for view in views]
    assert caption == ["2020 年经开区的数值", "Zone in 2020"]


@pytest.mark.parametrize(
    ("name", "said"), [("Zone", "the zone"), ("Saltmarsh", "Saltmarsh"), ("E-Town", "E-Town"), ("County", "the county")]
)
def test_an_area_is_called_by_its_own_name(zh, name, said):
    assert place(replace(zh.portal.zone, short=Text("甲", name))) == Text("甲", said)


def test_the_way_on_leads_to_a_heading_that_is_there(en):
    page = page_path("freshness")
    texts = ("# A\n\n## B { #expected }\n", "# A\n\n## B\n")
    shown = [str(MACROS["next_figures"](replace(en, manuscripts=(Manuscript("en", page, text),)))) for text in texts]
    assert ["#expected" in text for text in shown] == [True, False]
    assert all("freshness/" in text for text in shown)


def nothing_yet(view, name, *words):
    return html.fromstring(str(MACROS[name](view, *words)) or "<p/>").text == NOTHING_YET[view.lang]


def test_a_table_without_rows_says_so_and_one_that_is_not_there_has_no_block(zh, en):
    names = ("plan_outline", "plan_institutions")
    for view in (zh, en):
        bare = replace(view, portal=replace(view.portal, measures={}, institutions={}))
        assert [nothing_yet(bare, name) for name in names] == [True, True]
        assert str(MACROS["plan_count"](bare)) + str(MACROS["plan_picture"](bare)) == ""
        packages = {name: package for name, package in view.portal.packages.items() if name != "plan"}
        without = replace(bare, portal=replace(bare.portal, packages=packages))
        assert [str(MACROS[name](without)) for name in names] == ["", ""]


def test_of_a_kind_that_has_no_rows_yet_there_are_no_data_and_one_that_cannot_be_is_refused(en):
    bare = replace(en, portal=replace(en.portal, incentives=(), case_statistics=(), glossary={}, targets=(), paths={}))
    blocks = [
        ("incentives", "paid"),
        ("case_statistics", "zone"),
        ("glossary", "patent"),
        ("chart", "overview", "core"),
    ]
    blocks += [("core_cards",), ("state_counts", "core")]
    assert [block for block in blocks if not nothing_yet(bare, *block)] == []
    for name, *words in (
        ("incentives", "lent"),
        ("case_statistics", "moon"),
        ("chart", "overview", "x"),
        ("help_doors", "x"),
    ):
        with pytest.raises(SiteError):
            MACROS[name](bare, *words)


def test_the_card_of_a_sum_says_that_it_is_a_total():
    world = small([observation(2021, 100), observation(2022, 250)], [target(1000, kind="cumulative")])
    cards = [
        html.fromstring(str(MACROS["core_cards"](View(world, lang, "index.md", rehearsal=True)))) for lang in LANGS
    ]
    values = [card.find_class("ip-card-value")[0].text_content() for card in cards]
    assert values == ["350 件 · 截至 2022 年累计", "350 patents · total to 2022"]
