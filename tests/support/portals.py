"""The portals that many tests look at: each is read and judged once in a process."""

from functools import cache
from pathlib import Path

from ipportal.data.memory import remember
from ipportal.data.model import Portal
from ipportal.loading import load

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "tiny"
SECOND = ROOT / "tests" / "second"


@cache
def real_portal() -> Portal:
    """The portal of this repository."""
    portal = load(ROOT)
    remember(ROOT)
    return portal


@cache
def tiny_portal() -> Portal:
    """The small made-up portal."""
    return load(TINY)


@cache
def second_portal() -> Portal:
    """The other made-up portal: another subject, in Chinese alone, two plans."""
    return load(SECOND)
