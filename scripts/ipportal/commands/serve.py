"""`ipportal serve`: the live preview."""

from __future__ import annotations

import argparse
import sys
import threading
from typing import Final

from ipportal.build import build
from ipportal.errors import PortalError
from ipportal.report import as_text
from ipportal.serve import Preview
from ipportal.text import Text

NAME: Final = "serve"
HELP: Final = Text(
    "在本机预览；改动保存后几秒内自动刷新，出错时在终端说明，预览不会中断",
    "preview on this machine; a saved change shows within seconds, errors appear in the terminal and do not end it",
)
EXAMPLES: Final = ("ipportal serve", "ipportal serve --port 9000")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    """Build once, then serve and rebuild until Ctrl-C."""
    root = args.root.absolute()
    site = root / ".cache" / "preview" / "site"
    site.mkdir(parents=True, exist_ok=True)

    def rebuild() -> None:
        try:
            build(root, site, lambda step: print(f"… {step[args.lang]}", file=sys.stderr, flush=True))
        except PortalError as error:
            print(as_text(error.problems, args.lang, colour=sys.stderr.isatty()), file=sys.stderr, flush=True)
        except Exception as error:
            # whatever an edit breaks, the preview goes on showing the last good site
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        else:
            print(Text("已更新", "updated")[args.lang], file=sys.stderr, flush=True)

    preview = Preview(root, site, rebuild)
    observer = preview.watch()
    server = preview.server(args.host, args.port)
    rebuild()
    worker = threading.Thread(target=preview.work, daemon=True)
    worker.start()
    address = f"http://{args.host}:{server.server_port}/"
    print(
        Text(f"预览地址：{address}（按 Ctrl-C 结束）", f"preview at {address} (Ctrl-C ends it)")[args.lang], flush=True
    )
    try:
        server.serve_forever()
    finally:
        preview.stopped.set()
        observer.stop()
        server.server_close()
    return 0
