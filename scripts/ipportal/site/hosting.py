"""What hosts like to find in a finished tree: `_headers`, and compressed copies beside the files.

Compressed copies are for web servers that send them as they are (`gzip_static` of nginx, `precompressed` of Caddy).
gzip only: Brotli would save a tenth of the whole site more and cost a further library.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text
from ipportal.base.writing import write_staged
from ipportal.files.headers import compressible, headers_file

_HEADERS: Final = "_headers"
_ENDING: Final = ".gz"
#: Below this size, in bytes, the header of an answer weighs more than what is saved
_SMALL: Final = 512


def write_headers(site: Path) -> None:
    """Write `_headers` for hosts that read it."""
    paths = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    write_staged(site / _HEADERS, headers_file(path for path in paths if path != _HEADERS))


def precompress(site: Path) -> None:
    """Write `<name>.gz` beside every file that becomes smaller; the same site gives the same bytes."""
    for path in sorted(site.rglob("*")):
        if not path.is_file() or not compressible(path.relative_to(site).as_posix()):
            continue
        data = path.read_bytes()
        packed = gzip.compress(data, 9, mtime=0)
        if len(data) >= _SMALL and len(packed) < len(data):
            write_staged(path.with_name(path.name + _ENDING), packed)


def check_copies(site: Path) -> Iterator[Problem]:
    """Every compressed copy unpacks to the file beside it."""
    for path in sorted(site.rglob(f"*{_ENDING}")):
        original = path.with_suffix("")
        try:
            same = original.is_file() and gzip.decompress(path.read_bytes()) == original.read_bytes()
        except (OSError, EOFError, zlib.error):
            same = False
        if not same:
            yield Problem(
                "site-copy-stale",
                Where(path.relative_to(site).as_posix()),
                Text("与旁边的文件内容相同的压缩副本", "a compressed copy of the file beside it"),
                "",
                Text("重新运行 ipportal build --precompress", "run ipportal build --precompress again"),
            )
