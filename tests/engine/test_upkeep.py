"""What is overdue is told on the right day, on the terminal, on the site and by a reminder of each host."""

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from ipportal.analysis.freshness import freshness
from ipportal.cli import main
from ipportal.data.manuscripts import Manuscript
from ipportal.data.memory import remember
from ipportal.loading import load
from ipportal.words.freshtext import as_json, as_markdown, as_text
from support.quick import quick_program

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "tiny"


@pytest.fixture(scope="module")
def small():
    """The small portal: six packages, all changed last on the same day."""
    return load(TINY)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """The small portal with a home page that must be renewed, last changed on 22 November; it has passed every rule."""
    root = tmp_path_factory.mktemp("watched") / "portal"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    home = root / "docs" / "zh" / "index.md"
    text = home.read_text(encoding="utf-8").replace("page_kind: home\n", "page_kind: home\nrenewal: two-weeks\n")
    home.write_text(text, encoding="utf-8")
    load(root)
    remember(root)
    return root


def aged(small, modified, frequency):
    package = replace(small.packages["indicators"], modified=modified, update_frequency=frequency)
    return replace(small, packages={"indicators": package})


def page(path, head="", body="# 题\n\n文\n", lang="zh"):
    return Manuscript(lang, path, f"---\n{head}\n---\n\n{body}")


def states(report):
    return {item.id: item.state for item in report.items}


@pytest.mark.parametrize(
    ("frequency", "modified", "today", "state"),
    [
        # a year of 366 days; the last 30 are the notice
        ("yearly", "2026-01-01", "2026-12-02", "current"),
        ("yearly", "2026-01-01", "2026-12-03", "due"),
        ("yearly", "2026-01-01", "2027-01-02", "due"),
        ("yearly", "2026-01-01", "2027-01-03", "overdue"),
        # 92 days, notice 26
        ("quarterly", "2026-01-01", "2026-03-07", "current"),
        ("quarterly", "2026-01-01", "2026-03-08", "due"),
        ("quarterly", "2026-01-01", "2026-04-04", "overdue"),
        ("daily", "2026-01-01", "2026-01-02", "due"),
        ("daily", "2026-01-01", "2026-01-03", "overdue"),
        ("irregular", "2016-01-01", "2026-01-03", "open"),
        ("never", "2016-01-01", "2026-01-03", "open"),
    ],
)
def test_a_package_is_held_to_its_own_cycle(small, frequency, modified, today, state):
    report = freshness(aged(small, modified, frequency), (), date.fromisoformat(today))
    assert states(report) == {"indicators": state}


@pytest.mark.parametrize(
    ("today", "state"),
    [("2026-11-15", "current"), ("2026-11-16", "due"), ("2026-11-20", "due"), ("2026-11-21", "overdue")],
)
def test_the_home_page_is_warned_after_ten_days_and_fails_after_two_weeks(small, today, state):
    portal = aged(small, "2026-11-06", "irregular")
    report = freshness(portal, (page("index.md", "renewal: two-weeks"),), date.fromisoformat(today))
    assert states(report)["index.md"] == state
    assert bool(report.failures) == (state == "overdue")


def test_a_column_is_as_new_as_its_newest_page_or_its_data(small):
    portal = aged(small, "2026-01-01", "irregular")
    index = page("plan/index.md", "renewal: half-year\nfed_by: [indicators]")
    assert states(freshness(portal, (index,), date(2026, 7, 4)))["plan/index.md"] == "overdue"
    for key in ("published", "updated"):
        newer = page("plan/a.md", f"{key}: 2026-03-01")
        elsewhere = page("cases/a.md", f"{key}: 2026-06-01")
        (item,) = freshness(portal, (index, newer, elsewhere), date(2026, 7, 4)).of("column")
        assert (item.changed, item.due, item.state) == (date(2026, 3, 1), date(2026, 8, 31), "current")


def test_a_site_fails_with_five_stale_or_five_empty_columns_and_not_with_four(small):
    portal = aged(small, "2026-01-01", "irregular")
    for count, failing in ((4, 0), (5, 1)):
        stale = tuple(page(f"c{n}/index.md", "renewal: half-year") for n in range(count))
        assert len(freshness(portal, stale, date(2026, 12, 1)).failures) == failing
        empty = tuple(page(f"c{n}/index.md", body="# 题\n") for n in range(count))
        assert len(freshness(portal, empty, date(2026, 1, 2)).failures) == failing


def test_what_expires_is_told_thirty_days_before(small):
    portal = replace(small, settings=replace(small.settings, security_expires=date(2026, 12, 31)), packages={})
    pages = (page("law.md", 'valid_until: "2026-12-31"', "# 新法\n"), page("law.md", "", "# A new law\n", "en"))
    expected = {date(2026, 11, 30): "current", date(2026, 12, 1): "due", date(2026, 12, 31): "due"}
    for today, state in (*expected.items(), (date(2027, 1, 1), "overdue")):
        report = freshness(portal, pages, today)
        assert states(report) == {"portal.toml": state, "law.md": state}
    assert "[overdue] A new law · until 2026-12-31, 1 day ago" in as_text(report, "en")


