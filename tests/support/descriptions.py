"""The description of a package as everything after reading sees it: what the office wrote, completed by the profile."""

import json
from pathlib import Path

from ipportal.data.description import described


def complete(path: Path) -> dict:
    """The complete description of the package whose datapackage.json this is."""
    description, faults = described(json.loads(path.read_bytes()))
    assert description is not None, faults
    return description
