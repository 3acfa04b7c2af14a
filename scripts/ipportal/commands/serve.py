"""`ipportal serve`: the live preview."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ipportal.errors import PortalError, Problem
from ipportal.preview import PreviewSite
from ipportal.report import as_text
from ipportal.serve import Preview
from ipportal.text import Text

EXAMPLES: Final = ("ipportal serve", "ipportal serve --port 9000")

_START: Final = Text("检查数据，准备页面……", "checking the data and getting the pages ready …")
_NOTE: Final = Text(
    "页面在打开时才生成；下载文件和搜索索引在第一次用到时生成，要等一会儿。链接的最后核对由 ipportal build 做。",
    "Pages are made when they are opened; downloads and the search index when first used, which takes a moment. "
    "The final check of all links is done by ipportal build.",
)
_OLD: Final = Text("预览仍显示改动之前的样子", "the preview still shows what was there before")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    """Serve, and look at the sources again after each change, until Ctrl-C."""
    root: Path = args.root.resolve()

    def say(words: Text | str) -> None:
        print(words if isinstance(words, str) else words[args.lang], file=sys.stderr, flush=True)

    def tell(problems: Sequence[Problem]) -> None:
        say(as_text(problems, args.lang, colour=sys.stderr.isatty()))

    site = PreviewSite(root, tell)

    def update(changed: frozenset[Path] = frozenset()) -> None:
        start = time.monotonic()
        try:
            site.update(changed)
        except PortalError as error:
            tell(error.problems)
            say(_OLD)
        except Exception as error:
            # whatever an edit breaks, the preview goes on showing the last good state
            say(f"{type(error).__name__}: {error}")
            say(_OLD)
        else:
            seconds = time.monotonic() - start
            preview.renew()
            say(Text(f"已更新（{seconds:.1f} 秒）", f"up to date ({seconds:.1f} s)"))
            if any(path.suffix != ".md" for path in changed):
                site.review()

    preview = Preview(root, site.find, update)
    server = preview.server(args.host, args.port)
    observer = preview.watch()
    say(_START)
    update()
    threading.Thread(target=preview.work, daemon=True).start()
    address = f"http://{args.host}:{server.server_port}/"
    print(
        Text(f"预览地址：{address}（按 Ctrl-C 结束）", f"preview at {address} (Ctrl-C ends it)")[args.lang], flush=True
    )
    say(_NOTE)
    try:
        server.serve_forever()
    finally:
        preview.stopped.set()
        observer.stop()
        server.server_close()
    return 0
