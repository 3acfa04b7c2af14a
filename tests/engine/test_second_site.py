"""The finished site of a portal about another subject, in Chinese alone: nothing of the first one, two plans."""

import json
import re
from pathlib import Path

from lxml import html

from ipportal.site.verify import verify
from support.onelanguage import english_in

#: Names and subject of the portal this program was first written for
FIRST_PORTAL = re.compile("武汉|车谷|经开区|知识产权|Wuhan|Chegu|[Ii]ntellectual[ -]property".encode())


def said(site: Path, page: str, path: str) -> list[str]:
    found = html.fromstring((site / page).read_bytes()).xpath(path)
    return [" ".join(one.text_content().split()) for one in found]


def test_the_site_is_whole_and_names_nothing_of_the_first_portal(second_site):
    assert verify(second_site) == []
    files = [file for file in second_site.rglob("*") if file.is_file()]
    assert len(files) > 100
    assert [file for file in files if FIRST_PORTAL.search(file.read_bytes())] == []


def test_the_site_says_nothing_in_english(second_site):
    read, told = english_in(second_site)
    assert read > 100 and told == {}
    assert [path.name for path in (second_site / "pagefind").glob("words.*")] == ["words.zh.json"]
    tools = html.fromstring((second_site / "index.html").read_bytes()).xpath("//ul[@class='ip-tools']//a")
    assert tools == []  # no switch to another language


def test_the_home_page_speaks_of_the_running_plan(second_site):
    (fact,) = said(second_site, "index.html", "//div[@class='ip-fact']/strong")
    assert fact.startswith("4 项核心指标中，1 项的目标已到期（2027 年）：1 项达到目标")
    assert len(said(second_site, "index.html", "//li[@class='ip-card']")) == 4


def test_each_plan_has_pages_of_its_own_and_old_addresses_lead_there(second_site):
    for page, measures in (("plan", 2), ("plan/2021-2025", 3)):
        (title,) = said(second_site, f"{page}/index.html", "//h2[@id='tally-title']")
        assert title == f"{measures} 项措施，查到了哪些证据"
    moved = (second_site / "plan/tasks/energy-2021/index.html").read_text(encoding="utf-8")
    assert 'content="0; url=../../2021-2025/tasks/energy-2021/"' in moved
    assert (second_site / "plan/2021-2025/tasks/energy-2021/index.html").is_file()
    above = said(second_site, "plan/2021-2025/tasks/energy-2021/index.html", "//nav[@class='ip-crumbs']//a")
    assert above == ["首页", "规划", "2021—2025 年规划"]


def test_the_interface_tells_both_plans(second_site):
    plans = json.loads((second_site / "data/api/v1/plans.json").read_bytes())["data"]
    assert [plan["id"] for plan in plans] == ["2021-2025", "2026-2030"]
