"""What an Open SDG repository says, as rows of the package `indicators`, and as codes of its columns.

An indicator whose values come in several units or series becomes one indicator for each of them. What breaks values
down becomes series. Rows that are there already stay as people left them, but for values the repository has changed.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final

from ipportal.base.addresses import judge
from ipportal.base.characters import hidden
from ipportal.base.errors import catalogue_file
from ipportal.base.journal import Edits
from ipportal.base.quantities import is_spelled
from ipportal.base.text import Lang, Text, join_texts, language_name
from ipportal.data.model import TOTAL
from ipportal.data.packages import DESCRIPTOR, RawPackage, RawTable
from ipportal.data.profiles import described
from ipportal.data.settings import Settings
from ipportal.office.editing import ordered, row_key, slug, table_edits, with_rows
from ipportal.office.opensdg import CODE, SERIES, UNITS, VALUE, YEAR, DataFile, Line, Repository

_KIND: Final = "figure"
_SOURCE: Final = "open-sdg"
_LONGEST: Final = 48
#: Languages of sources that every portal knows
_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "ja", "de", "en", "fr")
_SOURCES: Final = range(1, 21)
#: 2015 · 2015.0 · 2010-2015 · 2015/16 · 2015-03
_YEAR: Final = re.compile(r"([0-9]{4})(?:\.0+)?")
_SPAN: Final = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4}|\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_TAG: Final = re.compile(r"<[^>]*>|[*_`#]{2,}")
_NUMBER: Final = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_DEFINED: Final = ("indicator_definition", "computation_definitions", "STAT_CONC_DEF", "national_indicator_description")
_NAMED: Final = ("indicator_name", "indicator_name_national", "SDG_INDICATOR", "graph_title", "title")
_NUMBERED: Final = ("indicator_number", "indicator", "SDG_INDICATOR_INFO")
_UNDEFINED: Final = Text("数据仓库没有写明。", "Not given in the data repository.")
_INDICATOR: Final = Text("指标 {n}", "Indicator {n}")
_GOAL: Final = Text("目标 {n}", "Goal {n}")
_GENERAL: Final = Text("Open SDG 数据仓库", "Open SDG data repository")
_CODE: Final = Text("地区代码 ", "GeoCode ")
_FILE: Final = Text("数据文件 ", "data file ")
_ORIGINAL: Final = Text("原文：", "Original: ")
_NO_UNIT: Final = Text("（没有写单位）", "(no unit given)")
_JUMP: Final = Text("变化较大，数据仓库没有说明原因。", "A large change; the data repository does not say why.")
_TOLD: Final = 5

Rows = list[dict[str, str]]


@dataclass(slots=True)
class Brought:
    """Rows by table; codes by table and column; how often a text stands in another language than wanted."""

    rows: dict[str, Rows] = field(default_factory=dict)
    codes: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)


def brought(repository: Repository, settings: Settings, zone: str) -> Brought:
    """Everything of a repository that has a place in the portal, whose own area is `zone`."""
    bringing = _Bringing(repository, settings, zone, Brought(left_out=list(repository.left_out)))
    for id in sorted(repository.about, key=_natural):
        bringing.indicator(id)
    return bringing.done


def _natural(id: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (10**6, part) for part in id.split("-")]


@dataclass(slots=True)
class _Bringing:
    repository: Repository
    settings: Settings
    zone: str
    done: Brought
    order: int = 0

    def texts(self, column: str, text: str, *, of: str = "", usual: Text | None = None) -> dict[str, str]:
        """Columns of a text in the portal's languages; `usual` where the words of its key are nowhere."""
        told = {}
        for lang in self.settings.languages:
            order = dict.fromkeys((lang, "en", *self.repository.languages))
            found = [(each, self.repository.said(text, each, of=of)) for each in order] if text else []
            where, words = next(((each, words) for each, words in found if words), (lang, ""))
            if not words and usual:
                words = usual[lang]
            elif where != lang:
                self.done.elsewhere[lang] = self.done.elsewhere.get(lang, 0) + 1
                words = _ORIGINAL[lang] + words if len(self.settings.languages) > 1 else words
            told[f"{column}_{lang}"] = plain_text(words)
        return told

    def add(self, table: str, row: Mapping[str, str]) -> str:
        """Add a row, unless one of its id is there; its id."""
        rows = self.done.rows.setdefault(table, [])
        if table == "observations" or all(each["id"] != row["id"] for each in rows):
            rows.append(dict(row))
        return row.get("id", "")

    def code(self, table: str, column: str, value: str, label: Mapping[str, str], **more: object) -> str:
        main = self.settings.languages[0]
        words = {("label" if lang == main else f"label_{lang}"): label[f"_{lang}"] for lang in self.settings.languages}
        self.done.codes.setdefault((table, column), {}).setdefault(value, {"value": value, **words, **more})
        return value

    def indicator(self, id: str) -> None:
        """Bring one indicator over, or note why not."""
        about, data = self.repository.about[id], self.repository.data.get(id)
        if data is None or str(about.get("published")) == "false" or str(about.get("data_non_statistical")) == "true":
            self.done.left_out.append(("no-data" if data is None else "unpublished", id))
            return
        measured: dict[tuple[str, str], list[Line]] = {}
        for line in data.lines:
            if line.cells[VALUE]:
                measured.setdefault((line.cells.get(SERIES, ""), line.cells.get(UNITS, "")), []).append(line)
        if not measured:
            self.done.left_out.append(("no-data", id))
        source = self.source(about)
        for (series, unit), lines in measured.items():
            own = id if len(measured) == 1 else f"{id}-{short_id(f'{series} {unit}'.strip() or 'no unit')}"
            rows = self.noted(list(self.observations(own, data, lines, source["id"])))
            if rows:
                self.add("sources", source)
                self.about(own, id, about, (series, unit), rows, apart=len(measured) > 1)
                for row in rows:
                    self.add("observations", row)

    def about(
        self, own: str, id: str, about: Mapping[str, Any], of: tuple[str, str], rows: Rows, *, apart: bool
    ) -> None:
        """The row of an indicator, with its unit, topic and target."""
        said = [str(about.get(key, "")) for key in _NUMBERED]
        number = next((one for one in said if re.fullmatch(r"[\w.]+", one)), id.replace("-", "."))
        names = [str(about[key]) for key in _NAMED if isinstance(about.get(key), str)]
        known = [
            text
            for text in names
            if any(self.repository.said(text, lang) for lang in ("en", *self.repository.languages))
        ]
        unnamed = _INDICATOR.format(n=number)
        name = self.texts("name", known[0] if known else "", usual=unnamed)
        if not known:
            self.done.left_out.append(("name", id))
        goal = str(about.get("sdg_goal") or id.partition("-")[0])
        unit = of[1] or str(about.get("computation_units", ""))
        told: dict[str, str] = {}
        for lang in self.settings.languages:
            parts = [self.words(part, lang) for part in of if part] or [_NO_UNIT[lang]]
            words = re.sub(rf"^{re.escape(number)}\s+", "", name[f"name_{lang}"])
            told[f"name_{lang}"] = f"{words}{'：' if lang == 'zh' else ': '}{', '.join(parts)}" if apart else words
            told[f"short_{lang}"] = f"{number} {', '.join(parts)}" if apart else number
        defined = next((str(about[key]) for key in _DEFINED if about.get(key)), "")
        self.order += 1
        goals = {f"_{lang}": _GOAL.format(n=goal)[lang] for lang in self.settings.languages}
        aim, direction = self.target(own, about, rows[0])
        decimals = max(len(row["value"].partition(".")[2]) for row in rows)
        self.add(
            "indicators",
            {
                "id": own,
                "group": "core" if aim else "context",
                "topic": self.code("indicators", "topic", f"goal-{slug(goal) or 'other'}", goals),
                "order": str(self.order),
                **told,
                "unit": self.unit(unit),
                "precision": str(min(decimals, 4)),
                "direction": direction,
                "measure_type": "year-end-stock",
                "attribute": "none",
                **self.texts("definition", defined, usual=_UNDEFINED),
                "definition_origin": "portal",
                **self.texts("note", str(about.get("data_footnote", ""))),
            },
        )

    def words(self, text: str, lang: Lang) -> str:
        return self.texts("x", text, of="data")[f"x_{lang}"]

    def unit(self, text: str) -> str:
        usual = Text("数值", "value")
        name = self.texts("name", text, of="data", usual=usual)
        kind = {f"_{lang}": Text("数值", "figure")[lang] for lang in self.settings.languages}
        self.code("units", "kind", _KIND, kind, style="plain", divisible=True, additive=False)
        id = f"sdg-{'percent' if text == '%' else short_id(text or 'value')}"
        one = {"one_en": name["name_en"]} if "name_en" in name else {}
        return self.add("units", {"id": id, **name, **one, "kind": _KIND, "base": id, "scale": "1"})

    def target(self, own: str, about: Mapping[str, Any], row: Mapping[str, str]) -> tuple[bool, str]:
        """Add the target that automatic progress is measured by, if any; whether one was added, and the direction."""
        told = about.get("progress_calculation_options") or about.get("progress_calculation") or ()
        options = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
        falls = str(options.get("direction", "")).lower().startswith("neg")
        direction, value = "down" if falls else "up", exact(str(options.get("target") or ""))
        year = str(options.get("target_year") or "2030")
        plan = next((plan for plan in self.settings.plans if str(plan.first_year) <= year <= str(plan.last_year)), None)
        if value is None or plan is None:
            if options.get("target"):
                self.done.left_out.append(("target", f"{own}: {options['target']} ({year})"))
            return False, direction
        bound = {"minimum": "", "maximum": ""} | {"maximum" if falls else "minimum": value}
        known = {column: cell for column, cell in row.items() if column.startswith(("locator_", "source", "area"))}
        more = {"year": year, "basis": plan.basis, "kind": "reach", "default": "yes", "plan": plan.id}
        self.add("targets", {"id": f"{own}-{year}", "indicator": own, **known, **bound, **more})
        return True, direction

    def observations(self, own: str, data: DataFile, lines: Sequence[Line], source: str) -> Iterator[dict[str, str]]:
        """The values of an indicator; what is no value, no year or said twice is noted."""
        seen: dict[tuple[str, str], tuple[int, str]] = {}
        for line in lines:
            at = f"{data.path}:{line.number}"
            period, value = period_of(line.cells[YEAR]), exact(line.cells[VALUE])
            if not period or value is None:
                found = line.cells[VALUE] if period else line.cells[YEAR]
                self.done.left_out.append(("value" if period else "year", f"{at} {found}"))
                continue
            series = self.series(data, line)
            before = seen.setdefault((period, series), (line.number, value))
            if before != (line.number, value):
                if before[1] != value:
                    self.done.left_out.append(("twice", f"{at} {value} ({before[1]})"))
                continue
            code = line.cells.get(CODE, "")
            yield {
                "indicator": own,
                "area": self.zone,
                "period": period,
                "basis": self.settings.plan.basis,
                "value": value,
                "qualifier": "exact",
                "status": "final",
                "source": source,
                **{f"locator_{lang}": _FILE[lang] + data.path.rpartition("/")[2] for lang in self.settings.languages},
                "confidence": "official",
                **{f"note_{lang}": _CODE[lang] + code if code else "" for lang in self.settings.languages},
                "series": series,
            }

    def noted(self, rows: Rows) -> Rows:
        """The values with a note at each that changed much within a year, of which the repository tells no reason."""
        last: dict[str, tuple[int, Decimal]] = {}
        for row in sorted((row for row in rows if row["period"].isdigit()), key=itemgetter("series", "period")):
            year, new = int(row["period"]), Decimal(row["value"])
            before, old = last.get(row["series"], (year, Decimal(0)))
            factor = Decimal(str(self.settings.jump_factor)) ** (year - before)
            if old > 0 and (new > old * factor or new * factor < old):
                for lang in self.settings.languages:
                    row[f"note_{lang}"] = f"{row[f'note_{lang}']} {_JUMP[lang]}".strip()
            last[row["series"]] = (year, new)
        return rows

    def series(self, data: DataFile, line: Line) -> str:
        """The part a line speaks of: what its columns say, joined; the whole where they say nothing."""
        parts = [(column, line.cells[column]) for column in data.columns if line.cells[column]]
        if not parts and line.cells.get(CODE):
            parts = [(CODE, line.cells[CODE])]
        if not parts:
            return TOTAL
        dimension, id = (
            "-".join(short_id(column) for column, _ in parts),
            "-".join(short_id(p) for pair in parts for p in pair),
        )
        labels = {
            f"_{lang}": " · ".join(self.words(column, lang) for column, _ in parts) for lang in self.settings.languages
        }
        names = {
            f"name_{lang}": " · ".join(self.words(cell, lang) for _, cell in parts) for lang in self.settings.languages
        }
        place = self.code("series", "dimension", _short(dimension), labels, parts="separate")
        known = self.done.rows.get("series", [])
        return self.add("series", {"id": _short(id), "dimension": place, **names, "order": str(len(known) + 1)})

    def source(self, about: Mapping[str, Any]) -> dict[str, str]:
        """What an indicator names as its sources, as one; the repository itself where it names none."""
        active = [n for n in _SOURCES if str(about.get(f"source_active_{n}", "true")) == "true"]
        named = [text for n in active if (text := str(about.get(f"source_organisation_{n}") or ""))]
        links = [url for n in active if (url := str(about.get(f"source_url_{n}") or "")) and not judge(url, "web")]
        id, language = "-".join([_SOURCE, *(short_id("; ".join(named)) for _ in named[:1])]), self.repository.main
        language = {"zh": "zh-Hans"}.get(language, language)
        if language not in _LANGUAGES:
            label = {f"_{lang}": language_name(language, lang) for lang in self.settings.languages}
            self.code("sources", "language", language, label)
        told: dict[str, str] = {}
        for lang in self.settings.languages:
            words = [self.texts("x", text)[f"x_{lang}"] for text in named] or [_GENERAL[lang]]
            told[f"name_{lang}"] = told[f"publisher_{lang}"] = ("；" if lang == "zh" else "; ").join(
                dict.fromkeys(words)
            )
        title = told[f"name_{self.settings.languages[0]}"]
        link = {"url": links[0], "link": "official"} if links else {"link": "none"}
        return {"id": id, **told, "title": title, **link, "kind": "statistics", "language": language}


