"""A small finished site that passes `ipportal verify`, in as many editions as a test needs."""

import hashlib
import json
from pathlib import Path

import pytest

from ipportal.base.errors import OutputError
from ipportal.files.headers import PAGE_POLICY

PAGE = (
    f'<!doctype html><html lang="{{lang}}"><head>'
    f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">'
    "<title>{title}</title>{style}</head><body><h1>{words}</h1></body></html>"
)


def write_site(folder: Path, words: str, **extra: str) -> Path:
    """Write an edition whose pages, style sheet and data file all carry `words`; `extra` are further assets."""
    files = {
        "index.html": PAGE.format(
            lang="zh-Hans", title="首页", words=words, style='<link rel="stylesheet" href="assets/site.css">'
        ),
        "en/index.html": PAGE.format(
            lang="en", title="Home", words=words, style='<link rel="stylesheet" href="../assets/site.css">'
        ),
        "assets/site.css": f"/* {words} */\n",
        "assets/same.css": "body { margin: 0 }\n",
        "_under/中文 名.txt": "stays\r\nas it is\n",
    }
    files |= {f"assets/{name}.txt": text for name, text in extra.items()}
    data = f"year,words\n2025,{words}\n".encode()
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "table.csv").write_bytes(data)
    entry = {"path": "data/table.csv", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "data" / "manifest.json").write_text(json.dumps({"files": [entry]}), encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but those of hidden folders and `.nojekyll`."""
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in named.items() if not name.startswith(".")}


def codes(caught: pytest.ExceptionInfo[OutputError]) -> list[str]:
    """The codes of the problems that were told, each in two languages."""
    for problem in caught.value.problems:
        assert problem.message("zh") != problem.message("en") and problem.hint.zh != problem.hint.en
    return [problem.code for problem in caught.value.problems]
