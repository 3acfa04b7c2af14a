"""The verbs of the `ipportal` command, each imported when it is chosen, so that help comes at once.

A verb has `EXAMPLES`, `add_arguments(parser)` and `run(args)`, which gives the exit code: a module of its own name, or
a `Verb` in the module of verbs that share their work. May import every other room but `cli`. Begin with `check`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from ipportal.base.errors import OutputError, Problem, Where
from ipportal.base.filenames import followed
from ipportal.base.text import Text
from ipportal.data.configuration import CONFIGS

#: What each verb does, in the order the help shows
VERBS: Final[Mapping[str, Text]] = {
    "check": Text(
        "检查全部数据和页面；列出每处问题在哪个文件、哪一行、怎样改",
        "check all data and pages; list every problem with file, row and remedy",
    ),
    "build": Text(
        "检查数据并生成整个网站；有任何错误时，原来的 site/ 保持不变",
        "check the data and build the whole site; on any error the previous site/ stays as it was",
    ),
    "serve": Text(
        "在本机预览；改动保存后几秒内自动刷新，出错时在终端说明，预览不会中断",
        "preview on this machine; a saved change shows within seconds, errors appear in the terminal and do not end it",
    ),
    "verify": Text(
        "核对已生成的网站：链接、各语言的页面、图片说明、下载文件的校验和；也可与另一份网站逐页比较",
        "check a finished site: links, languages, picture texts, checksums; or compare it page by page with another",
    ),
    "stub": Text(
        "为缺少页面的指标、规划章节和案例故事补写页面骨架（每种语言一份）；已有的页面不会改动",
        "write the page skeletons that indicators, sections of the plan and stories lack, in each language; "
        "existing pages are never touched",
    ),
    "release": Text(
        "发布数据包的新版本：列出改动，要求说明原因，冻结文件",
        "release a new version of a package: list the changes, ask for reasons, freeze the files",
    ),
    "workbook": Text(
        "用 Excel 或 WPS 改数据：export 导出，template 空表，import 导入并检查",
        "edit data in Excel or WPS: export, template (empty), import with all checks",
    ),
    "diff": Text(
        "发布之前看一眼：哪些数字、结论、句子、图和页面会变",
        "look before publishing: which figures, verdicts, sentences, charts and pages will change",
    ),
    "new": Text(
        "问几个问题，加一条指标、措施、事件、案例或案件数，并补写页面",
        "ask a few questions, then add an indicator, measure, event, story or case count, with its pages",
    ),
    "undo": Text(
        "撤销最近一次导入、新增、登记审核或发布版本；已经公布的不能撤销",
        "take back the last import, new row, review or release; what is public already stays",
    ),
    "review": Text(
        "登记页面审核和英文翻译：谁在哪天审核了哪一稿，英文译自哪一稿中文；不带选项时列出还缺的",
        "record reviews and translations: who read which wording and when, which Chinese an English page translates; "
        "without options list what is missing",
    ),
    "bundle": Text(
        "把生成好的网站打成一个压缩包，可以解压到任何网站的子文件夹；附校验和与软件物料清单",
        "pack the finished site into one archive for any folder of a web server, with checksums and bill of materials",
    ),
    "status": Text(
        "列出该更新而没有更新的数据、栏目和快要到期的内容",
        "list data, columns and statements that are overdue or about to expire",
    ),
    "publish": Text(
        "把生成好的网站发布到文件夹、Git 分支、rsync 服务器或对象存储；可以一步退回上一版",
        "publish the finished site to a folder, a Git branch, an rsync server or object storage; one step back at need",
    ),
}

#: The modules in which verbs stand together
_TOGETHER: Final = {
    "changes": ("diff", "release", "undo"),
    "finished": ("verify", "bundle", "publish"),
    "new": ("stub",),
    "review": ("status",),
}


class Verb(NamedTuple):
    """A verb in a module with others."""

    EXAMPLES: tuple[str, ...]
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def chosen(name: str) -> Any:
    """What does a verb: its module or `Verb`, imported now."""
    home = next((home for home, verbs in _TOGETHER.items() if name in verbs), name)
    module = import_module(f"ipportal.commands.{home}")
    return getattr(module, name.upper(), module)


#: What people write, below the root
_SOURCES: Final = ("docs", "datapackages", "releases", "overrides", "portal.toml", *CONFIGS)


def apart(root: Path, output: Path, *, swapped: bool = False) -> Path:
    """Where output goes, links followed: nowhere that holds anything of the project, or is held by what people write.

    What is to be `swapped` as a whole is nothing yet, an empty folder or an earlier site, and no disk mounted there:
    whatever else somebody keeps in a folder would be gone.

    Raises:
        OutputError: it cannot go there.
    """
    place, home = followed(output), followed(root)
    if (swapped and home.is_relative_to(place)) or any(place.is_relative_to(home / name) for name in _SOURCES):
        expected = Text("项目原稿之外的文件夹", "a folder apart from the project's sources")
    elif swapped and place.is_dir() and any(place.iterdir()) and not (place / "index.html").is_file():
        expected = Text("空文件夹，或放着上一次网站的文件夹", "an empty folder, or one with an earlier site")
    elif swapped and (os.path.ismount(place) or (place.exists() and not place.is_dir())):
        expected = Text("可以整个换掉的文件夹", "a folder that can be replaced as a whole")
    else:
        return place
    hint = Text("换一个文件夹，例如其中新建的一个", "choose another folder, such as a new one inside it")
    if not swapped or not os.path.ismount(place):
        hint = Text("换一个文件夹，例如 site", "choose another folder, such as site")
    raise OutputError([Problem("output-place", Where(str(output)), expected, str(place), hint)])


def whole(allowed: range) -> Callable[[str], int]:
    """What reads an option that is a whole number of a range."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) not in allowed:
            raise argparse.ArgumentTypeError(f"{allowed[0]} … {allowed[-1]}: {text[:20]}")
        return int(text)

    return read


_RENAMED: Final = Text(
    "--release 现在写作 --official；旧写法仍然有效。", "--release is now written --official; the old word still works."
)


def add_official(parser: argparse.ArgumentParser, explanation: str) -> None:
    """The option of an official release, under its name and, out of sight, under the one it had."""
    parser.add_argument("--official", action="store_true", help=explanation)
    parser.add_argument("--release", action="store_true", help=argparse.SUPPRESS)


def is_official(args: argparse.Namespace) -> bool:
    """Whether an official release is wanted; the old word is answered with the new one."""
    if args.release:
        print(_RENAMED[args.lang], file=sys.stderr)
    return bool(args.official or args.release)
