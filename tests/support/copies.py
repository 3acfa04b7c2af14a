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


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replace the one place where `old` stands in a file below `root`."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
