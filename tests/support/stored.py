"""Editions of a small site whose pages need each other's files, and what a store shows of them."""

import hashlib
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any

from ipportal.deploy.objectstore import Bucket, open_bucket
from ipportal.deploy.target import ObjectStore
from support.smallsite import contents, write_site


@cache
def client(server: str) -> Any:
    return open_bucket(ObjectStore("any", "", server)).client


def direct(target: ObjectStore, server: str) -> Bucket:
    """The same place, past the line."""
    return Bucket(target, client(server))


#: {MD5: bytes} of what the editions hold; a store gives the MD5 with its list
WRITTEN: dict[str, bytes] = {}


def shown(target: ObjectStore, server: str) -> dict[str, bytes]:
    """Every object a reader can meet."""
    listed = client(server).list_objects_v2(Bucket=target.bucket, Prefix=target.prefix).get("Contents", [])
    marks = {item["Key"].removeprefix(target.prefix): item["ETag"].strip('"') for item in listed}
    return {
        key: WRITTEN.get(mark) or direct(target, server).read(key)
        for key, mark in marks.items()
        if not key.startswith(".releases/")
    }


def edition(folder: Path, word: str) -> Path:
    """A site whose home pages need a style sheet of their edition only, and lead to a page of their edition only."""
    site = write_site(folder / word, word, **{word: "only here"})
    for page, up in (("index.html", ""), ("en/index.html", "../")):
        text = (site / page).read_text(encoding="utf-8")
        own = f'<link rel="stylesheet" href="{up}assets/{word}.txt"></head>'
        text = text.replace("</head>", own).replace("</h1>", f'</h1><a href="{word}.html">{word}</a>')
        (site / page).write_text(text, encoding="utf-8")
        (site / page).with_name(f"{word}.html").write_text(text, encoding="utf-8")
    WRITTEN.update({hashlib.md5(data).hexdigest(): data for data in contents(site).values()})
    return site


def dangling(files: dict[str, bytes]) -> list[str]:
    """Addresses that a page refers to and that hold nothing."""
    found = []
    for name, data in files.items():
        if name.endswith(".html"):
            for link in re.findall(r'href="([^"]+)"', data.decode()):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
                if path not in files:
                    found.append(f"{name} -> {path}")
    return found
