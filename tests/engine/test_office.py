"""The double-click files: every one runs a real command, sets itself up, and keeps its window open."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from ipportal.commands import VERBS

ROOT = Path(__file__).resolve().parents[2]
OFFICE = ROOT / "office"
DONE_BY = (
    {"export": "workbook export", "import": "workbook import", "return": "workbook return"}
    | dict.fromkeys(("preview", "drop"), "serve")
    | {"official": "build --official"}
)
COMMAND_FILES = sorted(OFFICE.glob("*.command"))


def verb_of(path):
    return re.search(r"run\.(?:bat|sh)\" (\w+)", path.read_text(encoding="utf-8"))[1]


def test_both_systems_have_the_same_files():
    stems = [sorted(path.stem for path in OFFICE.glob(f"*{suffix}")) for suffix in (".bat", ".command")]
    assert stems[0] == stems[1] and len(stems[0]) == 11
    assert {verb_of(path) for path in OFFICE.glob("*.*")} == {
        "export",
        "import",
        "check",
        "diff",
        "preview",
        "build",
        "undo",
        "drop",
        "return",
        "official",
        "review",
    }


@pytest.mark.parametrize("path", sorted(OFFICE.rglob("*.bat")), ids=lambda p: p.name)
def test_windows_files_end_lines_as_windows_does(path):
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > 0
    assert data.startswith(b"@")


@pytest.mark.parametrize("path", [*COMMAND_FILES, OFFICE / "tools" / "run.sh"], ids=lambda p: p.name)
def test_mac_files_can_be_run(path):
    assert os.access(path, os.X_OK)
    assert b"\r" not in path.read_bytes()
    subprocess.run(["bash", "-n", path], check=True)


def test_every_jump_of_the_windows_file_has_its_label_and_every_command_exists():
    text = (OFFICE / "tools" / "run.bat").read_text(encoding="utf-8")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) == labels
    used = set(re.findall(r'"%PORTAL%" (\w+)', text))
    assert used <= VERBS.keys() and used == {"workbook", "serve", "release", "build"}
    assert text.index("chcp 65001") < text.index("scripts\\set_up.py")
    assert "pause" in text


@pytest.fixture
def portal(tmp_path):
    """A copy of the office files beside a stand-in for the environment that notes what it is asked to run."""
    shutil.copytree(OFFICE, tmp_path / "office")
    log = tmp_path / "log"
    tools = tmp_path / "bin"
    tools.mkdir()
    python = tools / "python3.14"
    python.write_text(
        "#!/bin/bash\n"
        f'echo "python $*" >> "{log}"\n'
        'if [ "$1" = scripts/set_up.py ]; then mkdir -p .venv/bin\n'
        f'printf \'#!/bin/bash\\necho "ipportal $*" >> "{log}"\\nexit ${{STATUS:-0}}\\n\' > .venv/bin/ipportal\n'
        "chmod +x .venv/bin/ipportal; fi\n"
    )
    python.chmod(0o755)
    return tmp_path


def double_click(portal, path, *arguments, status=0):
    environment = os.environ | {"PATH": f"{portal / 'bin'}:{os.environ['PATH']}", "STATUS": str(status)}
    done = subprocess.run(
        [portal / "office" / path.name, *arguments],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    return done, (portal / "log").read_text().splitlines()


@pytest.mark.parametrize("path", COMMAND_FILES, ids=lambda p: p.stem)
def test_a_double_click_sets_up_and_runs_its_command(path, portal):
    done, log = double_click(portal, path)
    verb = verb_of(path)
    assert done.returncode == 0 and "完成" in done.stdout and "Done." in done.stdout
    assert "python scripts/set_up.py" in log
    assert log[-1].startswith(f"ipportal {DONE_BY.get(verb, verb)}")


def test_a_dragged_file_is_passed_on_and_a_failure_is_told(portal):
    path = OFFICE / "2 导入表格 Import.command"
    done, log = double_click(portal, path, "/新 数.xlsx", "/乙.xlsx", status=1)
    assert log[-1] == "ipportal workbook import /新 数.xlsx /乙.xlsx"
    assert done.returncode == 1 and "没有完成" in done.stdout


def test_the_commit_hook_is_local_and_runs_the_check():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    entry = hooks[0]["hooks"][0]["entry"].split()
    assert entry[0] == "ipportal" and entry[1] in VERBS
    assert re.match(hooks[0]["hooks"][0]["files"], "datapackages/plan/data/measures.csv")
    assert re.match(hooks[0]["hooks"][0]["files"], "portal.toml")
