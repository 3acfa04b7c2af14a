"""Read an Open SDG data repository as it lies on disk: what its files say, and everything that cannot be read.

Of a repository come its data (CSV), what it says of each indicator (YAML, or Markdown that begins with YAML) and its
words (YAML below `translations`, one folder for each language). Nothing of it is run or fetched.
"""

import csv
import hashlib
import html
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from ipportal.base import Frozen
from ipportal.base.characters import hidden, runs_in_a_spreadsheet
from ipportal.base.errors import Problem, Where
from ipportal.base.filenames import is_plain
from ipportal.base.quantities import is_spelled
from ipportal.office import CATALOGUE
from ipportal.office.editing import slug

#: Where such a repository says how it is laid out, and where its files lie if it does not
CONFIG: Final = "config_data.yml"
_ENDS: Final = (".csv", ".md", ".yml", ".yaml")
YEAR, VALUE, UNITS, SERIES, CODE = "Year", "Value", "Units", "Series", "GeoCode"
#: What many files call these columns instead, all in small letters
_ALSO = {"unit": UNITS, "unit_measure": UNITS, "unit measure": UNITS, "geo code": CODE, "obs_value": VALUE}
_ALSO |= {"time_period": YEAR, "date": YEAR} | {one.lower(): one for one in (YEAR, VALUE, UNITS, SERIES, CODE)}
#: Columns that say something of a value, and break nothing down
_MULTIPLIER: Final = "Unit multiplier"
_BESIDE: Final = (_MULTIPLIER, "Unit measure", "Observation status", "COMMENT_OBS")
_LARGEST: Final = 20_000_000  # bytes of a file
_FRONT: Final = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
#: A word kept in a translation, such as `custom.armenia`
_KEY: Final = re.compile(r"[A-Za-z][\w-]*\.\S.*")
_LONGEST: Final = 48  # letters of an id

#: A line of a data file: its number, and its cells by column
Line = tuple[int, Mapping[str, str]]


class DataFile(Frozen):
    """The data of one indicator: `columns` besides the known ones break its values down."""

    path: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Repository:
    """A repository as read: indicators by id (`1-1-1`), words by language and key."""

    #: The first is that of what has no key
    languages: tuple[str, ...] = ("en",)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    about: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, DataFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: (why, what) of everything that was left out, in the order it was met
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, code: str, where: Where, told: str = "", variant: str = "", **facts: object) -> None:
        """Note what cannot be read."""
        self.problems.append(CATALOGUE.problem(code, where, told, variant, **facts))

    def said(self, text: str, lang: str, *, of: str = "") -> str | None:
        """What a text or its key says in a language; None where it is not said in it.

        A text that is no key is in the main language, and in all where it has no letters. `of` is the file in which
        the words of data are looked for.
        """
        words = self.words.get(lang, {})
        if found := words.get(text) or words.get(f"{of}.{text}"):
            return found
        is_key = not of and _KEY.fullmatch(text)
        foreign = lang != self.languages[0] and re.search(r"[^\W\d_]", text)
        return None if is_key or foreign else text.removeprefix(f"{of}.")


def read_repository(folder: Path, more_words: Sequence[Path] = ()) -> Repository:
    """Read the repository in a folder; `more_words` are further folders of translations, such as `sdg-translations`."""
    found, folder = Repository(), folder.resolve()
    config = _yaml(found, folder, CONFIG) if (folder / CONFIG).is_file() else {}
    languages = config.get("languages", ())
    found.languages = tuple(map(str, languages)) if isinstance(languages, list) else ()
    options = config.get("indicator_options")
    beside = options.get("non_disaggregation_columns") if isinstance(options, dict) else None
    beside = (*_BESIDE, *beside) if isinstance(beside, list) else _BESIDE
    for name in _files(folder, config, "Meta", ("meta/*-*.md", "meta/*-*.yml")):
        told = _yaml(found, folder, name)
        found.about.setdefault(_id(name), {}).update({key: value for key, value in told.items() if value})
        # `meta/en/1-1-1.md` says in English what `meta/1-1-1.md` says in the main language
        for lang in found.languages[1:]:
            if (
                folder / (other := (PurePosixPath(name).parent / lang / PurePosixPath(name).name).as_posix())
            ).is_file():
                pairs = ((told.get(key), value) for key, value in _yaml(found, folder, other).items())
                words = {text: value for text, value in pairs if isinstance(text, str) and isinstance(value, str)}
                found.words.setdefault(lang, {}).update(words)
    for name in _files(folder, config, "CsvData", ("data/*-*.csv",)):
        _add_data(found, name, folder / name, beside)
    if not found.data and not found.problems:
        found.fault("opensdg-repository", Where(str(folder)))
    for id in [id for id in found.data if id not in found.about]:
        found.fault("opensdg-metadata", Where(found.data[id].path), id)
    # words below a folder of languages: `en/data.yml` says `female: …` for the key `data.female`
    for place in (folder / "translations", *more_words):
        for path in sorted(place.glob("*/*.yml")) if place.is_dir() else ():
            words = found.words.setdefault(path.parent.name, {})
            words.update(_keys(_yaml(found, place.parent, path.relative_to(place.parent).as_posix()), path.stem))
    found.languages = tuple(dict.fromkeys([*found.languages, *found.words])) or ("en",)
    return found


def _files(folder: Path, config: Mapping[str, Any], kind: str, usual: Sequence[str]) -> Iterator[str]:
    """The files of a kind of input, by their paths in the repository; no pattern leads out of it."""
    inputs = [one for one in config.get("inputs", ()) if isinstance(one, dict) and kind in str(one.get("class"))]
    for pattern in [str(one.get("path_pattern", "")) for one in inputs] or usual:
        place = PurePosixPath(str(config.get("src_dir", "")), pattern)
        inside = place.parts and not place.is_absolute() and ".." not in place.parts
        for path in sorted(folder.glob(str(place))) if inside else ():
            if path.suffix in _ENDS and is_plain(path, folder):
                yield path.relative_to(folder).as_posix()


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", PurePosixPath(name).stem.lower().removeprefix("indicator_")).strip("-")


