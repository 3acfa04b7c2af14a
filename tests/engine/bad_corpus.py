"""Read a case of tests/bad and break a copy of tests/tiny with it."""

import json
import shutil
import tomllib
from pathlib import Path

from support import descriptions

TESTS = Path(__file__).resolve().parents[1]
TINY, BAD = TESTS / "tiny", TESTS / "bad"


def read(name: str) -> dict:
    return tomllib.loads((BAD / f"{name}.toml").read_text(encoding="utf-8"))


def complete(folder: Path) -> list[Path]:
    """Write the complete description of every package of a portal in the place of the one kept by hand."""
    paths = sorted((folder / "datapackages").glob("*/datapackage.json"))
    for path in paths:
        path.write_text(json.dumps(descriptions.complete(path)), encoding="utf-8")
    return paths


def break_copy(changes: list[dict], folder: Path) -> Path:
    """Copy the small portal to `folder` and apply the changes of a case; returns the copy."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for change in changes:
        _apply(change, folder, folder / change["file"])
    return folder


def _apply(change: dict, folder: Path, path: Path) -> None:
    if "rename" in change:
        path.rename(folder / change["rename"])
    elif change.get("remove"):
        path.unlink()
    elif "link" in change:
        path.symlink_to(change["link"])
    elif "bytes" in change:
        path.write_bytes(bytes.fromhex(change["bytes"]))
    elif "replace_bytes" in change:
        old, new = (bytes.fromhex(part) for part in change["replace_bytes"])
        path.write_bytes(_once(path.read_bytes(), old, new))
    elif "without" in change:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        del descriptor[change["without"]]
        path.write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    else:
        text = change["text"] if "text" in change else path.read_text(encoding="utf-8")
        for old, new in change.get("replace", []):
            text = _once(text, old, new)
        path.parent.mkdir(parents=True, exist_ok=True)
        text *= change.get("times", 1)
        path.write_bytes(text.replace("\n", change.get("line_ends", "\n")).encode(change.get("encoding", "utf-8")))


def _once(content, old, new):
    """Replace what must occur exactly once, so that a case cannot silently change nothing."""
    assert content.count(old) == 1, f"{old!r} occurs {content.count(old)} times"
    return content.replace(old, new)
