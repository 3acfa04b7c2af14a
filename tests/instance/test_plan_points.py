"""Every point and figure of the draft is found on the plan pages, and every state leads to its source.

The pages are rendered from docs/ and the data by the macros themselves; no site has to be built.
"""

import posixpath
import re
from pathlib import Path

import pytest
from jinja2 import Environment, StrictUndefined
from lxml import html

from ipportal.analysis.plan import address, measure_state, page_of
from ipportal.analysis.states import PLAN_STATES
from ipportal.base.addresses import page_url
from ipportal.base.quantities import quantity
from ipportal.data.model import GRADES
from ipportal.files.chartfiles import Renderer
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.words.row_names import row_place

pytestmark = pytest.mark.no_cover  # the published files are made by a fixture, which is counted


DOCS = Path(__file__).parents[2] / "docs"

#: The numbered points of chapters 三, 四 and 五 of the draft; a section without points stands for itself
POINTS = {
    "三": {
        "（一）": "一二三四五六",
        "（二）": "一二三",
        "（三）": "一二三",
        "（四）": "一二三四五",
        "（五）": "",
        "（六）1": "一二三四",
        "（六）2": "一二三",
        "（六）3": "一二三",
    },
    "四": {
        "（一）": "一二三",
        "（二）": "",
        "（三）": "一二三",
        "（四）": "",
        "（五）": "一二",
        "（六）": "",
        "（七）": "",
        "（八）": "一二三",
    },
    "五": {"（一）": "", "（二）": "", "（三）": "", "（四）": "", "（五）": ""},
}
ALL_POINTS = [
    chapter + section + point
    for chapter, sections in POINTS.items()
    for section, points in sections.items()
    for point in points or ("",)
]