def test_the_three_forms_say_the_same(small):
    report = freshness(aged(small, "2025-01-01", "yearly"), (), date(2026, 11, 22))
    title = small.packages["indicators"].title
    told = json.loads(as_json(report))
    assert told["counts"] == {"overdue": 1, "due": 0, "current": 0, "open": 0}
    assert [(item["id"], item["due"], item["days_left"]) for item in told["items"]] == [
        ("indicators", "2026-01-02", -324)
    ]
    assert f"[过期] {title.zh} · 上次 2025-01-01 · 到 2026-01-02，已过 324 天" in as_text(report, "zh")
    reminder = as_markdown(report)
    assert f"[过期] {title.zh}" in reminder and f"[overdue] {title.en}" in reminder


def test_the_command_counts_from_the_portal_s_day_and_fails_when_asked(watched, tmp_path, capsys):
    base = ["status", "--root", str(watched), "--lang", "en"]
    assert main(base) == 0
    assert "Freshness as of 2026-11-22\noverdue: 0" in capsys.readouterr().out
    assert main([*base, "--fail-on", "overdue"]) == 0
    assert main([*base, "--today", "2026-12-06", "--fail-on", "overdue"]) == 0
    assert main([*base, "--today", "2026-12-06", "--fail-on", "due"]) == 1
    assert main([*base, "--today", "2026-12-07", "--fail-on", "overdue", "--output", str(tmp_path / "r.txt")]) == 1
    assert "! the home page has been unchanged" in (tmp_path / "r.txt").read_text(encoding="utf-8")


class _Issues(BaseHTTPRequestHandler):
    """Issues as the three hosts keep them: GitHub and Gitea by `number`, GitLab by `iid`."""

    def answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)
        wanted = [issue for issue in self.server.issues if issue["state"] == asked["state"][0]]
        start = (int(asked["page"][0]) - 1) * 50
        self.answer(wanted[start : start + 50])

    def do_POST(self):
        content, open_state = self.content(), "opened" if "projects" in self.path else "open"
        number = len(self.server.issues) + 1
        self.server.issues.append({"number": number, "iid": number, "state": open_state, **content})
        self.answer({})

    def do_PUT(self):
        number = int(self.path.rsplit("/", 1)[1])
        self.server.issues[number - 1].update(self.content())
        self.answer({})

    def do_PATCH(self):
        self.do_PUT()

    def content(self):
        self.server.keys.add(self.headers["PRIVATE-TOKEN"] or self.headers["Authorization"])
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *words):
        pass


@pytest.fixture
def issues():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Issues)
    server.issues, server.keys = [], set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def host_environment(server, host):
    address = f"http://127.0.0.1:{server.server_port}"
    if host == "gitlab":
        return {"CI_API_V4_URL": address, "CI_PROJECT_ID": "7", "REMINDER_TOKEN": "key"}
    return {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": "ip/portal", "REMINDER_TOKEN": "key"}


WORKFLOWS = {
    "github": ".github/workflows/upkeep.yml",
    "gitea": ".gitea/workflows/upkeep.yml",
    "gitlab": ".gitlab-ci.yml",
}


def steps(host):
    """The shell steps of the reminder: (identifier, condition, script)."""
    content = yaml.safe_load((ROOT / WORKFLOWS[host]).read_text(encoding="utf-8"))
    if host == "gitlab":
        return [("", "", "\n".join(content["reminder"]["script"]))]
    found = content["jobs"]["reminder"]["steps"]
    return [(step.get("id", ""), step.get("if", ""), step["run"]) for step in found if "run" in step]


@pytest.fixture(scope="module")
def ipportal(tmp_path_factory):
    with quick_program(tmp_path_factory.mktemp("p")) as program:
        yield program


@pytest.mark.parametrize("host", WORKFLOWS)
def test_the_workflow_opens_one_reminder_keeps_it_current_and_is_silent_when_nothing_is_late(
    host, issues, watched, ipportal, tmp_path
):
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    # the real command; the day comes from a clock that the test sets
    program = f'#!/bin/sh\nexec "{ipportal}" "$@" --root "{watched}"\n'
    for path, text in {programs / "ipportal": program, tmp_path / "make": "#!/bin/sh\n"}.items():
        path.write_text(text)
        path.chmod(0o755)

    def week(today):
        (tmp_path / "date").write_text(f"#!/bin/sh\necho {today}\n")
        (tmp_path / "date").chmod(0o755)
        output = tmp_path / "output"
        output.write_text("")
        for _, condition, script in steps(host):
            if condition:
                assert condition == "steps.report.outputs.late == 'yes'"
                if output.read_text() != "late=yes\n":
                    continue
            environment = os.environ | {
                "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT / "scripts"),
                "GITHUB_OUTPUT": str(output),
                **host_environment(issues, host),
            }
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", script],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr

    week("2026-11-23")
    assert issues.issues == []
    issues.issues += [{"number": n, "iid": n, "state": state, "title": "别的"} for n, state in
                      enumerate(["open", "opened"] * 55, 1)]  # fmt: skip
    week("2026-12-04")
    week("2026-12-08")
    reminders = [issue for issue in issues.issues if issue["title"] != "别的"]
    assert [issue["title"] for issue in reminders] == ["该更新了 / Update reminder"]
    text = reminders[0]["description" if host == "gitlab" else "body"]
    assert "## 更新情况，2026-12-08" in text and "[overdue] Home" in text
    assert issues.keys == {"key" if host == "gitlab" else "token key"}


def test_the_workflows_follow_the_schema_and_look_up_vulnerabilities():
    names = [str(ROOT / name) for host, name in WORKFLOWS.items() if host != "gitlab"]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "pip-audit --requirement requirements.lock" in (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in WORKFLOWS.values():
        assert "make audit" in (ROOT / name).read_text(encoding="utf-8")
