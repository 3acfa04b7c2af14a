"""`ipportal build`: from data and pages to the finished site."""

import argparse
import os
import sys
from typing import Final

from ipportal.analysis.freshness import pending_changes
from ipportal.base.journal import note_built
from ipportal.base.text import Text
from ipportal.build import build
from ipportal.commands import apart, is_official
from ipportal.site import generator
from ipportal.site.verify import summary

ENGINES: Final = generator.ENGINES
_PENDING: Final = Text(
    "{name} 在上次发布之后有改动：{what}要固定成新版本，运行 ipportal release {name}",
    "{name} was edited since its last release: {what} To freeze a new version run: ipportal release {name}",
)

_UNSIGNED: Final = Text(
    "没有人审签这些数据：portal.toml 没有写 [review] signed = true。",
    "Nobody signed these data off: portal.toml does not say [review] signed = true.",
)


def run(args: argparse.Namespace) -> int:
    """Build; progress goes to the terminal, CI sees the closing line only."""
    output = apart(args.root, args.output or args.root / "site", swapped=True)
    quiet = bool(os.environ.get("CI")) or not sys.stderr.isatty()

    def report(step: Text) -> None:
        if not quiet:
            print(f"… {step[args.lang]}", file=sys.stderr, flush=True)

    official = is_official(args)
    portal = build(
        args.root.absolute(),
        output,
        report,
        official=official,
        compress=args.precompress,
        plain_files=args.plain_files,
        engine=args.engine,
    )
    note_built(args.root)
    if official and not portal.settings.signed:
        print(_UNSIGNED[args.lang])
    counts = summary(output)
    done = Text(
        f"完成：{counts['pages']} 个页面、{counts['files']} 个文件，在 {output}",
        f"done: {counts['pages']} pages and {counts['files']} files in {output}",
    )
    print(done[args.lang])
    for name, comparison in pending_changes(portal, args.root).items():
        print(_PENDING.format(name=name, what=comparison.summary)[args.lang])
    return 0
