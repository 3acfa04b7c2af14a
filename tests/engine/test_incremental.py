"""A site put together from what earlier builds kept is the site made anew, byte for byte; only what changed is made."""

import json
import random
import shutil
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from ipportal.base.errors import SiteError
from ipportal.base.writing import write_staged
from ipportal.data import configuration
from ipportal.data.memory import PIECES, Pieces, forget
from ipportal.loading import load
from ipportal.pages.prepared import prepared, site_view
from ipportal.site.generator import KeptPages
from ipportal.site.verify import verify
from support.portals import ROOT, TINY

PLAIN = "docs/zh/about.md"
#: file, what stands there, what is written instead: a cell, a text, a page, a heading, a setting, a row, a template
EDITS = {
    "cell": ("datapackages/indicators/data/observations.csv", "2022-H1,plan,90,", "2022-H1,plan,91,"),
    "text": (PLAIN, "几句话", "另外几句话"),
    "title": (PLAIN, "# 说明", "# 关于"),
    "link": (PLAIN, "[首页](index.md)", "[指标](indicators/grants.md)"),
    "page": ("docs/zh/index.md", "2021年授权", "当年授权"),
    "setting": ("portal.toml", 'tagline_zh = "虚构的', 'tagline_zh = "编造的'),
    "row": ("datapackages/promotion/data/glossary.csv", "invention,发明专利,", "novelty,发明专利,"),
    "theme": ("overrides/partials/logo.html", "<svg ", '<svg data-mark="a" '),
}


@pytest.fixture
def root(tmp_path, tiny_drawings):
    root = tmp_path / "portal"
    shutil.copytree(TINY, root)
    shutil.copytree(tiny_drawings, root / ".cache")
    for name in configuration.CONFIGS:
        if (ROOT / name).is_file():
            shutil.copyfile(ROOT / name, root / name)
    write_staged(root / "overrides/partials/logo.html", '<svg viewBox="0 0 1 1" aria-hidden="true"></svg>\n')
    chinese = '# 说明\n\n几句话，见[首页](index.md)：{{ figure("grants", "2022-H1") }}。\n'
    for lang, words in (("zh", chinese), ("en", "# About\n\nSome words.\n")):
        write_staged(root / f"docs/{lang}/about.md", f"---\npage_kind: about\ndescription: 虚构\n---\n\n{words}")
    return root


def change(root: Path, edit: str) -> None:
    """Make an edit, or take it back."""
    file, old, new = EDITS[edit]
    text = (root / file).read_text(encoding="utf-8")
    assert old in text or new in text
    (root / file).write_text(text.replace(new, old) if new in text else text.replace(old, new), encoding="utf-8")


class Site:
    """The Chinese pages of a portal, by way of the generator: their bytes, and which of them it made."""

    def __init__(self, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        view = site_view(load(root), root, "zh", directory_urls=True)
        known = prepared(view)
        kept = KeptPages(root, "zh", known, view.manuscripts, "mkdocs")
        told = folder / "zh.json"
        write_staged(told, json.dumps(known | {"kept": kept.told}))
        monkeypatch.setenv(configuration.PREPARED, str(told))
        config = load_config(config_file=str(root / "mkdocs.yml"), site_dir=str(folder / "zh"), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        made = json.loads(Path(f"{told}{configuration.MADE}").read_bytes())
        self.made = {path for path, (place, *_) in made.items() if (folder / "zh" / place).is_file()}
        kept.join(folder / "zh", made)
        files = [path for path in (folder / "zh").rglob("*") if path.is_file()]
        self.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def afresh(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The same portal where nothing was built before."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root, folder / "portal", ignore=shutil.ignore_patterns("pieces", "checks"))
    return Site(folder / "portal", folder / "site", monkeypatch)


def test_after_any_edits_the_pages_are_those_of_a_build_anew(root, tmp_path, monkeypatch):
    chance = random.Random(25)
    Site(root, tmp_path / "first", monkeypatch)
    for number in range(4):
        for edit in chance.sample([*EDITS], chance.choice((1, 1, 2))):
            change(root, edit)
        again = Site(root, tmp_path / f"again-{number}", monkeypatch)
        assert again.files == afresh(root, tmp_path / "fresh", monkeypatch).files


@pytest.mark.parametrize(
    ("edit", "made"),
    [
        ("text", {"about.md"}),
        ("link", {"about.md"}),
        ("page", {"index.md"}),
        ("cell", {"about.md", "indicators/grants.md"}),
        ("row", set()),
    ],
)
def test_only_pages_that_depend_on_a_change_are_made(root, tmp_path, monkeypatch, edit, made):
    Site(root, tmp_path / "first", monkeypatch)
    assert Site(root, tmp_path / "same", monkeypatch).made == set()
    change(root, edit)
    assert Site(root, tmp_path / "changed", monkeypatch).made == made


@pytest.mark.parametrize("edit", ["title", "setting", "theme"])
def test_what_every_page_shows_makes_every_page(root, tmp_path, monkeypatch, edit):
    whole = Site(root, tmp_path / "first", monkeypatch).made
    change(root, edit)
    assert Site(root, tmp_path / "changed", monkeypatch).made == whole > {"index.md", "about.md"}


def test_templates_that_could_show_other_pages_keep_none(root, tmp_path, monkeypatch):
    (root / "overrides/partials/logo.html").write_text("<svg></svg>{{ (pages | first).page.content | length }}\n")
    assert Site(root, tmp_path / "first", monkeypatch).made == Site(root, tmp_path / "same", monkeypatch).made


def test_titles_that_changed_unseen_are_not_trusted(root, tmp_path, monkeypatch):
    Site(root, tmp_path / "first", monkeypatch)
    place = tmp_path / "made"
    view = site_view(load(root), root, "zh", directory_urls=True)
    kept = KeptPages(root, "zh", prepared(view), view.manuscripts, "mkdocs")
    with pytest.raises(SiteError):
        kept.join(place, {"about.md": ("about/index.html", "别的题", [])})


def test_a_damaged_store_is_an_empty_one(tmp_path):
    store = Pieces(tmp_path, "a")
    assert store.made(lambda text: text.encode(), "words") == b"words"
    store.close()
    assert Pieces(tmp_path, "a").recall(store.key("x")) is None
    (file,) = (tmp_path / PIECES).iterdir()
    whole = file.read_bytes()
    for bad in (b"", whole[:-9], whole[:40] + b"x" + whole[41:], b"PK" * 99):
        file.write_bytes(bad)
        assert Pieces(tmp_path, "a")._old == {}
    forget(tmp_path)
    assert not (tmp_path / PIECES).exists()


def test_what_was_not_asked_for_is_dropped_and_what_was_is_made_once(tmp_path):
    calls = []

    def make(text: str) -> bytes:
        calls.append(text)
        return text.encode()

    for asked in (("a", "b"), ("a",), ("a", "b")):
        store = Pieces(tmp_path, "a")
        assert [store.made(make, text) for text in asked] == [text.encode() for text in asked]
        store.close()
    assert calls == ["a", "b", "b"]


def test_a_page_whose_markup_had_faults_is_read_again(tmp_path):
    write_staged(tmp_path / "site/index.html", "<html lang='zh-Hans'><title>x</title><h1>x</h1><blink>no</blink>")
    first, second = (verify(tmp_path / "site", kept=Pieces(tmp_path, "checks")) for _ in range(2))
    assert first == second != []
