"""The office's page in a browser: from the dropped workbook to the changed file, by mouse and by keyboard."""

import base64
import csv
import shutil
import threading
import time
from pathlib import Path

import bad_workbooks as bad
import pytest
import workbooks
from openpyxl import load_workbook
from playwright.sync_api import expect
from test_other_files import ods

from ipportal import rules
from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.office import importing
from ipportal.office.desk import Desk
from ipportal.rules.warnings import FILE
from ipportal.site.serve import OFFICE, Answer, Preview
from support.visit import visit

pytestmark = pytest.mark.browser

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
#: Drops a file as the mouse does
DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name));
  document.getElementById("zone").dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: files }));
}"""

#: Tells each step that the page says, with what the bar shows
WATCH = """() => {
  const said = document.getElementById("busy-file"), bar = document.getElementById("bar");
  new MutationObserver(() => told(`${bar.value}/${bar.max} ${said.textContent}`)).observe(said, { childList: true });
}"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "portal"
    shutil.copytree(bad.TINY, folder)
    return folder


@pytest.fixture
def address(root):
    page = Answer(200, "text/html; charset=utf-8", b"<html lang='zh'><title>x</title><body>home</body></html>")
    preview = Preview(root, lambda path: page, lambda changed: None, Desk(root, "token"), "token")
    server = preview.server("127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{OFFICE}"
    server.shutdown()
    server.server_close()


def workbook(root, tmp_path, *edits, name="indicators"):
    data = workbooks.exported(read_packages(root), name=name)
    for edit in edits:
        data = bad.edited(data, edit)
    path = tmp_path / "新数.xlsx"
    path.write_bytes(data)
    return path


def line(page, cell):
    return page.locator(".cells tr", has=page.locator("th", has_text=cell))


def rows(root, file=OBSERVATIONS):
    return list(csv.DictReader((root / file).read_text(encoding="utf-8").splitlines()))


def test_a_workbook_is_dropped_mended_confirmed_and_taken_back(browser, address, root, tmp_path):
    before = (root / OBSERVATIONS).read_bytes()
    path = workbook(root, tmp_path, bad.adding(E="200件"), bad.adding(C="上半年"), bad.setting("观测值", "E5", 801))
    with visit(browser, address, "zh") as visitor:
        page = visitor.page
        page.evaluate(DROP, [path.name, base64.b64encode(path.read_bytes()).decode()])
        expect(page.locator(".count")).to_contain_text("2 处要改")
        assert visitor.accessibility() == []
        line(page, "观测值!E15").get_by_role("button", name="用 200").click()
        line(page, "观测值!C16").get_by_role("button", name="这一行不写").click()
        line(page, "观测值!E5").get_by_role("button", name="没有错，写原因").click()
        page.get_by_label("原因（中文）").fill("抄录有误。")
        page.get_by_label("原因（英文）").fill("Copying error.")
        page.get_by_label("谁看过").fill("统计岗")
        line(page, "观测值!E5").get_by_role("button", name="改好").click()
        page.get_by_role("button", name="再检查一次").click()
        confirm = page.get_by_role("button", name="确认，全部写入")
        expect(confirm).to_be_visible()
        expect(page.locator("#result")).to_contain_text("800 → 801")
        assert page.locator(".pics img").count() >= 2
        assert page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
        assert visitor.accessibility() == [] and (root / OBSERVATIONS).read_bytes() == before
        visitor.resize(390)
        assert visitor.sideways() == []
        assert page.get_by_label("谁改的").input_value() == "统计岗"
        confirm.click()
        expect(page.locator(".good")).to_contain_text("已经写入")
        assert {"801", "200"} <= {row["value"] for row in rows(root)} and "统计岗" in (root / FILE).read_text("utf-8")
        expect(page.locator("#log li")).to_have_count(1)
        page.locator("#result").get_by_role("button", name="撤销这一次").click()
        expect(page.locator("#say")).to_contain_text("已撤销")
        assert (root / OBSERVATIONS).read_bytes() == before and not (root / FILE).exists()
        assert visitor.faults == []


def test_a_colleagues_edit_of_the_same_cell_is_chosen_by_keyboard_in_english(browser, address, root, tmp_path):
    mine, theirs = (
        workbook(root, tmp_path, bad.setting("观测值", "K5", text)).read_bytes() for text in ("表甲", "表乙")
    )
    with visit(browser, address, "en", scheme="dark") as visitor:
        page = visitor.page
        (tmp_path / "theirs.xlsx").write_bytes(theirs)
        page.set_input_files("#file", tmp_path / "theirs.xlsx")
        page.get_by_label("Who made it").fill("AB")
        page.get_by_role("button", name="Confirm").press("Enter")
        expect(page.locator(".good")).to_contain_text("Written")
        page.locator("#result").get_by_role("button", name="Another file").press("Enter")
        (tmp_path / "mine.xlsx").write_bytes(mine)
        page.set_input_files("#file", tmp_path / "mine.xlsx")
        sides = line(page, "观测值!K5").locator(".sides button")
        expect(sides).to_have_count(2)
        expect(sides.nth(1)).to_contain_text("表乙")
        assert visitor.accessibility() == []
        sides.nth(0).press("Enter")
        page.get_by_role("button", name="Check again").press("Enter")
        page.get_by_label("Who made it").fill("AB")
        page.get_by_role("button", name="Confirm").press("Enter")
        expect(page.locator(".good")).to_contain_text("Written")
        assert "表甲" in [row["locator_zh"] for row in rows(root)]
        assert visitor.faults == []


def test_a_pasted_table_becomes_rows_and_a_new_event_is_filled_in(browser, address, root):
    with visit(browser, address, "zh") as visitor:
        page = visitor.page
        page.get_by_text("在这里填几行").click()
        page.locator("#table optgroup").first.wait_for(state="attached")
        page.select_option("#table", "indicators/observations")
        page.fill("#paste", "2023年\t201\n2024年\t205\n")
        page.select_option("[data-from=period]", "0")
        page.select_option("[data-from=value]", "1")
        for name, value in {
            "indicator": "grants", "basis": "plan", "status": "final", "source": "sample-report-2022",
        }.items():  # fmt: skip
            page.select_option(f"#f-{name}", value)
        page.fill("#f-locator_zh", "正文")
        page.fill("#f-locator_en", "main text")
        assert visitor.accessibility() == []
        page.get_by_role("button", name="检查", exact=True).click()
        expect(page.get_by_role("button", name="确认，全部写入")).to_be_visible()
        page.get_by_label("谁改的").fill("统计岗")
        page.get_by_role("button", name="确认，全部写入").click()
        expect(page.locator(".good")).to_contain_text("新增 2 行")
        assert {"201", "205"} <= {row["value"] for row in rows(root)}
        page.locator("#result").get_by_role("button", name="换一个文件").click()
        page.select_option("#table", "promotion/events")
        page.fill("#paste", "")
        known = rows(root, "datapackages/promotion/data/events.csv")[0]
        for name, value in (known | {"id": "zz-new-day", "title_zh": "新活动", "title_en": "New day"}).items():
            field = page.locator(f"#f-{name}")
            if field.count():
                (field.select_option if field.evaluate("(one) => one.tagName") == "SELECT" else field.fill)(value)
        page.get_by_role("button", name="检查", exact=True).click()
        page.get_by_label("谁改的").fill("统计岗")
        page.get_by_role("button", name="确认，全部写入").click()
        expect(page.locator(".good")).to_contain_text("新增 1 行")
        assert "zz-new-day" in [row["id"] for row in rows(root, "datapackages/promotion/data/events.csv")]
        assert visitor.faults == []


def test_a_core_indicator_comes_with_its_target_and_a_figure_by_keyboard(browser, address, root):
    names = {"indicators": "patent-firms", "targets": "patent-firms-2025", "observations": ""}
    found = {name: rows(root, f"datapackages/indicators/data/{name}.csv") for name in names}
    new = {name: next(row for row in found[name] if row.get("id", "") == key) for name, key in names.items()}
    words = {"name_zh": "专利代理所", "name_en": "Patent agencies", "short_zh": "代理所", "short_en": "Agencies"}
    new["indicators"] |= {"id": "agencies", "group": "core", "order": "9", **words}
    new["targets"] |= {"id": "agencies-2025", "indicator": "agencies"}
    unit = {"unit": "firm", "note_zh": "", "note_en": ""}
    new["observations"] |= {"indicator": "agencies", "area": "sample-zone", "period": "2021", "value": "7"} | unit
    with visit(browser, address, "zh") as visitor:
        page = visitor.page
        page.locator("summary", has_text="在这里填几行").press("Enter")
        for name, row in new.items():
            page.select_option("#table", f"indicators/{name}")
            for column, value in row.items():
                field = page.locator(f"#f-{column}")
                (field.select_option if field.evaluate("(one) => one.tagName") == "SELECT" else field.fill)(value)
            page.locator("#keep").press("Enter")
        expect(page.locator("#kept li span")).to_have_text(["指标：1 行", "目标：1 行", "观测值：1 行"])
        expect(page.locator("#table")).to_be_focused()
        assert page.locator("#table optgroup:not([disabled])").count() == 1 and visitor.accessibility() == []
        page.get_by_role("button", name="检查", exact=True).press("Enter")
        page.get_by_label("谁改的").fill("统计岗")
        page.get_by_label("谁改的").press("Enter")
        expect(page.locator(".good")).to_contain_text("新增 3 行")
        assert (root / "docs/zh/indicators/agencies.md").is_file()
        page.locator("#result").get_by_role("button", name="换一个文件").press("Enter")
        assert page.locator("#kept li").count() == 0 and page.locator("#table optgroup[disabled]").count() == 0
        page.select_option("#table", "indicators/observations")
        expect(page.locator("#f-indicator option[value=agencies]")).to_have_count(1)
        assert visitor.faults == []


def test_a_program_that_is_gone_is_told(browser, address, root, tmp_path):
    path = workbook(root, tmp_path)
    with visit(browser, address, "zh", alone=True) as visitor:
        visitor.page.route("**/look", lambda route: route.abort())
        visitor.page.set_input_files("#file", path)
        expect(visitor.page.locator("#say")).to_contain_text("连不上程序")
        expect(visitor.page.locator("#zone")).to_be_visible()
        visitor.page.unroute("**/look")
        visitor.page.set_input_files("#file", path)
        expect(visitor.page.locator("#result")).to_contain_text("与现有数据完全相同")
        assert Path(path).is_file()


#: What two offices write into the return for 2022: cell → text, the source on its first line
SAID = dict(zip((f"{letter}14" for letter in "BCDEFIJK"), (
    "公报", "Bulletin", "虚构的公报", "局", "Office", "none", "report", "zh-Hans",
), strict=True)) | {"J22": "表1", "K22": "Table 1", "J24": "表2", "K24": "Table 2"}  # fmt: skip


def test_two_returns_come_in_together_and_their_conflict_is_settled_by_keyboard(
    browser, address, root, tmp_path, monkeypatch
):
    assert main(["workbook", "return", "2022", "--root", str(root), "--output", str(tmp_path / "表.xlsx")]) == 0
    paths = []
    for name, cells in (("甲", {"E22": 160}), ("乙", {"E22": 161, "E24": 14})):
        book = load_workbook(tmp_path / "表.xlsx")
        for cell, text in (SAID | cells).items():
            book.worksheets[0][cell] = text
        paths.append(tmp_path / f"{name}.xlsx")
        book.save(paths[-1])
    monkeypatch.setattr(importing, "check", lambda raw, settings: time.sleep(0.8) or rules.check(raw, settings))
    with visit(browser, address, "zh") as visitor:
        page = visitor.page
        told = []
        page.expose_function("told", lambda *said: told.extend(said))
        page.evaluate(WATCH)
        page.set_input_files("#file", paths)
        expect(page.locator("#result h2")).to_contain_text("甲.xlsx、乙.xlsx")
        steps = [each for each in told if "步" in each]
        assert any("检查 甲.xlsx" in each and "/7 " in each for each in steps) and steps == sorted(steps)
        clash = line(page, "!E22")
        expect(clash.locator("th small")).to_have_text("乙.xlsx")
        expect(clash.locator(".sides button")).to_have_text(["用您的161", "用同事的160"])
        assert visitor.accessibility() == []
        visitor.resize(390)
        assert visitor.sideways() == []
        clash.locator(".sides button").nth(1).press("Enter")
        page.get_by_role("button", name="再检查一次").press("Enter")
        page.get_by_label("谁改的").fill("统计岗")
        page.get_by_label("谁改的").press("Enter")
        expect(page.locator(".good")).to_contain_text("新增 3 行")
        table = tmp_path / "observations.csv"
        text = (root / OBSERVATIONS).read_text(encoding="utf-8").replace(",2022,plan,14,", ",2022,plan,15,")
        table.write_bytes(text.encode("gb18030"))
        (tmp_path / "表.ods").write_bytes(ods())
        page.locator("#result").get_by_role("button", name="换一个文件").press("Enter")
        page.set_input_files("#file", [table, tmp_path / "表.ods"])
        expect(page.locator(".cells tbody th")).to_contain_text(["observations!E11"])
        expect(page.locator("#result h2")).to_contain_text("observations.csv、表.ods")
        assert {("160", "grants"), ("14", "patent-firms")} <= {(row["value"], row["indicator"]) for row in rows(root)}
        assert "161" not in {row["value"] for row in rows(root)} and visitor.faults == []
