"""Ten jobs of somebody who knows Excel and a browser: from the double-click files to the changed pages, no terminal."""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import bad_workbooks as bad
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from ipportal.cli import main
from support.copies import edit
from support.visit import visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFICE = Path(__file__).resolve().parents[2] / "office"
INDICATORS = "datapackages/indicators/data"
FIRMS = "patent-firms,commitment,enterprises,3,专利企业数,Firms with patents,专利企业,Patent firms,firm,"
TARGET = "patent-firms-2025,patent-firms,sample-zone,2025,plan,20,30,,range,yes,plan-draft,表2,Table 2,,,,\n"
REAL = {
    '\nurl = ""': '\nurl = "https://ip.sample-zone.gov.cn"',
    'name_zh = "示例知识产权门户（虚构）"': 'name_zh = "开发区知识产权门户"',
    'name_en = "Sample IP Portal (made up)"': 'name_en = "Zone IP Portal"',
    'organiser_zh = "虚构机构"': 'organiser_zh = "开发区管委会"',
    'organiser_en = "Made-up body"': 'organiser_en = "Zone administration"',
    'contact_zh = "没有联系方式"': 'contact_zh = "统计科，027-84891234"',
    'contact_en = "No contact"': 'contact_en = "Statistics, 027-84891234"',
    'site_id = ""': 'site_id = "4201131234"',
    'icp = ""': 'icp = "鄂ICP备12345678号-1"',
    'public_security = ""': 'public_security = "鄂公网安备42011302000123号"',
}