def plain_text(text: str) -> str:
    """A text of one line without markup and what nobody can see."""
    words = html.unescape(_TAG.sub(" ", text))
    shown = "".join(" " if char.isspace() else char for char in words if char.isspace() or not hidden(char))
    return " ".join(unicodedata.normalize("NFC", shown).split())


def short_id(text: str) -> str:
    """An id of a text in any script: its Latin letters and digits, or a checksum where they would not tell it."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    id = slug(latin)
    told = " ".join(re.split(r"[\s-]+", text.lower())).strip() == id.replace("-", " ")
    return _short(id) if told else _marked(id, text)


def _marked(id: str, text: str) -> str:
    mark = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{id[: _LONGEST - 7].strip('-')}-{mark}".lstrip("-")


def _short(id: str) -> str:
    return id if len(id) <= _LONGEST else _marked(id, id)


def period_of(text: str) -> str:
    """A year, span or month as this program writes it; empty for anything else."""
    if month := _MONTH.fullmatch(text):
        return month[0]
    if year := _YEAR.fullmatch(text):
        return year[1]
    if span := _SPAN.fullmatch(text):
        last = span[2] if len(span[2]) == 4 else span[1][:2] + span[2]
        return f"{span[1]}/{last}" if span[1] < last else ""
    return ""


def exact(text: str) -> str | None:
    """A number digit by digit, `1.5e-05` written out; None for what is none, or has more digits than data may."""
    if not _NUMBER.fullmatch(text):
        return None
    number = format(Decimal(text), "f").lstrip("+")
    return number if is_spelled(number) else None


def merged(package: RawPackage, found: Brought) -> tuple[RawPackage, Edits]:
    """The package with what was brought, and the files this changes; rows and codes that are there stay.

    Of a value that is there already only the number changes.
    """
    path = package.folder / DESCRIPTOR
    before = path.read_bytes()
    said = json.loads(before)
    for (table, column), codes in found.codes.items():
        resource = next(each for each in said["resources"] if each["name"] == table)
        own = resource.setdefault("columns", {}).setdefault(column, {}).setdefault("categories", [])
        known = {code["value"] for code in own}
        own += [code for value, code in codes.items() if value not in known]
    text = before if said == json.loads(before) else (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
    complete, _ = described(said, package.languages)
    resources = {each["name"]: each for each in (complete or {}).get("resources", ())}
    tables = [_with(table, resources[table.name], found.rows.get(table.name, [])) for table in package.tables]
    after = replace(package, descriptor=complete, tables=tuple(tables))
    return after, {package.file: (before, text), **table_edits(package, after)}


def _with(table: RawTable, resource: Mapping[str, Any], rows: Rows) -> RawTable:
    now = replace(table, resource=resource)
    known: dict[Any, Mapping[str, str]] = {row_key(now, cells): cells for _, cells in now.records()}
    for row in rows:
        there = known.get(key := row_key(now, row))
        if there is None:
            known[key] = row
        elif table.name == "observations":
            known[key] = row | {name: cell for name, cell in there.items() if cell} | {"value": row["value"]}
    return with_rows(now, ordered(now, known.values())) if rows else now


def told(before: RawPackage, after: RawPackage, found: Brought, repository: Repository) -> Iterator[Text]:
    """What came over, what did not and why, line by line."""
    for old, new in zip(before.tables, after.tables, strict=True):
        known = {row_key(old, cells): cells for _, cells in old.records()}
        rows = {row_key(new, cells): cells for _, cells in new.records()}
        added = len(rows.keys() - known.keys())
        changed = sum(cells != known[key] for key, cells in rows.items() if key in known)
        if rows != known:
            yield _words("table").format(table=Text.read(new.resource, "title"), added=added, changed=changed)
    for reason, words in catalogue_file("ipportal.office", "brought")["left-out"].items():
        if cases := [what for why, what in found.left_out if why == reason]:
            more = f" … ({len(cases)})" if len(cases) > _TOLD else ""
            yield Text(**words).format(count=len(cases)) + Text("：", ": ") + Text.same(", ".join(cases[:_TOLD]) + more)
    for lang, count in sorted(found.elsewhere.items()):
        yield _words("elsewhere").format(count=count, lang=language_names(lang))
    if absent := [lang for lang in repository.languages if lang not in after.languages]:
        yield _words("not-shown").format(languages=join_texts(map(language_names, absent)))
    yield _words("never")


def _words(name: str) -> Text:
    return Text(**catalogue_file("ipportal.office", "brought")[name])


def language_names(code: str) -> Text:
    """What a language is called in both."""
    return Text.each(lambda lang: language_name(code, lang))
