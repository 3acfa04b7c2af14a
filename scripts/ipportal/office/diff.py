"""What readers will see change between two states of the portal: figures, verdicts, sentences, pages; in words.

The earlier state is a folder, a state kept by git, or the last released packages.
"""

import io
import shutil
import subprocess
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ipportal.analysis.progress import Verdict, verdicts
from ipportal.base import Frozen
from ipportal.base.errors import DataError, PortalError, Where, catalogue_file
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, LANGS, Lang, Text
from ipportal.charts import Chart, all_charts
from ipportal.data.entries import FILE as SETTINGS
from ipportal.data.ledger import frozen_path, read_ledger
from ipportal.data.manuscripts import read_manuscripts
from ipportal.data.model import Portal, Release, Status, Table
from ipportal.data.packages import DESCRIPTOR, differences, read_packages, restated_package
from ipportal.data.packages import FOLDER as PACKAGES
from ipportal.data.settings import judge_settings
from ipportal.loading import build_portal
from ipportal.office import CATALOGUE
from ipportal.pages.filling import fill
from ipportal.pages.view import View
from ipportal.words.row_names import FIGURES, figure_name, figure_value, goal_name, observation_name, target_name
from ipportal.words.sentences import verdict_sentence
from ipportal.words.wording import format_target, observed

_DOCS: Final = "docs"
_GIT_SECONDS: Final = 60
#: Rows of a chart's table that are told before the rest is left to the page
_ROWS_TOLD: Final = 4
_STOPS: Final[Mapping[Lang, str]] = {"zh": "；", "en": "; "}

_WORDS: Final[Mapping[str, Any]] = catalogue_file("ipportal.office", "filling")["difference"]
_KINDS: Final[Mapping[str, Text]] = _WORDS["kinds"]
NEW, CHANGED, WITHDRAWN = _KINDS.values()
#: The parts of a difference in the order they are told
PARTS: Final[Mapping[str, Text]] = _WORDS["parts"]
_SIGNS: Final = {NEW: "+", CHANGED: "~", WITHDRAWN: "-"}


def _kind(old: object, new: object) -> Text:
    return NEW if old is None else WITHDRAWN if new is None else CHANGED


class ItemChange(Frozen):
    """One difference in words. `old` is None for something new, `new` is None for something gone."""

    name: Text
    old: Text | None
    new: Text | None

    @property
    def kind(self) -> Text:
        """New, gone or changed."""
        return _kind(self.old, self.new)


class PageChange(Frozen):
    """A page whose text differs. `lines` counts the lines of the page's source that come out differently."""

    path: str
    title: Text
    lines: Mapping[Lang, int]


class Difference(Frozen):
    """Everything readers will see change: the items that differ by their part (see `PARTS`), and the pages."""

    items: Mapping[str, tuple[ItemChange, ...]]
    pages: tuple[PageChange, ...]

    @property
    def parts(self) -> list[tuple[Text, tuple[ItemChange, ...]]]:
        """The parts that hold something, with their titles, in the order they are told."""
        return [(title, self.items[name]) for name, title in PARTS.items() if self.items[name]]

    @property
    def empty(self) -> bool:
        """True when readers see no difference at all."""
        return not (self.parts or self.pages)


Rendered = Mapping[Lang, Mapping[str, str]]
#: What one portal says, entry by entry: what the entry is known by, its name for readers, and what they read
Entries = Iterator[tuple[object, Text, Text]]


def compare(old: Portal, new: Portal, old_pages: Rendered, new_pages: Rendered) -> Difference:
    """Compare two portals and their rendered pages."""

    def changes(*kinds: Callable[[Portal], Entries]) -> tuple[ItemChange, ...]:
        return tuple(change for entries in kinds for change in _changes(entries(old), entries(new)))

    items = {
        "figures": changes(_observations, _targets, _counts),
        "verdicts": changes(partial(_judged, _state)),
        "sentences": changes(partial(_judged, verdict_sentence)),
        "charts": tuple(_charts(old, new)),
        "others": tuple(_others(old, new)),
    }
    return Difference(items, tuple(changed_pages(old_pages, new_pages)))


def _changes(old: Entries, new: Entries) -> Iterator[ItemChange]:
    """New, changed and gone entries in words; entries whose words are equal are left out."""
    names: dict[object, Text] = {}
    before, after = {}, {}
    for key, name, words in old:
        names[key], before[key] = name, words
    for key, name, words in new:
        names[key], after[key] = name, words
    for key, was, now in differences(before, after):
        yield ItemChange(names[key], was, now)