class Pages:
    """The plan pages of one language, by Markdown path."""

    def __init__(self, portal, lang):
        self.portal, self.lang = portal, lang
        folder = DOCS / lang
        files = sorted((folder / "plan").rglob("*.md"))
        self.html = {file.relative_to(folder).as_posix(): self._render(folder, file) for file in files}
        self.tree = {path: html.fromstring(f"<div>{text}</div>") for path, text in self.html.items()}

    def view(self, page):
        return View(self.portal, self.lang, page, drawings=Renderer(DOCS.parent))

    def _render(self, folder, file):
        view = self.view(file.relative_to(folder).as_posix())
        environment = Environment(undefined=StrictUndefined, autoescape=False)
        environment.globals.update(
            {name: lambda *a, _block=block, **k: str(_block(view, *a, **k)) for name, block in MACROS.items()}
        )
        text = re.sub(r"\A---\n.*?\n---\n", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        return re.sub(r"\{: #([\w-]+) \}", r'<a id="\1"></a>', environment.from_string(text).render())

    def links(self):
        """Every address the pages lead to, from the root of the language: path and anchor."""
        for page, tree in self.tree.items():
            here = posixpath.dirname(page_url(page))
            for href in tree.xpath("//a/@href"):
                if not href.startswith("http"):
                    path, _, anchor = href.partition("#")
                    yield page, posixpath.normpath(posixpath.join(here, path)) if path else here, anchor

    def measure(self, measure):
        tree = self.tree[page_of(self.portal, measure.section)]
        (found,) = tree.xpath(f'//section[@id="measure-{measure.id}"]')
        return found


@pytest.fixture(scope="module", params=["zh", "en"])
def pages(portal, request):
    return Pages(portal, request.param)


def said(element):
    return " ".join(element.text_content().split())


def test_every_numbered_point_of_the_draft_is_on_the_pages(pages):
    shown = {
        re.sub(r"-\d+$", "", said(place).split()[-1])
        for tree in pages.tree.values()
        for place in tree.xpath('//section[starts-with(@id, "measure-")]//p/span[@class="ip-locator"]')
    }
    assert shown == {address(point)[pages.lang] for point in ALL_POINTS}


def test_every_measure_stands_on_its_page_once_with_promise_and_state(pages):
    for measure in pages.portal.measures.values():
        block = pages.measure(measure)
        text, state = said(block), measure_state(pages.portal, measure.id)
        assert measure.title[pages.lang] in text
        assert measure.summary[pages.lang] in text
        assert address(measure.number)[pages.lang] in text
        (chip,) = block.xpath('./p[@class="ip-measure-head"]/span[contains(@class, "ip-state")]')
        assert said(chip) == f"{state.symbol} {state.label[pages.lang]}"


def test_each_state_leads_to_its_source_in_one_click(pages):
    for measure in pages.portal.measures.values():
        entries = pages.measure(measure).xpath('.//ol[@class="ip-evidence"]/li')
        strength = [grade.id for grade in GRADES]
        updates = sorted(pages.portal.updates_of(measure.id), key=lambda update: strength.index(update.grade))
        assert len(entries) == len(updates)
        for entry, update in zip(entries, updates, strict=True):
            source = pages.portal.sources[update.source]
            hrefs = entry.xpath(".//a/@href")
            own = [source.url] if source.url else [href for href in hrefs if href.endswith(f"#source-{source.id}")]
            assert own and hrefs == own, update.id
            marked = bool(entry.xpath('.//span[contains(@class, "ip-badge-secondary")]'))
            assert marked == (update.confidence == "secondary"), update.id


def test_every_measure_says_what_would_prove_it_as_the_portals_own_view(pages):
    mark, missing = {"zh": ("本站的看法", "没有写"), "en": ("this portal’s view", "does not say")}[pages.lang]
    for measure in pages.portal.measures.values():
        block = pages.measure(measure)
        (proof,) = block.xpath('./details[@class="ip-proof"]')
        assert mark in said(proof.xpath("./summary")[0]) and missing in said(proof.xpath("./summary")[0])
        wanted = [said(one) for one in proof.xpath("./ul/li")]
        promised = [s for s in pages.portal.systems if s.measure == measure.id]
        for system in promised:
            assert any(system.promise[pages.lang] in one for one in wanted), measure.id
        if measure.quantified:
            assert any(str(measure.due_year or 2025) in one for one in wanted), measure.id
        if not promised and not measure.quantified:
            seen = sum(update.grade == "outcome" for update in pages.portal.updates_of(measure.id))
            assert len(wanted) == 1 and (
                str(seen) in wanted[0] if seen else {"zh": "没有查到", "en": "no official"}[pages.lang] in wanted[0]
            )


def test_a_measure_without_evidence_is_not_called_undone(pages):
    words = {"zh": "未见公开进展", "en": "No published progress found"}
    updates = pages.portal.updates_of
    silent = [m for m in pages.portal.measures.values() if not any(update.counts for update in updates(m.id))]
    assert silent
    for measure in silent:
        assert words[pages.lang] in said(pages.measure(measure))
    whole = " ".join(said(tree) for tree in pages.tree.values()).lower()
    assert not re.search("未完成|没有完成的措施|未落实" if pages.lang == "zh" else "not done|undone|unfulfilled", whole)


def test_indicators_of_a_measure_carry_their_verdict(pages):
    for measure in pages.portal.measures.values():
        block = said(pages.measure(measure))
        for indicator in pages.portal.indicators_of(measure.id):
            assert indicator.name[pages.lang] in block, (measure.id, indicator.id)
    with_target = pages.portal.measures["national-titled-enterprises"]
    assert pages.measure(with_target).xpath('.//dd//li/span[contains(@class, "ip-state")]')


def test_every_named_body_is_listed_and_named_at_its_measures(pages):
    tree = pages.tree["plan/institutions.md"]
    for institution in pages.portal.institutions.values():
        assert tree.xpath(f'//*[@id="institution-{institution.id}"]'), institution.id
    for role in pages.portal.roles:
        name = pages.portal.institutions[role.institution].name[pages.lang]
        assert name in said(pages.measure(pages.portal.measures[role.measure]))


def test_every_update_and_system_has_its_place(pages):
    for update in pages.portal.updates:
        assert pages.tree["plan/evidence.md"].xpath(f'//li[@id="update-{update.id}"]'), update.id
    for system in pages.portal.systems:
        (block,) = pages.tree["plan/systems.md"].xpath(f'//section[@id="system-{system.id}"]')
        assert bool(system.source) == bool(block.xpath('.//span[@class="ip-meta"]/a'))


def test_updates_are_listed_newest_first(pages):
    dates = pages.tree["plan/evidence.md"].xpath('//ol[@id="evidence"]/li/time/@datetime')
    assert dates == sorted(dates, key=lambda date: (date + "-31-31")[:10], reverse=True)


def test_every_observation_of_the_draft_can_be_reached(pages):
    reached = {(path, anchor) for _, path, anchor in pages.links()}
    root = pages.view("index.md")
    for row in pages.portal.observations:
        if row.confidence == "plan":
            path, _, anchor = root.link(*row_place(pages.portal, row)).partition("#")
            assert (posixpath.normpath(path), anchor) in reached, (row.indicator, row.area, row.period.text)


def test_every_target_of_the_draft_can_be_reached(pages):
    anchors = {anchor for _, _, anchor in pages.links()}
    for target in pages.portal.targets:
        if pages.portal.sources[target.source].kind == "plan":
            assert f"target-{target.id}" in anchors, target.id


def test_every_award_title_reward_and_case_number_of_the_draft_is_shown(pages):
    text, lang = said(pages.tree["plan/foundation.md"]), pages.lang
    portal = pages.portal
    for award in portal.awards:
        if award.confidence == "plan":
            assert award.award[lang] in text
    for entry in (*portal.incentives, *portal.case_statistics):
        if entry.confidence == "plan":
            assert quantity(entry.value, entry.unit, lang, qualifier=entry.qualifier) in text, entry.id
    counts = [row for row in (*portal.awards, *portal.enterprises) if row.confidence == "plan"]
    cells = pages.tree["plan/foundation.md"].xpath('//caption[@id="draft-honours"]/..//td[@class="num"]')
    assert [int(re.sub(r"\D", "", said(cell))) for cell in cells] == [
        row.count for row in (*portal.enterprises, *portal.awards) if row in counts
    ]


def test_links_between_plan_pages_lead_to_places_that_exist(pages):
    places = {page_url(path).rstrip("/"): tree for path, tree in pages.tree.items()}
    checked = 0
    for page, path, anchor in pages.links():
        if path.startswith("plan"):
            assert path in places, (page, path)
            assert not anchor or places[path].xpath(f'//*[@id="{anchor}"]'), (page, path, anchor)
            checked += 1
    assert checked > len(pages.portal.measures)


def test_no_page_uses_an_id_twice(pages):
    for page, tree in pages.tree.items():
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), page