@pytest.fixture
def root(tmp_path):
    """A portal fit for an official site, with eight figures due each year and an office that signs."""
    folder = tmp_path / "portal"
    shutil.copytree(bad.TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(OFFICE, folder / "office")
    for name in ("mkdocs.yml", "mkdocs.en.yml", "requirements.lock", "licences.csv"):
        shutil.copyfile(OFFICE.parent / name, folder / name)
    for old, new in REAL.items():
        edit(folder, "portal.toml", old, new)
    with (folder / "portal.toml").open("a", encoding="utf-8") as file:
        file.write("\n[review]\nsigned = true\n")
    more = dict(zip("bcdef", "乙丙丁戊己", strict=True))
    path = folder / INDICATORS / "indicators.csv"
    line = next(row for row in path.read_text("utf-8").splitlines() if row.startswith("patent-firms,"))
    parts = {"patent-firms,": "patent-firms-{a},", "专利企业": "{b}类专利企业"}
    parts |= {"Firms with": "Firms {a} with", "Patent firms": "Patent firms {a}"}
    rows = []
    for a, b in more.items():
        row = line
        for old, new in parts.items():
            row = row.replace(old, new.format(a=a, b=b))
        rows.append(row)
    edit(folder, f"{INDICATORS}/indicators.csv", line, "\n".join([line, *rows]))
    targets = [TARGET.replace("patent-firms", f"patent-firms-{letter}") for letter in more]
    edit(folder, f"{INDICATORS}/targets.csv", TARGET, "".join([TARGET, *targets]))
    for lang in ("zh", "en"):  # what is stubbed shows every row
        (folder / f"docs/{lang}/indicators/grants.md").unlink()
    assert main(["stub", "--root", str(folder)]) == 0
    for step, role in (("entered", "A"), ("checked", "B"), ("approved", "C")):
        assert main(["signoff", "--root", str(folder), f"--{step}", role, "--on", "2026-11-20"]) == 0
    # what a double click finds: an environment, and a set-up that has nothing left to do
    (folder / "scripts").mkdir()
    (folder / "scripts/set_up.py").write_text("")
    (folder / ".venv/bin").mkdir(parents=True)
    program = folder / ".venv/bin/ipportal"
    program.write_text(f'#!/bin/bash\nexec "{sys.executable}" -m ipportal "$@"\n')
    program.chmod(0o755)
    return folder


def double_click(root, name, *words, **options):
    path = next((root / "office").glob(f"{name} *.command"))
    environment = {**os.environ, "LANG": "zh_CN.UTF-8"}
    return {"args": ["bash", path, *words], "env": environment, "stdin": subprocess.DEVNULL, "text": True, **options}


@pytest.fixture
def address(root):
    """The page that “8 放工作簿” opens."""
    asked = double_click(root, 8, "--port", "0", stdout=subprocess.PIPE, start_new_session=True)
    with subprocess.Popen(**asked) as served:
        try:
            told = iter(served.stdout.readline, "")
            yield next(found[0] for line in told if (found := re.search(r"http://\S+__office/(?=zh)", line)))
        finally:
            os.killpg(served.pid, signal.SIGTERM)


class Clerk:
    """What somebody does on the page, and what is then found in the preview."""

    def __init__(self, page, root):
        self.page, self.root = page, root

    def file(self, pattern):
        """A workbook that lies in the folder which the double click opens."""
        found = list((self.root / "workbooks").glob(pattern))
        if not found:
            subprocess.run(**double_click(self.root, 1, capture_output=True), check=True)
        return (found or list((self.root / "workbooks").glob(pattern)))[0]

    def row(self, sheet, text):
        """The one row of a sheet whose first cell holds this."""
        cells = load_workbook(self.file("indicators*.xlsx"))[sheet]["A"]
        (row,) = (cell.row for cell in cells if text in str(cell.value))
        return row

    def edited(self, pattern, *changes, name="改好的.xlsx"):
        path = self.file(pattern)
        data = path.read_bytes()
        for change in changes:
            data = bad.edited(data, change)
        shutil.copyfile(path, path.with_name(name))
        path.with_name(name).write_bytes(data)
        return path.with_name(name)

    def drop(self, *paths):
        if not self.page.locator("#start").is_visible():
            self.page.locator("#result").get_by_role("button", name="换一个文件").click()
        self.page.set_input_files("#file", paths)
        expect(self.page.locator("#result h2").first).to_be_visible()

    def line(self, cell):
        return self.page.locator(".cells tr", has=self.page.locator("th", has_text=cell))

    def right(self, cell, reason):
        self.line(cell).get_by_role("button", name="没有错，写原因").click()
        self.page.get_by_label("原因（中文）").fill(reason)
        self.page.get_by_label("原因（英文）").fill("Checked against the source.")
        self.page.get_by_label("谁看过").fill("统计岗")
        self.line(cell).get_by_role("button", name="改好").click()

    def again(self):
        self.page.get_by_role("button", name="再检查一次").click()

    def confirm(self, counted):
        expect(self.page.get_by_label("谁改的")).to_be_visible()
        self.page.get_by_label("谁改的").fill("统计岗")
        self.page.get_by_role("button", name="确认，全部写入").click()
        expect(self.page.locator(".good")).to_contain_text(counted)

    def shows(self, address, text):
        """The page is listed as changed, and says this in the preview."""
        link = self.page.locator(f'.pages a[href="{address}"]')
        expect(link).to_be_visible()
        self.reads(address, text)

    def reads(self, address, text):
        start = self.page.url.split("/__office")[0]
        deadline = time.monotonic() + 120
        while text not in self.page.request.get(start + address).text():
            assert time.monotonic() < deadline, (address, text)
            time.sleep(0.3)

    def fill(self, table, **cells):
        """The form for rows of a table."""
        if not self.page.locator("#start").is_visible():
            self.page.locator("#result").get_by_role("button", name="换一个文件").click()
        if not self.page.locator("#table").is_visible():
            self.page.get_by_text("在这里填几行").click()
            self.page.locator("#table optgroup").first.wait_for(state="attached")
        self.page.select_option("#table", table)
        for name, value in cells.items():
            field = self.page.locator(f"#f-{name}")
            (field.select_option if field.evaluate("(one) => one.tagName") == "SELECT" else field.fill)(value)
        self.page.get_by_role("button", name="检查", exact=True).click()

    def rows(self, name):
        return list(csv.DictReader((self.root / name).read_text("utf-8").splitlines()))

    def step(self, role, name):
        button = self.page.locator("#sign button", has_text=name)
        expect(button).to_be_visible()
        self.page.locator("#sign-by").fill(role)
        button.click()
        expect(button).to_have_count(0)


def test_ten_jobs_from_the_double_click_to_the_changed_page(browser, root, address):
    with visit(browser, address, "zh", alone=True) as visitor:
        clerk = Clerk(visitor.page, root)
        yearly_return(clerk)
        correction_with_its_warning_answered(clerk)
        shared_source(clerk)
        event(clerk)
        indicator(clerk)
        conflict(clerk)
        withdrawn(clerk)
        warning_of_a_sum(clerk)
        sheet(clerk, visitor)
        assert visitor.faults == []
    official(root)


def append(book, sheet, row):
    """Fill in the next empty row of a sheet, by the names of its columns."""
    target = book[sheet]
    keys = [cell.value for cell in target[2]]
    assert set(row) <= set(keys), (keys, row)
    line = bad.next_row(target)
    for name, text in row.items():
        target.cell(line, keys.index(name) + 1, text)


def yearly_return(clerk):
    subprocess.run(**double_click(clerk.root, 9, capture_output=True), check=True)
    path = next((clerk.root / "workbooks").glob("年度填报表*.xlsx"))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    said = ("公报", "Bulletin", "虚构的公报", "局", "Office", "none", "report", "zh-Hans")
    for letter, text in zip("BCDEFIJK", said, strict=True):
        sheet[f"{letter}14"] = text
    for row, value in enumerate((160, 15000, *range(13, 19)), 22):
        sheet[f"E{row}"], sheet[f"J{row}"], sheet[f"K{row}"] = value, "表1", "Table 1"
    book.save(path)
    clerk.drop(path)
    clerk.confirm("新增 9 行")
    clerk.shows("/indicators/grants/", "160")


def correction_with_its_warning_answered(clerk):
    clerk.drop(clerk.edited("indicators*.xlsx", bad.setting("观测值", "E6", 101)))
    clerk.right("观测值!E6", "抄录有误。")
    clerk.again()
    expect(clerk.page.locator("#result")).to_contain_text("100 → 101")
    clerk.confirm("改动 1 行")
    clerk.shows("/indicators/grants/", "101")


def shared_source(clerk):
    row = clerk.row("来源", "sample-report-2022")
    clerk.drop(clerk.edited("indicators*.xlsx", bad.setting("来源", f"B{row}", "统计局年报，2022")))
    expect(clerk.page.locator("#result")).to_contain_text("来源 sample-report-2022 也用在")
    clerk.confirm("改动 1 行")
    clerk.shows("/indicators/grants/", "统计局年报，2022")
    for name in ("indicators", "cases"):
        assert "统计局年报，2022" in (clerk.root / f"datapackages/{name}/data/sources.csv").read_text("utf-8")


def event(clerk):
    known = clerk.rows("datapackages/promotion/data/events.csv")[0]
    clerk.fill("promotion/events", **known | {"id": "zz-open-day", "title_zh": "开放日", "title_en": "Open day"})
    clerk.confirm("新增 1 行")
    assert "zz-open-day" in {row["id"] for row in clerk.rows("datapackages/promotion/data/events.csv")}


def indicator(clerk):
    (firms,) = (row for row in clerk.rows(f"{INDICATORS}/indicators.csv") if row["id"] == "patent-firms")
    (target,) = (row for row in clerk.rows(f"{INDICATORS}/targets.csv") if row["id"] == "patent-firms-2025")
    names = {"name_zh": "专利代理所", "name_en": "Patent agencies", "short_zh": "代理所", "short_en": "Agencies"}
    new = firms | names | {"id": "agencies", "order": "9"}
    goal = target | {"id": "agencies-2025", "indicator": "agencies"}
    change = bad.both(lambda book: append(book, "指标", new), lambda book: append(book, "目标", goal))
    clerk.drop(clerk.edited("indicators*.xlsx", change))
    clerk.confirm("新增 2 行")
    clerk.shows("/indicators/agencies/", "专利代理所")


def conflict(clerk):
    theirs, mine = (
        clerk.edited("indicators*.xlsx", bad.setting("观测值", "K6", f"表{n}"), name=f"{n}.xlsx") for n in "甲乙"
    )
    clerk.drop(theirs)
    clerk.confirm("改动 1 行")
    clerk.drop(mine)
    expect(clerk.line("观测值!K6").locator(".sides button")).to_have_text(["用您的表乙", "用同事的表甲"])
    clerk.line("观测值!K6").get_by_role("button", name="用您的").click()
    clerk.again()
    clerk.confirm("改动 1 行")
    assert "表乙" in {row["locator_zh"] for row in clerk.rows(f"{INDICATORS}/observations.csv")}


def withdrawn(clerk):
    row = clerk.row("观测值", "grants-growth")
    clerk.drop(clerk.edited("indicators*.xlsx", bad.clearing("观测值", row)))
    clerk.page.get_by_label("确实要撤下这些行").check()
    clerk.again()
    clerk.confirm("撤下 1 行")
    assert "grants-growth" not in {row["indicator"] for row in clerk.rows(f"{INDICATORS}/observations.csv")}


def warning_of_a_sum(clerk):
    clerk.drop(clerk.edited("indicators*.xlsx", bad.adding(E=80)))
    expect(clerk.page.locator(".cells tr.ask")).to_contain_text("2022-H1")
    clerk.right("观测值!E", "上半年数含补报。")
    clerk.again()
    clerk.confirm("新增 1 行")
    assert "上半年数含补报。" in (clerk.root / "reviews/answers.csv").read_text("utf-8")


def sheet(clerk, visitor):
    clerk.page.locator("#result").get_by_role("button", name="做审签单").click()
    clerk.step("统计岗", "做审签单")
    link = clerk.page.get_by_role("link", name="打开审签单，打印")
    told = clerk.page.request.get(clerk.page.url.replace("zh", link.get_attribute("href"))).text()
    assert all(text in told for text in ("100 → 101", "上半年数含补报。", "抄录有误。", "统计岗"))
    clerk.step("综合岗", "登记复核")
    clerk.step("分管领导", "登记批准")
    expect(clerk.page.locator("#sign-state")).to_have_text("现在的数据都审签过。")
    assert visitor.accessibility() == []
    visitor.resize(390)
    assert visitor.sideways() == []


def official(root):
    """Whoever looks after the pages has read them; the rest is a double click."""
    for words in (["--by", "综合岗", "--on", "2026-11-22", "docs"], ["--translated", "docs/en"]):
        assert main(["review", "--root", str(root), *words]) == 0
    done = subprocess.run(**double_click(root, 10, capture_output=True), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (root / "site/indicators/grants/index.html").read_text(encoding="utf-8")
    assert "101" in page and not [path for path in (root / "site").rglob("*") if path.name.startswith("signoff-")]
