"""The published files of the real packages, made once."""

from pathlib import Path

import pytest

from ipportal.files import gather
from support.server import serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def published(portal, built_site):
    """Every public file: {site path: bytes}. The build comes first: it draws what others then look up."""
    return gather.gather_files(portal, ROOT)


@pytest.fixture(scope="session")
def folder(published, tmp_path_factory):
    """The public files on disk."""
    folder = tmp_path_factory.mktemp("published")
    gather.write_files(published, folder)
    return folder


@pytest.fixture(scope="session")
def address(folder):
    """The public files over HTTP, under a sub-path; ends in a slash."""
    with serving(folder, "/sub/path/") as address:
        yield address
