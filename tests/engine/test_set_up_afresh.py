"""Setting up from nothing, with the oldest pip that Python 3.11 shipped and with the newest, each in its own place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ipportal.files.sbom import LOCK, NEEDS, TEST_LOCK

ROOT = Path(__file__).resolve().parents[2]
PLACED = (LOCK, TEST_LOCK, NEEDS, "pyproject.toml", "README.md", "LICENSE")


def said(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("pip", ["pip==22.3", "pip"], ids=["oldest", "newest"])
def test_a_fresh_copy_is_set_up_whatever_the_age_of_pip(pip, tmp_path):
    for name in PLACED:
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    venv = tmp_path / ".venv"
    said([sys.executable, "-m", "venv", str(venv)])
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    said([str(python), "-m", "pip", "install", "--quiet", "--upgrade", pip])
    said([sys.executable, str(tmp_path / "scripts" / "set_up.py"), "--tests"], cwd=tmp_path)
    assert "usage: ipportal" in said([str(python), "-m", "ipportal", "--help"], cwd=tmp_path)
    # pip's own resolver reaches the same set: it would take nothing more and refuses nothing.
    asked = [str(python), "-m", "pip", "install", "--dry-run", "--require-hashes", "-r", str(tmp_path / TEST_LOCK)]
    assert "Would install" not in said(asked)
