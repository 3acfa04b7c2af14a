"""The same pages from ProperDocs and from Zensical. The handbook says what the second lacks and who makes up for it."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from ipportal import generator
from ipportal.build import join
from ipportal.hosting import write_headers
from ipportal.searchindex import index
from ipportal.sitediff import compare_sites
from ipportal.sitemap import write_sitemap
from ipportal.text import LANGS
from ipportal.verify import verify

pytestmark = pytest.mark.site

#: What the generator does not write: downloads, charts to embed, feeds, calendars
SHARED = ("data/*", "embed/*", "feed.xml", "calendar.ics", "en/feed.xml", "en/calendar.ics", "assets/vega.js")


def built_with(engine: str, built_site: Path, root: Path, folder: Path) -> Path:
    """The pages of both languages by another generator, the other files of the finished site beside them."""
    folder.mkdir()
    runs = [generator.start(root, lang, folder / lang, "", engine) for lang in LANGS]
    try:
        problems = [problem.line("en") for run in runs for problem in generator.finish(run)]
    finally:
        generator.stop(runs)
    assert problems == []
    (folder / "files").mkdir()
    site = join(folder / "zh", folder / "en", folder / "files")
    for pattern in SHARED:
        for path in built_site.glob(pattern):
            place = site / path.relative_to(built_site)
            assert not place.exists(), f"{engine} wrote {place.relative_to(site)}"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(path, place, copy_function=os.link) if path.is_dir() else shutil.copy(path, place)
    write_sitemap(site, "")
    index(site)
    write_headers(site)
    assert [problem.line("en") for problem in verify(site)] == []
    return site


def test_properdocs_builds_the_same_bytes(built_site, root, tmp_path):
    site = built_with("properdocs", built_site, root, tmp_path / "properdocs")
    assert [str(change) for change in compare_sites(built_site, site)] == []
    other = [
        path for path in site.rglob("*.html") if path.read_bytes() != (built_site / path.relative_to(site)).read_bytes()
    ]
    assert other == []


def test_zensical_builds_a_site_readers_cannot_tell_apart(built_site, root, tmp_path):
    site = built_with("zensical", built_site, root, tmp_path / "zensical")
    changes = compare_sites(built_site, site)
    told = "\n".join(str(change) for change in changes[:30])
    assert changes == [], f"{Counter(change.part for change in changes)}\n{told}"