def _observations(portal: Portal) -> Entries:
    for row in portal.observations:
        key = (row.indicator, row.area, row.series, row.period.text, row.basis, row.source)
        value, source = observed(row), portal.sources[row.source].name
        word = portal.field("observations", "status").label(row.status)
        shown = Text("", "") if row.status == Status.FINAL else Text(f"，{word.zh}", f", {word.en}")
        note = Text(f"；{row.note.zh}", f"; {row.note.en}") if row.note else Text("", "")
        words = Text(f"{value.zh}（{source.zh}{shown.zh}{note.zh}）", f"{value.en} ({source.en}{shown.en}{note.en})")
        yield key, observation_name(portal, row), words


def _targets(portal: Portal) -> Entries:
    for target in portal.targets:
        yield target.id, target_name(portal, target), format_target(target)


def _counts(portal: Portal) -> Entries:
    for table in (table for name in FIGURES if (table := portal.table(name))):
        for row in table.rows:
            key = (table.name, *(str(row[column]) for column in table.primary_key))
            yield key, figure_name(portal, table, row), figure_value(portal, table, row)


def _judged(told: Callable[[Portal, Verdict], Text], portal: Portal) -> Entries:
    for verdict in (verdict for indicator in portal.indicators for verdict in verdicts(portal, indicator)):
        yield verdict.target.id, goal_name(portal, verdict.target), told(portal, verdict)


def _state(portal: Portal, verdict: Verdict) -> Text:
    return Text.same(f"{verdict.state.symbol} ") + verdict.state.label


def _charts(old: Portal, new: Portal) -> Iterator[ItemChange]:
    """Charts whose words or numbers differ, told by their titles, which state the finding, or by their numbers."""
    for was, now in changed_charts(old, new):
        chart = now or was
        assert chart
        called = chart.subtitle + Text(f"（{chart.name}）", f" ({chart.name})")
        yield ItemChange(called, _describe_chart(was, now), _describe_chart(now, was))


def changed_charts(old: Portal, new: Portal) -> Iterator[tuple[Chart | None, Chart | None]]:
    """The charts whose words or numbers differ, before and after."""
    before, after = ({chart.name: chart for chart in all_charts(portal)} for portal in (old, new))
    contents = (
        {chart.name: (chart.title, chart.subtitle, chart.sentence, chart.table.rows) for chart in charts.values()}
        for charts in (before, after)
    )
    for name, _, _ in differences(*contents):
        yield before.get(name), after.get(name)


def _describe_chart(chart: Chart | None, other: Chart | None) -> Text | None:
    """The title of a chart; where that is the same, the rows of its table that are not."""
    if chart is None or other is None or chart.title != other.title:
        return chart.title if chart else None
    rows = [row for row in chart.table.rows if row not in other.table.rows][:_ROWS_TOLD]
    if not rows:
        return Text("", "")
    return Text(*(_STOPS[lang].join(" ".join(cell.shown[lang] for cell in row) for row in rows) for lang in LANGS))


def _others(old: Portal, new: Portal) -> Iterator[ItemChange]:
    """Tables without figures: how many rows changed in each."""
    told = ("observations", "targets", *FIGURES)
    for name, package in ((name, package) for name, package in new.packages.items() if name in old.packages):
        for table in (each for each in package.tables.values() if each.name not in told):
            rows = [_rows(old.packages[name].tables.get(table.name)), _rows(table)]
            kinds = Counter(_kind(*both) for _, *both in differences(*rows))
            if words := [Text(f"{kind.zh} {n} 行", f"{n} {kind.en}") for kind in _SIGNS if (n := kinds[kind])]:
                yield ItemChange(Text(f"“{table.title.zh}”表", f"Table “{table.title.en}”"), None, Text.joined(words))


def _rows(table: Table | None) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {tuple(str(row[c]) for c in table.primary_key): row.values for row in table.rows} if table else {}


def changed_pages(old: Rendered, new: Rendered) -> Iterator[PageChange]:
    """The pages whose text differs, in the order of their paths."""
    for path in sorted({path for pages in (*old.values(), *new.values()) for path in pages}):
        texts = {lang: (old[lang].get(path, ""), new[lang].get(path, "")) for lang in LANGS}
        lines = {lang: _lines_changed(*both) for lang, both in texts.items()}
        if any(lines.values()):
            yield PageChange(path, Text(*[_title(now or was) or path for was, now in texts.values()]), lines)


def _lines_changed(was: str, now: str) -> int:
    before, after = was.splitlines(), now.splitlines()
    kept, gone = set(before), set(after)
    return max(sum(line not in kept for line in after), sum(line not in gone for line in before))


def _title(text: str) -> str:
    return next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), "")


