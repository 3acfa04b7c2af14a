"""The wheel holds the whole program: what it reads besides modules, and the names by which generators find it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ipportal.files.sbom import LOCK

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", LOCK):
        shutil.copyfile(ROOT / name, folder / name)
    program = folder / "scripts/ipportal"
    shutil.copytree(ROOT / "scripts/ipportal", program, ignore=shutil.ignore_patterns("__pycache__"))
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder / "made")], cwd=folder, check=True, capture_output=True)
    (made,) = (folder / "made").glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        yield archive


def test_every_file_of_the_program_is_in_the_wheel(wheel):
    files = {path.relative_to(ROOT / "scripts") for path in (ROOT / "scripts/ipportal").rglob("*") if path.is_file()}
    # what was compiled, and the notes that `ipportal review` keeps of the program's own pages, stay here
    kept = {path.as_posix() for path in files if path.suffix != ".pyc" and ".changes" not in path.parts}
    assert kept - set(wheel.namelist()) == set()


def test_nothing_of_this_portal_is_in_the_wheel(wheel):
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {"ipportal"}


def test_generators_find_the_theme_and_the_joint(wheel):
    (points,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    said = wheel.read(points).decode()
    assert "[mkdocs.themes]\nipportal = ipportal.theme" in said
    assert "[mkdocs.plugins]\nipportal = ipportal.macros:Joint" in said
