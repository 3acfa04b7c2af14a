"""The office's page: what it is told of a workbook, that nothing is written before it is confirmed, and to whom."""

import base64
import http.client
import json
import shutil
import threading

import bad_workbooks as bad
import pytest
import workbooks

from ipportal.base.journal import changes
from ipportal.data.packages import read_packages
from ipportal.office.desk import Desk
from ipportal.rules.warnings import FILE
from ipportal.site.serve import OFFICE, Answer, Preview, _Handler

TOKEN = "only-for-this-page"
NOTHING = {"cells": {}, "mine": [], "removal": False, "answers": [], "by": ""}
OBSERVATIONS = "datapackages/indicators/data/observations.csv"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "portal"
    shutil.copytree(bad.TINY, folder)
    return folder


@pytest.fixture
def desk(root):
    return Desk(root, TOKEN)


def ask(desk, verb, **told):
    body = {"lang": "zh"} | NOTHING | told
    return json.loads(desk(verb, json.dumps(body).encode())[1])


def dropped(root, *edits):
    data = workbooks.exported(read_packages(root))
    for edit in edits:
        data = bad.edited(data, edit)
    return {"files": [{"name": "新数.xlsx", "data": base64.b64encode(data).decode()}]}


def places(told, part="problems"):
    return [(each["code"], each["cell"]) for each in told[part]]


def test_cells_are_mended_on_the_page_and_written_when_confirmed(root, desk):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    file = dropped(root, bad.adding(E="200件"), bad.adding(C="上半年"))
    told = ask(desk, "look", **file)
    assert places(told) == [("cell-unit", "观测值!E15"), ("period-form", "观测值!C16")]
    assert told["problems"][0]["use"] == "200" and "parts" not in told
    assert ask(desk, "write", **file)["problems"] == told["problems"]
    cells = {"观测值!E15": "200", "观测值!16": ""}
    told = ask(desk, "look", **file, cells=cells)
    assert told["problems"] == told["warnings"] == []
    assert [line["sign"] for line in told["changes"][0]["lines"]] == ["+"]
    assert told["parts"] and len(told["pictures"][0]["svgs"]) == 2
    assert told["pictures"][0]["svgs"][1].startswith("<svg")
    now = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".cache" not in path.parts}
    assert now == before
    told = ask(desk, "write", **file, cells=cells)
    assert told["files"] == [OBSERVATIONS]
    assert ",2022,plan,200," in (root / OBSERVATIONS).read_text(encoding="utf-8")
    log = ask(desk, "log")
    assert [each["files"] for each in log["log"]] == [[OBSERVATIONS]] and log["as_of"] == "2026-11-22"
    assert ask(desk, "undo")["files"] == [OBSERVATIONS]
    assert (root / OBSERVATIONS).read_bytes() == before[root / OBSERVATIONS]
    assert ask(desk, "undo")["problems"][0]["code"] == "undo-nothing"


def test_warnings_are_answered_on_the_page(root, desk):
    file = dropped(root, bad.setting("观测值", "E5", 801))
    told = ask(desk, "look", **file)
    assert places(told, "warnings") == [("warning-figure-changed", "观测值!E5")]
    answers = [[told["warnings"][0]["about"], "抄录有误。", "Copying error."]]
    assert ask(desk, "look", **file, answers=answers)["warnings"]  # nobody says who looked
    assert OBSERVATIONS in ask(desk, "write", **file, answers=answers, by="统计岗")["files"]
    assert "统计岗" in (root / FILE).read_text(encoding="utf-8")


def test_a_clash_is_shown_with_both_sides_and_either_can_stand(root, desk):
    mine, theirs = (dropped(root, bad.setting("观测值", "K5", text)) for text in ("表甲", "表乙"))
    assert ask(desk, "write", **theirs)["files"]
    told = ask(desk, "look", **mine)
    assert places(told) == [("workbook-clash", "观测值!K5")]
    assert told["problems"][0]["sides"] == ["表1", "表乙"] and told["problems"][0]["found"] == "表甲"
    assert ask(desk, "look", **mine, cells={"观测值!K5": "表乙"})["problems"] == []
    assert ask(desk, "write", **mine, mine=["观测值!K5"])["files"] == [OBSERVATIONS]
    assert "表甲" in (root / OBSERVATIONS).read_text(encoding="utf-8")