def render_pages(portal: Portal, root: Path, langs: Sequence[Lang] = LANGS) -> dict[Lang, dict[str, str]]:
    """Every page below `root` in some languages as Markdown with its macros filled in: {language: {path: text}}.

    What cannot be rendered is left out of the page; `ipportal check` and `build` report such mistakes.
    """
    view = View(portal, "zh", "", rehearsal=True)
    pages: dict[Lang, dict[str, str]] = {lang: {} for lang in LANGS}
    for page in (page for page in read_manuscripts(root, portal.settings.languages) if page.lang in langs):
        pages[page.lang][page.path] = fill(page.text, replace(view, lang=page.lang, page=page.path)).text
    return pages


def as_text(found: Difference, base: Text, lang: Lang) -> str:
    """The difference part by part, one entry a line."""
    return _told("diff.txt", found, base, lang=lang).rstrip("\n")


def as_html(found: Difference, base: Text, langs: Sequence[Lang] = LANGS) -> str:
    """The difference as a page of its own, in one language after the other."""
    return _told("diff.html", found, base, tags=BCP47, langs=langs)


def _told(name: str, found: Difference, base: Text, **facts: object) -> str:
    heading = Text(f"与{base.zh}相比", f"Compared with {base.en}")
    facts |= {"heading": heading, "signs": _SIGNS, "pages_title": _WORDS["pages"], "no_change": _WORDS["none"]}
    return template_environment().get_template(name).render(facts, found=found)


class Earlier(Frozen):
    """An earlier state. Its pages stand below `root`; `name` says in words what it is."""

    name: Text
    portal: Portal
    root: Path


@contextmanager
def earlier_state(root: Path, base: str | None) -> Iterator[Earlier]:
    """The state named by `base` (a folder or a git revision), else the last commit, else the last releases.

    Raises:
        PortalError: there is no such state, or it cannot be read.
    """
    try:
        with TemporaryDirectory(prefix="ipportal-") as folder:
            place = Path(folder)
            if base and (Path(base) / SETTINGS).is_file():
                yield _read(root, Path(base), Text(f"文件夹 {base}", f"the folder {base}"))
            elif revision := _revision(root, base or "HEAD"):
                _unpack(root, revision, place)
                name = Text("上次提交", "the last commit") if not base else Text(base, base)
                yield _read(root, place, Text(f"{name.zh}（{revision[:7]}）", f"{name.en} ({revision[:7]})"))
            elif not base and (releases := {release.package: release for release in read_ledger(root)}):
                _thaw(root, releases, place)
                yield _read(root, place, Text("上次发布的版本", "the last releases"))
            else:
                raise PortalError([CATALOGUE.problem("diff-base", Where("--base"), base or "")])
    except (LookupError, ValueError, ArithmeticError, TypeError, AttributeError, StopIteration) as error:
        # no rule was asked about it: whatever the caller makes of it may fail anywhere
        raise PortalError([CATALOGUE.problem("diff-unreadable", Where(f"--base {base or ''}"), repr(error))]) from error


def _read(root: Path, place: Path, name: Text) -> Earlier:
    """The state that lies at `place`, its tables in the form those below `root` have now."""
    settings, wrong = judge_settings(place)
    # another version of this program may have known other entries
    if faults := [one for one in wrong if one.code not in ("settings-unknown", "settings-file")]:
        raise DataError(faults)
    now, then = (read_packages(folder, settings.languages) for folder in (root, place))
    named = {package.name: package for package in now}
    before = [restated_package(each, named[each.name]) for each in then if each.name in named]
    return Earlier(name, build_portal(before, settings), place)


def git(root: Path, *arguments: str) -> bytes | None:
    """What git says of the repository at `root`; None where it refuses or is not there."""
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True, timeout=_GIT_SECONDS).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def _revision(root: Path, name: str) -> str | None:
    """The full hash of a revision; None without git, outside a repository, or for an unknown name."""
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.decode().strip() if found else None


def _unpack(root: Path, revision: str, place: Path) -> None:
    if (archive := git(root, "archive", "--format=tar", revision)) is None:
        raise PortalError([CATALOGUE.problem("diff-base", Where("--base"), revision)])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        files = [each for each in tar if each.isfile() and each.name.split("/")[0] in (SETTINGS, PACKAGES, _DOCS)]
        tar.extractall(place, files, filter="data")


def _thaw(root: Path, releases: dict[str, Release], place: Path) -> None:
    """Lay the frozen files out as packages, beside the present settings and pages."""
    shutil.copyfile(root / SETTINGS, place / SETTINGS)
    if (root / _DOCS).is_dir():
        shutil.copytree(root / _DOCS, place / _DOCS)
    for name, release in releases.items():
        folder = place / PACKAGES / name
        folder.mkdir(parents=True)
        for file in release.files:
            if file.path == DESCRIPTOR or file.path.endswith(".csv"):
                shutil.copyfile(root / frozen_path(root, release, file), folder / file.path)
