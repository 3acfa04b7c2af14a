"""A copy of the real portal to change: nothing there touches the originals."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("datapackages", "docs", "overrides", "releases", "mkdocs.yml", "mkdocs.en.yml", "portal.toml")


def copy_portal(folder: Path, *, drawings: bool = True) -> Path:
    """Copy the sources into ``folder``, and unless told otherwise the drawings made before, to save drawing them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copyfile(source, folder / name)
    if drawings and (ROOT / ".cache" / "charts").is_dir():
        shutil.copytree(ROOT / ".cache" / "charts", folder / ".cache" / "charts")
    return folder