def _text(found: Repository, name: str, path: Path) -> str | None:
    """The text of a file: UTF-8, or UTF-16 that says so."""
    data = path.read_bytes() if path.stat().st_size <= _LARGEST else b"\xff"
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        found.fault("opensdg-encoding", Where(name, data[: error.start].count(b"\n") + 1))
        return None


def _yaml(found: Repository, folder: Path, name: str) -> dict[str, Any]:
    """What a YAML file says, or the beginning of a Markdown file; every value as text."""
    text, told = _text(found, name, folder / name), None
    try:
        if text is not None and name.endswith(".md"):
            if not (front := _FRONT.match(text)):
                found.fault("opensdg-yaml", Where(name), "---")
            text = front[1] if front else ""
        told = yaml.load(text or "", yaml.CBaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        said = str(getattr(error, "problem", "") or type(error).__name__)
        found.fault("opensdg-yaml", Where(name, mark.line + 1 if mark else None), said)
    return told if isinstance(told, dict) else {}


def _add_data(found: Repository, name: str, path: Path, beside: Sequence[str]) -> None:
    if (text := _text(found, name, path)) is None:
        return
    if before := found.data.get(_id(name)):
        found.left_out.append(("file", f"{name} ({before.path})"))
        return
    empty = len(text) - len(text.lstrip("\n"))
    text = text[empty:]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=text.partition("\n")[0].count))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        known = {cell.lower() for cell in header}
        also = {other: one for other, one in _ALSO.items() if other == one.lower() or one.lower() not in known}
        header = [also.get(cell.lower(), cell) for cell in header]
        rows = [(empty + reader.line_num, row) for row in reader]
    except csv.Error as error:
        return found.fault("opensdg-csv", Where(name, empty + reader.line_num), str(error))
    if column := next((each for each in (YEAR, VALUE, *filter(None, header)) if header.count(each) != 1), None):
        variant = "several" if column in header else ""
        return found.fault("opensdg-column", Where(name, empty + 1), ", ".join(header), variant, column=column)
    lines: list[Line] = []
    for number, row in rows:
        if len(row) > len(header):
            found.left_out.append(("cells", f"{name}:{number}"))
        elif any(row):
            cells = zip(header, (*row, *("",) * (len(header) - len(row))), strict=True)
            told = {column: cell.strip() for column, cell in cells}
            if (times := told.get(_MULTIPLIER, "")).lower() not in ("", "0", "1", "unit", "units"):
                told[UNITS] = f"{told.get(UNITS, '')} ({times})".strip()
            lines.append((number, told))
    kept = (YEAR, VALUE, UNITS, SERIES, CODE, _MULTIPLIER, "")
    found.left_out += [("column", f"{name} {column}") for column in header if column in beside and column not in kept]
    columns = tuple(column for column in dict.fromkeys(header) if column not in (*kept, *beside))
    found.data[_id(name)] = DataFile(name, columns, tuple(lines))
    return None


def _keys(told: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield from _keys(value, f"{name}.{key}")
    elif isinstance(told, str) and told:
        yield name, told


def plain_text(text: str) -> str:
    """A text of one line without markup and what nobody can see."""
    words = html.unescape(re.sub(r"<[^>]*>|[*_`#]{2,}", " ", text))
    shown = "".join(" " if char.isspace() else char for char in words if char.isspace() or not hidden(char))
    plain = " ".join(unicodedata.normalize("NFC", shown).split())
    # a dash of a list goes, a minus stays one, and what a spreadsheet would still run stands in quotation marks
    if runs_in_a_spreadsheet(plain):
        plain = re.sub(r"((?:^|;) ?)-", r"\1−", re.sub(r"((?:^|;) ?)[-+=@] ", r"\1", plain))
    return f"“{plain}”" if runs_in_a_spreadsheet(plain) else plain


def short_id(text: str) -> str:
    """An id of a text in any script: its Latin letters and digits, with a checksum where they would not tell it."""
    id = slug(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())
    if len(id) <= _LONGEST and " ".join(re.split(r"[\s-]+", text.lower())).strip() == id.replace("-", " "):
        return id
    mark = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{id[: _LONGEST - 7].strip('-')}-{mark}".lstrip("-")


def period_of(text: str) -> str:
    """A year, span, quarter or month as this program writes it; empty for anything else."""
    # 2015-Q1 · 2015 1Q
    if quarter := re.fullmatch(r"([0-9]{4})[ -]?(?:Q([1-4])|([1-4])Q)", text):
        return f"{quarter[1]}-Q{quarter[2] or quarter[3]}"
    # 2015 · 2015.0 · 2015-03 · 2010-2015 · 2015/16
    if found := re.fullmatch(r"([0-9]{4})(?:\.0+)?", text) or re.fullmatch(r"([0-9]{4}-(?:0[1-9]|1[0-2]))", text):
        return found[1]
    if span := re.fullmatch(r"([0-9]{4})\s*[-–—/]\s*([0-9]{4}|[0-9]{2})", text):
        last = span[2] if len(span[2]) == 4 else span[1][:2] + span[2]
        return f"{span[1]}/{last}" if span[1] < last else ""
    return ""


def exact(text: str) -> str | None:
    """A number digit by digit, `1.5e-05` written out; None for what is none, or has more digits than data may."""
    if not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", text):
        return None
    number = format(Decimal(text), "f").lstrip("+")
    return number if is_spelled(number) else None
