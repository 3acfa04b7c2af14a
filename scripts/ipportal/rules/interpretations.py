"""Explanations and what they explain: linked both ways, as readers of government sites expect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipportal.base.errors import Where
from ipportal.base.text import LANGS, Text
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule

_DOCS: Final = "docs"
_FRONT_MATTER: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_LINK: Final = re.compile(r"^(interprets|interpreted_by):[ \t]*\[?(.*?)\]?[ \t]*$", re.MULTILINE)

#: The entry that answers an entry
_ANSWER: Final = {"interprets": "interpreted_by", "interpreted_by": "interprets"}


class _Link(NamedTuple):
    """`path` says in its front matter, by `entry`, that it belongs to `target`; both are paths below docs/<lang>."""

    lang: str
    path: str
    entry: str
    target: str


def _links(context: Context) -> Iterator[_Link]:
    for lang in LANGS:
        folder = context.root / _DOCS / lang
        for file in sorted(folder.rglob("*.md")):
            head = _FRONT_MATTER.match(file.read_bytes().decode("utf-8", errors="replace"))
            for entry, targets in _LINK.findall(head.group(1)) if head else ():
                for target in targets.split(","):
                    path = file.relative_to(folder).as_posix()
                    yield _Link(lang, path, entry, target.strip(" \"'"))


def _one_way(context: Context) -> Iterator[Finding]:
    """A page says it explains another (or is explained by it), and the other does not say so or does not exist."""
    links = set(context.once(_links))
    for link in sorted(links):
        file = f"{_DOCS}/{link.lang}/{link.target}"
        answer = _ANSWER[link.entry]
        if not (context.root / file).is_file():
            yield Finding(
                Where(f"{_DOCS}/{link.lang}/{link.path}", column=link.entry),
                Text("已有的页面", "a page that exists"),
                link.target,
                Text("写成 docs 下该语言文件夹里的路径", "write its path below the folder of the language"),
            )
        elif _Link(link.lang, link.target, answer, link.path) not in links:
            yield Finding(
                Where(file, column=answer),
                Text(f"指回“{link.path}”的一项", f"an entry that points back to “{link.path}”"),
                "",
                Text(f"在页首加上 {answer}: {link.path}", f"add {answer}: {link.path} at the top of the page"),
            )


RULES: Final = (
    Rule(
        "interpretation-one-way",
        Text("解读只连了一个方向", "An explanation linked one way only"),
        Text(
            "解读页面和它解读的页面互相指到：一边写 interprets，另一边写 interpreted_by。",
            "A page that explains another and the page explained point to each other: interprets on one side, "
            "interpreted_by on the other.",
        ),
        Example("interprets: plan/index.md", "interprets: plan/index.md + interpreted_by: plan/summary.md"),
        _one_way,
    ),
)