def test_words_of_states_are_those_of_the_tables(portal):
    for table in ("updates", "systems"):
        field = portal.packages["plan"].tables[table].field("state")
        labels = {category.value: category.label for category in field.categories}
        assert {state.id: (state.label.zh, state.label.en.lower()) for state in PLAN_STATES} == {
            value: (label.zh, label.en.lower()) for value, label in labels.items()
        }


def test_every_section_has_a_page_or_a_place(portal):
    for lang in ("zh", "en"):
        for measure in portal.measures.values():
            assert (DOCS / lang / page_of(portal, measure.section)).is_file()


def test_the_timeline_keeps_to_its_areas_and_years_and_runs_forward(pages):
    near = {area.id for area in pages.portal.areas.values() if area.level in ("zone", "center")}
    block = html.fromstring(str(MACROS["plan_timeline"](pages.view("plan/foundation.md"), 2022)))
    years = [int(year.removeprefix("year-")) for year in block.xpath('//details[@class="ip-plan-year"]/@id')]
    told = [said(title) for title in block.xpath("//li[@data-entry]//h3")]
    wanted = {e.title[pages.lang] for e in pages.portal.events if e.area in near and e.date.year <= 2022}
    assert years == sorted(years)
    assert max(years) <= 2022 < max(event.date.year for event in pages.portal.events)
    assert set(told) == wanted
    assert len(told) == len(wanted)
