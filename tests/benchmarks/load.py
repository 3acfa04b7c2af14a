"""Many readers at once: nginx with the sample configuration, every answer compared with the file it stands for.

Run as ``PYTHONPATH=scripts:tests python tests/benchmarks/load.py [site/]``, or by ``make load``. Server and readers
share the machine, so a server of its own does better. The exit code is 1 when an answer was wrong, late or missing.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlsplit

from ipportal.site.generator import precompress
from support.webservers import nginx, running

ROOT = Path(__file__).resolve().parents[2]

#: Seconds after which a reader has given up
PATIENCE = 10.0


@dataclass
class Found:
    """What the readers met: answers, their bytes, seconds for each, and what went wrong."""

    requests: int = 0
    volume: int = 0
    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def sample(site: Path) -> dict[str, bytes]:
    """{address: bytes a reader who accepts gzip is sent}: pages, what they need, and downloads, in a fixed mix."""
    pages = sorted(site.rglob("index.html"))[:60]
    assets = sorted((site / "assets").rglob("*.*"))
    data = sorted((site / "data").rglob("*.csv")) + sorted((site / "pagefind").rglob("*.pf_fragment"))
    chosen = [path for path in (*pages, *assets[:40], *data[:40]) if path.suffix != ".gz"]
    return {f"/{quote(path.relative_to(site).as_posix())}": _sent(path) for path in chosen}


def _sent(path: Path) -> bytes:
    copy = path.with_name(f"{path.name}.gz")
    return (copy if copy.is_file() else path).read_bytes()


async def load(
    address: str, expected: Mapping[str, bytes], *, enough: Callable[[Found], bool], connections: int, patience: float
) -> Found:
    """Let so many readers ask until it is enough, each over one connection that stays open.

    A reader gives up after `patience` seconds without an answer.
    """
    found = Found()
    turns = cycle(expected.items())
    host = urlsplit(address)
    await asyncio.gather(
        *(_reader(host.hostname or "", host.port or 80, turns, enough, patience, found) for _ in range(connections))
    )
    return found


async def _reader(
    host: str,
    port: int,
    turns: "cycle[tuple[str, bytes]]",
    enough: Callable[[Found], bool],
    patience: float,
    found: Found,
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while not enough(found):
            begun = time.monotonic()
            path, wanted = next(turns)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            async with asyncio.timeout(patience):
                head = await reader.readuntil(b"\r\n\r\n")
                body = await _body(reader, head.lower())
            found.requests += 1
            found.volume += len(body)
            found.times.append(time.monotonic() - begun)
            if not head.startswith(b"HTTP/1.1 200 ") or body != wanted:
                found.failures.append(f"{path}: {head.splitlines()[0].decode()}, {len(body)} bytes, not {len(wanted)}")
    except (OSError, EOFError, TimeoutError) as error:
        found.failures.append(repr(error))
    finally:
        writer.close()


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
    if not length:
        raise EOFError("an answer without a length: the file was not compressed beforehand")
    return await reader.readexactly(int(length))


def main() -> int:
    """Measure and print; 1 when anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "site")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ipportal-load-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        site = shutil.copytree(arguments.site, folder / "site")
        precompress(site)
        with running(nginx, folder, site) as server:
            end = time.monotonic() + arguments.seconds
            work = load(
                server.plain,
                sample(site),
                enough=lambda _: time.monotonic() >= end,
                connections=arguments.connections,
                patience=PATIENCE,
            )
            found = asyncio.run(work)
    cuts = statistics.quantiles(found.times, n=100)
    print(f"{found.requests / arguments.seconds:.0f} requests/s, {found.volume / arguments.seconds / 1e6:.1f} MB/s")
    print(f"{arguments.connections} connections, half of the answers within {cuts[49] * 1000:.0f} ms, "
          f"99 of 100 within {cuts[98] * 1000:.0f} ms")  # fmt: skip
    print(f"{len(found.failures)} failures of {found.requests}", *found.failures[:10], sep="\n  ")
    return 1 if found.failures or not found.requests else 0


if __name__ == "__main__":
    sys.exit(main())