def test_rows_are_withdrawn_when_that_is_meant(root, desk):
    file = dropped(root, bad.clearing("目标", 7))
    assert "workbook-removed" in [code for code, _ in places(ask(desk, "look", **file))]
    assert "workbook-removed" not in [code for code, _ in places(ask(desk, "look", **file, removal=True))]


def test_rows_can_be_typed_or_pasted(root, desk):
    tables = ask(desk, "tables", lang="en")["packages"]
    indicators = next(each for each in tables if each["name"] == "indicators")
    table = next(each for each in indicators["tables"] if each["name"] == "observations")
    usual = {column["name"]: column["usual"] for column in table["columns"]}
    assert usual["series"] == "total" and usual["area"] == "sample-zone"
    assert ["grants", "发明专利授权量 | grants"] in indicators["lists"]["indicators/indicators"]
    row = usual | {"indicator": "grants", "basis": "plan", "locator_zh": "正文", "locator_en": "main text"}
    row |= {"source": "sample-report-2022", "status": "final"}
    rows = {"observations": [row | {"period": "2022年", "value": "200"}, row | {"period": "2023", "value": "21O"}]}
    told = ask(desk, "look", package="indicators", rows=rows)
    assert [cell for _, cell in places(told)] == ["观测值!E6"]
    done = ask(desk, "write", package="indicators", rows=rows, cells={"观测值!E6": "210"})
    assert done["files"] == [OBSERVATIONS]
    assert ",2023,plan,210," in (root / OBSERVATIONS).read_text(encoding="utf-8")


def test_the_day_of_the_data_is_changed_when_they_stand_with_it(root, desk):
    assert ask(desk, "as-of", day="2026-12-01") == {"problems": []}
    assert "as_of = 2026-12-01" in (root / "portal.toml").read_text(encoding="utf-8")
    assert ask(desk, "as-of", day="2019-01-01")["problems"]
    assert "as_of = 2026-12-01" in (root / "portal.toml").read_text(encoding="utf-8")
    assert [each.verb for each in changes(root)] == ["as_of"]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("look", b""),
        ("look", b"[]"),
        ("look", b"[" * 100_000),
        ("look", b'{"cells": 1}'),
        ("else", b"{}"),
        ("as-of", b'{"day": "tomorrow"}'),
        ("signoff", b'{"step": "else", "by": "A", "on": "2026-11-20"}'),
        ("pages", b'{"number": "x"}'),
        ("look", b'{"answers": [], "by": "", "mine": [], "removal": false, "cells": {}, "files": [{"name": 1}]}'),
        ("look", json.dumps({**NOTHING, "files": [{"name": "x", "data": "%"}]}).encode()),
    ],
)
def test_what_is_no_request_is_not_answered(desk, verb, body):
    assert desk(verb, body) is None


