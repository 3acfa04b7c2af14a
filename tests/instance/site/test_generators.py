"""The same pages from Zensical. The handbook says what it lacks and who makes up for it (ProperDocs: test_rebuild)."""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipportal.base.text import LANGS
from ipportal.build import complete, join
from ipportal.data.manuscripts import read_words
from ipportal.data.settings import read_settings
from ipportal.files.identity import moved_paths
from ipportal.site import generator
from ipportal.site.pagefacts import compare_sites
from ipportal.site.verify import verify

pytestmark = pytest.mark.site


def other_files(built_site: Path, root: Path) -> Iterator[Path]:
    """The files of the finished site that no generator writes: downloads, charts to embed, feeds and the like."""
    looks = (root / "overrides", root / "scripts/ipportal/theme")
    written = {path.relative_to(look) for look in looks for path in (look / "assets").rglob("*")}
    for lang in LANGS:
        written |= {path.relative_to(root / "docs" / lang) for path in (root / "docs" / lang).rglob("*")}
    led_on = moved_paths(read_settings(root))
    for path in built_site.rglob("*"):
        place = path.relative_to(built_site)
        page = path.suffix == ".html" and place.parts[0] != "embed" and place.as_posix() not in led_on
        inside = place.relative_to("en") if place.parts[0] == "en" else place
        if path.is_file() and not page and inside not in written and place.parts[0] != "pagefind":
            yield place


def built_with(engine: str, built_site: Path, root: Path, folder: Path) -> Path:
    """The pages of both languages by another generator, the other files of the finished site beside them."""
    folder.mkdir()
    runs = [generator.start(root, lang, folder / lang, read_settings(root).place(lang), engine) for lang in LANGS]
    try:
        problems = [problem.line("en") for run in runs for problem in generator.finish(run)]
    finally:
        generator.stop(runs)
    assert problems == []
    (folder / "files").mkdir()
    site = join([folder / lang for lang in LANGS], folder / "files")
    for place in other_files(built_site, root):
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built_site / place, site / place)
    settings = read_settings(root)
    complete(site, settings, read_words(root, LANGS))
    assert [problem.line("en") for problem in verify(site, settings.url)] == []
    return site


def found_by_search(site: Path) -> dict[str, object]:
    """What the search index holds of each page. Pagefind ends a block with a stop of its own, so stops do not count."""
    pages = {}
    for file in (site / "pagefind" / "fragment").iterdir():
        page = json.loads(gzip.decompress(file.read_bytes()).partition(b"pagefind_dcd")[2])
        words = page["content"].replace(".", " ").split()
        pages[page["url"]] = (words, page["meta"], page["filters"], [anchor["id"] for anchor in page["anchors"]])
    return pages


@pytest.mark.slow
def test_zensical_builds_a_site_readers_cannot_tell_apart(built_site, root, tmp_path):
    site = built_with("zensical", built_site, root, tmp_path / "zensical")
    changes = [change for change in compare_sites(built_site, site) if not change.path.startswith("pagefind/")]
    told = "\n".join(str(change) for change in changes[:30])
    assert changes == [], f"{Counter(change.part for change in changes)}\n{told}"
    assert found_by_search(site) == found_by_search(built_site)
