"""Builds of a small portal that are killed, run out of disk, or lack something: never a broken site, always a word."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ipportal.site.verify import verify

pytestmark = pytest.mark.this_portal

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 300


class Trials:
    """A small portal, and the process that builds it again and again."""

    def __init__(self, folder, drawings):
        self.root = folder / "portal"
        self.site = folder / "www" / "site"
        self.log = folder / "log"
        self.groups = []
        shutil.copytree(ROOT / "tests" / "tiny", self.root)
        (self.root / "overrides").mkdir()
        shutil.copytree(drawings, self.root / ".cache")
        for name in ("mkdocs.yml", "mkdocs.en.yml"):
            shutil.copy(ROOT / name, self.root)
        for lang, words in (("zh", "# 首页\n\n欢迎。\n"), ("en", "# Home\n\nWelcome.\n")):
            (self.root / "docs" / lang / "index.md").write_text(words, encoding="utf-8")
        self.frame = (ROOT / "scripts/ipportal/theme/base.html").read_text(encoding="utf-8")
        paths = os.pathsep.join(str(ROOT / name) for name in ("scripts", "tests"))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.trials"], env=os.environ | {"PYTHONPATH": paths}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def build(self, *, site=None, lang="zh", **conditions):
        arguments = ["build", "--root", str(self.root), "--output", str(site or self.site), "--lang", lang]
        trial = {"arguments": arguments, "log": str(self.log)} | conditions
        self.process.stdin.write(json.dumps(trial) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process for trials ended"
        outcome = json.loads(answer)
        self.groups.append(outcome["group"])
        return outcome

    def edit(self, edition):
        """Change every page of the next build."""
        page = self.frame.replace("<body ", f'<body data-edition="{edition}" ')
        (self.root / "overrides" / "base.html").write_text(page, encoding="utf-8")

    def edition(self):
        """The one edition all pages of the site belong to; the site is whole."""
        assert verify(self.site) == []
        pages = [page for page in self.site.rglob("*.html") if "embed" not in page.parts]
        found = {re.search(r'data-edition="(\w+)"', page.read_text(encoding="utf-8"))[1] for page in pages}
        assert len(found) == 1, f"pages of several builds: {found}"
        return found.pop()


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def ended(groups):
    """Whether all these processes end by themselves; the time is for a machine with much other work."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while any(map(alive, groups)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return not any(map(alive, groups))


@pytest.fixture(scope="module")
def _trials(tmp_path_factory, tiny_drawings):
    made = Trials(tmp_path_factory.mktemp("faults"), tiny_drawings)
    made.edit("first")
    result = made.build()
    assert result["code"] == 0, result["said"]
    yield made
    made.process.stdin.close()
    made.process.wait(LONGEST_SECONDS)


@pytest.fixture
def trials(_trials):
    """The site of a build that went well, and nothing that an earlier test left beside it."""
    yield _trials
    ended(_trials.groups)
    for left in _trials.site.parent.glob(".*"):
        shutil.rmtree(left)


@pytest.mark.parametrize("each", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_killed_at_any_point_the_site_is_whole(trials, each):
    trials.edit("before")
    prepared = {"prepared": str(trials.root)}
    whole = trials.build(**prepared)
    assert whole["code"] == 0, whole["said"]
    build, chinese, english, swap = whole["operations"]
    # up to the swap, in each generator, and from the swap on: as many kills in each part, at even distances
    parts = [(0, 0, swap), (1, 0, chinese), (2, 0, english), (0, swap, build)]
    shown = "before"
    for turn in range(each * len(parts)):
        process, first, last = parts[turn % len(parts)]
        operation = first + 1 + (last - first) * (2 * (turn // len(parts)) + 1) // (2 * each)
        trials.edit(f"e{turn}")
        result = trials.build(kill_at=[process, operation], whole_group=turn // len(parts) % 2 == 0, **prepared)
        assert result["code"] == -signal.SIGKILL, result["said"]
        shown = f"e{turn}" if first else shown
        assert trials.edition() == shown, f"process {process} was killed at {operation} of {whole['operations']}"
    trials.edit("after")
    result = trials.build()
    assert result["code"] == 0, result["said"]
    assert trials.edition() == "after"
    assert ended(trials.groups), "what a killed build had started goes on for ever"
    assert trials.build(**prepared)["code"] == 0
    assert sorted(p.name for p in trials.site.parent.iterdir()) == ["site"]


def refused(trials, code, zh, en, **conditions):
    """The build ends with 1, tells why in both languages, and the site stays as it was."""
    before = trials.edition()
    for lang, words in (("zh", zh), ("en", en)):
        trials.edit(f"refused{lang}")
        result = trials.build(lang=lang, **conditions)
        assert result["code"] == 1, result["said"]
        assert f"[{code}]" in result["said"] and words in result["said"], result["said"]
        assert "Traceback" not in result["said"]
        assert trials.edition() == before
        assert sorted(p.name for p in trials.site.parent.iterdir()) == ["site"]


@pytest.mark.parametrize(("largest", "code"), [(3000, "disk-full"), (300_000, "publish-unwritable")])
def test_a_full_disk(trials, largest, code):
    words = {
        "disk-full": ("够用的磁盘空间", "enough room on the disk"),
        "publish-unwritable": ("检查磁盘空间", "check disk space"),
    }
    # a workbook is made again, by way of a file outside the portal
    shutil.rmtree(trials.root / ".cache" / "packages", ignore_errors=True)
    refused(trials, code, *words[code], largest_file=largest)


def test_an_output_folder_that_may_not_be_written(trials):
    trials.site.parent.chmod(0o555)
    try:
        refused(trials, "disk-refused", "检查这个文件夹的权限", "check the folder's permissions", bound=True)
    finally:
        trials.site.parent.chmod(0o755)


def test_sources_that_may_not_be_written_can_be_built(trials):
    folders = [trials.root, *(p for p in trials.root.rglob("*") if p.is_dir())]
    trials.edit("locked")
    try:
        for folder in folders:
            folder.chmod(0o555)
        result = trials.build(bound=True)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert result["code"] == 0, result["said"]
    assert trials.edition() == "locked"


def test_without_the_search_program(trials, tmp_path):
    (tmp_path / "pagefind.py").write_text("raise ModuleNotFoundError(\"No module named 'pagefind'\")")
    path = os.pathsep.join([str(tmp_path), str(ROOT / "scripts")])
    refused(trials, "site-search", "搜索索引", "the search index", environment={"PYTHONPATH": path})


def test_without_the_chinese_font(trials, tmp_path):
    drawn = trials.root / ".cache" / "charts" / "png"
    drawn.rename(tmp_path / "png")
    try:
        refused(trials, "font-missing", "中文字体", "the Chinese font", font=str(tmp_path))
    finally:
        shutil.rmtree(drawn, ignore_errors=True)
        (tmp_path / "png").rename(drawn)


def test_without_a_library_the_command_says_what_to_install(tmp_path):
    (tmp_path / "markdown.py").write_text("raise ModuleNotFoundError(\"No module named 'markdown'\", name='markdown')")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "scripts")])}
    result = subprocess.run(
        [sys.executable, "-m", "ipportal", "check"], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 1
    assert "缺少依赖 markdown" in result.stderr and "markdown is missing" in result.stderr
    assert "scripts/set_up.py" in result.stderr and "Traceback" not in result.stderr