def test_hostile_files_are_refused_in_words(root, desk):
    data = bad.IN_FILES["file-with-macros"](workbooks.sound())
    file = {"name": "x.xlsx", "data": base64.b64encode(data).decode()}
    told = ask(desk, "look", files=[file], cells={"没有!E5": "1"})
    assert [code for code, _ in places(told)] == ["workbook-macros"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_and_its_files(desk, lang):
    kind, page = desk(lang, None)
    assert kind.startswith("text/html") and TOKEN.encode() in page
    assert all(desk(name, None)[1] for name in ("desk.css", "desk.js")) and desk("portal.toml", None) is None


@pytest.fixture
def port(root, desk):
    page = Answer(200, "text/html", b"<body></body>")
    preview = Preview(root, lambda address: page, lambda changed: None, desk, TOKEN)
    server = preview.server("127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def posted(port, path="log", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    own = {"Origin": f"http://127.0.0.1:{port}", "X-Office-Token": TOKEN} | headers
    connection.request("POST", f"/{OFFICE}{path}", b"{}", {k: v for k, v in own.items() if v is not None})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_only_the_page_itself_may_ask(port):
    assert posted(port)[0] == 200
    assert posted(port, **{"X-Office-Token": "guess"})[0] == posted(port, **{"X-Office-Token": None})[0] == 403
    assert posted(port, Origin="http://elsewhere.example")[0] == posted(port, Origin=None)[0] == 403
    assert posted(port, Host="elsewhere.example")[0] == 421
    assert posted(port, "../log")[0] == posted(port, "nothing")[0] == 400
    assert posted(port, **{"Content-Length": "99999999"})[0] == 413
    assert posted(port, **{"Content-Length": "1e3"})[0] == 413


def test_only_this_machine_is_answered(port, monkeypatch):
    monkeypatch.setattr(_Handler, "setup", elsewhere)
    assert posted(port)[0] == 405
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/{OFFICE}zh")
    assert connection.getresponse().read() == b'<body><script src="/__preview/reload.js"></script></body>'


def elsewhere(handler):
    """A connection that comes from another machine."""
    super(_Handler, handler).setup()
    handler.client_address = ("192.0.2.1", 1)


def test_the_page_is_served_whole_and_never_reloads_by_itself(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/{OFFICE}zh")
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200 and b"__preview" not in body
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    connection.request("GET", f"/{OFFICE}else")
    assert connection.getresponse().status == 404


def test_who_made_a_change_is_kept_and_any_of_them_is_taken_back(root, desk):
    assert ask(desk, "write", **dropped(root, bad.adding(E=200)), by=" 统计岗 ")["number"] == 1
    answers = [[["warning-figure-changed", OBSERVATIONS, "", "value", "801", "800"], "抄录有误。", "Copying error."]]
    file = dropped(root, bad.setting("观测值", "E5", 801))
    answers[0][0] = ask(desk, "look", **file)["warnings"][0]["about"]
    assert ask(desk, "write", **file, answers=answers, by="张")["number"] == 2
    log = ask(desk, "log", lang="en")["log"]
    assert [(each["number"], each["by"], each["verb"], each["tables"]) for each in log] == [
        (2, "张", "Data written", "Observations"),
        (1, "统计岗", "Data written", "Observations"),
    ]
    assert ask(desk, "undo", number=1, by="张")["files"] == [OBSERVATIONS]
    text = (root / OBSERVATIONS).read_text(encoding="utf-8")
    assert ",2022,plan,200," not in text and ",2020,plan,801," in text
    assert [(each.verb, each.by) for each in changes(root)][2:] == [("undo", "张")]


def test_the_pages_that_changed_are_listed_with_their_addresses(root, desk):
    number = ask(desk, "write", **dropped(root, bad.adding(E=200)), by="A")["number"]
    for lang, tree in (("zh", "/"), ("en", "/en/")):
        pages = dict(map(reversed, ask(desk, "pages", number=number, lang=lang)["pages"]))
        assert f"{tree}indicators/grants/" in pages and all(address.startswith(tree) for address in pages)
        assert f"{tree}about/contact/" not in pages


def test_a_sheet_is_signed_off_on_the_page_step_by_step(root, desk):
    assert ask(desk, "log")["signoff"]["step"] == "entered"
    assert ask(desk, "signoff", step="entered", by="统计岗", on="2026-11-20")["files"]
    state = ask(desk, "log")["signoff"]
    assert state["step"] == "checked" and state["pending"] == 0
    assert "统计岗" in desk(state["sheet"], None)[1].decode() and desk("signoff-0009-a.zh.html", None) is None
    told = ask(desk, "signoff", step="approved", by="C", on="2026-11-21")
    assert [problem["code"] for problem in told["problems"]] == ["signoff-turn"]
    for step, by in (("checked", "B"), ("approved", "C")):
        assert ask(desk, "signoff", step=step, by=by, on="2026-11-21")["files"]
    assert ask(desk, "log")["signoff"] == {"asked": False, "pending": 0, "step": "entered", "sheet": ""}
