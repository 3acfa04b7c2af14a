"""A site of plain files, packed and unpacked into a sub-folder: built from the small portal, as its staff would."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ipportal.site.verify import plain_files, verify

ROOT = Path(__file__).resolve().parents[3]
#: Pages that macros of other pages lead to: place, titles, what they hold
FURTHER = (
    ("about/sources.md", {"zh": "来源", "en": "Sources"}, "{{ sources_list() }}"),
    ("progress/ask.md", {"zh": "申请", "en": "Asking"}, '{{ request_letters("局") }}\n\n{{ request_templates("局") }}'),
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory, tiny_drawings: Path) -> Path:
    """The archive of the small portal, unpacked below another site."""
    root = tmp_path_factory.mktemp("plain") / "portal"
    shutil.copytree(ROOT / "tests" / "tiny", root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(tiny_drawings, root / ".cache")
    for name in ("mkdocs.yml", "mkdocs.en.yml", "requirements.lock", "licences.csv"):
        shutil.copy(ROOT / name, root)
    for lang in ("zh", "en"):
        for page in (root / "docs" / lang / "indicators").glob("*.md"):
            page.write_text(f'{page.read_text(encoding="utf-8")}\n{{{{ values("{page.stem}") }}}}\n', encoding="utf-8")
        for place, titles, body in FURTHER:
            page = root / "docs" / lang / place
            page.parent.mkdir()
            words = f"---\npage_kind: article\n---\n\n# {titles[lang]}\n\n{body}\n"
            page.write_text(words, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "CI": "true"}
    for words in (["build", "--plain-files"], ["bundle"]):
        command = [sys.executable, "-m", "ipportal", *words, "--root", str(root), "--lang", "en"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr
    (archive,) = (root / "dist").glob("portal-*.zip")
    place = root.parent / "www" / "政务 公开" / "ip"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)
    return place


def test_every_link_file_and_language_holds_where_it_was_unpacked(unpacked: Path) -> None:
    pages = [path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*.html")]
    assert plain_files(pages)
    assert {"index.html", "indicators/grants.html", "en/index.html", "en/indicators/grants.html"} <= set(pages)
    # links to folders, broken links and anchors, missing languages, downloads and checksums
    assert verify(unpacked) == []


def test_the_switch_of_language_and_the_embedded_charts_lead_to_files(unpacked: Path) -> None:
    chinese = (unpacked / "indicators" / "grants.html").read_text(encoding="utf-8")
    english = (unpacked / "en" / "indicators" / "grants.html").read_text(encoding="utf-8")
    assert 'href="../en/indicators/grants.html"' in chinese
    assert 'href="../../indicators/grants.html"' in english
    embedded = sorted((unpacked / "embed").glob("*.html"))
    assert embedded
    for page in embedded:
        home = "../en/index.html" if page.name.endswith(".en.html") else "../index.html"
        assert f'href="{home}"' in page.read_text(encoding="utf-8")


def test_what_programs_read_names_the_files_too(unpacked: Path) -> None:
    assert '"indicators/grants.html"' in (unpacked / "data/api/v1/indicators/grants.json").read_text(
        encoding="utf-8"
    ).replace("../", "")
    assert ".html" in (unpacked / "feed.xml").read_text(encoding="utf-8")
