"""What an Open SDG repository says, as rows of the package `indicators`, and as codes of its columns.

An indicator whose values come in several units or series becomes one indicator for each of them; all other columns
become series. Rows that are there stay as people left them, but for values the repository has changed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Any, Final

from ipportal.base.addresses import judge
from ipportal.base.errors import catalogue_file
from ipportal.base.journal import Edits
from ipportal.base.periods import Period
from ipportal.base.text import Lang, Text, join_texts, language_name
from ipportal.data.description import described
from ipportal.data.model import TOTAL
from ipportal.data.packages import DESCRIPTOR, RawPackage, RawTable
from ipportal.data.settings import Settings
from ipportal.office import opensdg
from ipportal.office.editing import keyed, ordered, row_key, slug, table_edits, with_rows
from ipportal.office.opensdg import CODE, SERIES, UNITS, VALUE, YEAR, DataFile, Line, Repository, exact, short_id

#: How many cases of what was left out are told
_TOLD: Final = 5
#: Quotation marks within a quoted text
_INNER: Final = str.maketrans("“”", "‘’")
#: Languages of sources that every portal knows
_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "ja", "de", "en", "fr")
_DEFINED: Final = ("indicator_definition", "computation_definitions", "STAT_CONC_DEF", "national_indicator_description")
_NAMED: Final = ("indicator_name", "indicator_name_national", "SDG_INDICATOR", "graph_title", "title")

Row = dict[str, str]


def _words(name: str) -> Text:
    said: Text = catalogue_file("ipportal.office", "brought")[name]
    return said


@dataclass(slots=True)
class Brought:
    """Everything of a repository that has a place in the portal, whose own area is `zone`.

    Rows by table and id; codes by table and column; (why, what) was left out; texts that are in another language.
    """

    repository: Repository
    settings: Settings
    zone: str
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    codes: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: dict[Lang, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left_out += self.repository.left_out
        parts = {id: [part.zfill(4) for part in id.split("-")] for id in self.repository.about}
        for id in sorted(parts, key=parts.__getitem__):
            self.indicator(id)

    def text(self, text: str, lang: Lang, of: str = "", usual: str = "nothing") -> str:
        """A text, or what its key stands for, in a language of the portal; `usual` where it is said nowhere."""
        order = dict.fromkeys((lang, "en", *self.repository.languages))
        found = [(each, self.repository.said(text, each, of=of)) for each in order] if text else []
        where, said = next(((each, words) for each, words in found if words), (lang, _words(usual)[lang]))
        if where != lang:
            self.elsewhere[lang] = self.elsewhere.get(lang, 0) + 1
            if len(self.settings.languages) > 1:
                said = _words("original").format(said=said.translate(_INNER))[lang]
        return opensdg.plain_text(said)

    def _columns(self, column: str, text: str, of: str = "", usual: str = "nothing") -> Row:
        return {f"{column}_{lang}": self.text(text, lang, of, usual) for lang in self.settings.languages}

    def _joined(self, column: str, texts: Iterable[str]) -> Row:
        said = partial(self.text, of="data")
        return {f"{column}_{lang}": " · ".join(said(text, lang) for text in texts) for lang in self.settings.languages}

    def _both(self, column: str, words: Text) -> Row:
        return {f"{column}_{lang}": words[lang] for lang in self.settings.languages}

    def add(self, table: str, id: str, row: Mapping[str, str]) -> str:
        """Add a row with what rows of its table usually say, unless one of its id is there; its id."""
        usual = catalogue_file("ipportal.office", "brought")["usual"].get(table, {})
        self.rows.setdefault(table, {}).setdefault(id, {**usual, **row})
        return id

    def _code(self, table: str, column: str, value: str, label: Row, **more: object) -> str:
        words = {name.removesuffix(f"_{self.settings.languages[0]}"): text for name, text in label.items()}
        self.codes.setdefault((table, column), {}).setdefault(value, {"value": value, **words, **more})
        return value

    def indicator(self, id: str) -> None:
        """Bring one indicator over, or note why not."""
        about, data = self.repository.about[id], self.repository.data.get(id)
        measured: dict[tuple[str, str], list[Line]] = {}
        for line in data.lines if data else ():
            if line[1][VALUE]:
                measured.setdefault((line[1].get(SERIES, ""), line[1].get(UNITS, "")), []).append(line)
        if about.get("published") == "false" or about.get("data_non_statistical") == "true":
            self.left_out.append(("unpublished", id))
        elif data is None or not measured:
            self.left_out.append(("no-data", id))
        else:
            if len(measured) > 1 and about.get("progress_calculation_options"):
                self.left_out.append(("apart", id))
            for of, lines in measured.items():
                apart = len(measured) > 1
                own = f"{id}-{short_id(' '.join(of).strip() or 'no unit')}" if apart else id
                if rows := self.noted(list(self.observations(own, data, lines))):
                    self.about(own, id, about, of if apart else (), of[1], rows)

    def about(
        self, own: str, id: str, about: Mapping[str, Any], apart: tuple[str, ...], unit: str, rows: list[Row]
    ) -> None:
        """The row of an indicator with its values, source, unit, topic and target; `apart` tells it from others."""
        said = [str(about.get(key, "")) for key in ("indicator_number", "indicator", "SDG_INDICATOR_INFO")]
        number = next((one for one in said if re.fullmatch(r"[\w.]+", one)), id.replace("-", "."))
        names = [text for key in _NAMED if isinstance(text := about.get(key), str)]
        langs = ("en", *self.repository.languages)
        name = next((text for text in names if any(self.repository.said(text, lang) for lang in langs)), "")
        if not name:
            self.left_out.append(("name", id))
        goal, told = str(about.get("sdg_goal") or id.partition("-")[0]), {}
        for lang in self.settings.languages:
            parts = [self.text(part, lang, "data") for part in apart if part]
            parts = parts or [_words("no-unit")[lang]] if apart else []
            called = self.text(name, lang) if name else _words("indicator")[lang].format(n=number)
            called = re.sub(rf"^{re.escape(number)}\s+", "", called)
            told[f"name_{lang}"] = (_words("colon")[lang]).join([called, *([", ".join(parts)] if parts else [])])
            told[f"short_{lang}"] = " ".join([number, ", ".join(parts)]).strip()
        source = self.source(about)
        for place, row in enumerate(rows):
            self.add("observations", f"{own} {place}", {**row, "source": source})
        aim, direction = self.target(own, {} if apart else about, rows, source)
        goals = self._both("label", _words("goal").format(n=goal))
        defined = next((str(about[key]) for key in _DEFINED if about.get(key)), "")
        topic = self._code("indicators", "topic", f"goal-{slug(goal) or 'other'}", goals)
        more = {"id": own, "group": "core" if aim else "context", "topic": topic, "direction": direction}
        more["order"] = str(len(self.rows.get("indicators", {})) + 1)
        more["unit"] = self._unit(unit or str(about.get("computation_units", "")))
        more["precision"] = str(min(4, max(len(row["value"].partition(".")[2]) for row in rows)))
        more |= self._columns("definition", defined, usual="undefined")
        self.add("indicators", own, more | told | self._columns("note", str(about.get("data_footnote", ""))))

    def _unit(self, text: str) -> str:
        kind = self._both("label", _words("figure"))
        self._code("units", "kind", "figure", kind, style="plain", divisible=True, additive=False)
        id = f"sdg-{'percent' if text == '%' else short_id(text or 'value')}"
        name = self._columns("name", text, "data", "figure")
        one = {"one_en": name["name_en"]} if "name_en" in name else {}
        return self.add("units", id, {"id": id, "base": id, **name, **one})

    def target(self, own: str, about: Mapping[str, Any], rows: list[Row], source: str) -> tuple[bool, str]:
        """Add the target that automatic progress is measured by, if any; whether one was added, and the direction."""
        told = about.get("progress_calculation_options") or about.get("progress_calculation") or ()
        options = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
        falls = str(options.get("direction", "")).lower().startswith("neg")
        value, year = exact(str(options.get("target") or "")), str(options.get("target_year") or "2030")
        plan = next((plan for plan in self.settings.plans if str(plan.first_year) <= year <= str(plan.last_year)), None)
        if value is not None and plan:
            row = rows[0] | {"source": source}
            known = {column: cell for column, cell in row.items() if column.startswith(("locator_", "source", "area"))}
            first = {each["period"]: Decimal(each["value"]) for each in rows if each["series"] == TOTAL}
            start = first.get(str(plan.baseline_year), goal := Decimal(value))
            if start < goal if falls else start > goal:
                known |= self._both("note", _words("met").format(year=plan.baseline_year))
            told = {"id": f"{own}-{year}", "indicator": own, "year": year, "basis": plan.basis, "plan": plan.id}
            self.add("targets", f"{own}-{year}", known | told | {"maximum" if falls else "minimum": value})
        elif options.get("target"):
            self.left_out.append(("target", f"{own}: {options['target']} ({year})"))
        return value is not None and plan is not None, "down" if falls else "up"

    def observations(self, own: str, data: DataFile, lines: list[Line]) -> Iterator[Row]:
        """The values of an indicator; what is no value, no year or said twice is noted."""
        seen: dict[tuple[str, str], str] = {}
        for number, cells in lines:
            at, period, value = f"{data.path}:{number}", opensdg.period_of(cells[YEAR]), exact(cells[VALUE])
            if period and (Period.parse(period).last or date.min) > self.settings.as_of:
                self.left_out.append(("later", f"{at} {period}"))
                continue
            if not period or value is None:
                self.left_out.append(("value", f"{at} {cells[VALUE]}") if period else ("year", f"{at} {cells[YEAR]}"))
                continue
            series, code = self.series(data, cells), cells.get(CODE, "")
            if before := seen.get((period, series)):
                self.left_out += [("twice", f"{at} {value} ({before})")] if before != value else []
                continue
            seen[period, series] = value
            row = {"indicator": own, "area": self.zone, "period": period, "value": value, "series": series}
            file = _words("file").format(name=data.path.rpartition("/")[2])
            note = self._both("note", _words("code").format(code=code)) if code else {}
            yield row | {"basis": self.settings.plan.basis} | self._both("locator", file) | note

    def noted(self, rows: list[Row]) -> list[Row]:
        """The values with a note at each that changed much within a year, of which the repository tells no reason."""
        last: dict[str, tuple[int, Decimal]] = {}
        for row in sorted((row for row in rows if row["period"].isdigit()), key=itemgetter("series", "period")):
            year, new = int(row["period"]), Decimal(row["value"])
            before, old = last.get(row["series"], (year, Decimal(0)))
            factor = Decimal(str(self.settings.jump_factor)) ** (year - before)
            if old > 0 and (new > old * factor or new * factor < old):
                for column, why in self._both("note", _words("jump")).items():
                    row[column] = f"{row.get(column, '')} {why}".strip()
            last[row["series"]] = (year, new)
        return rows

    def series(self, data: DataFile, line: Mapping[str, str]) -> str:
        """The part a line speaks of: what its columns say, joined; the whole where they say nothing."""
        parts = [(column, line[column]) for column in data.columns if line[column]]
        parts = parts or [(CODE, line[CODE]) for _ in range(bool(line.get(CODE)))]
        if not parts:
            return TOTAL
        columns, cells = [column for column, _ in parts], [cell for _, cell in parts]
        label, name = self._joined("label", columns), self._joined("name", cells)
        place = self._code("series", "dimension", short_id(" ".join(map(short_id, columns))), label, parts="separate")
        id = short_id(" ".join(short_id(x) for pair in parts for x in pair))
        order = str(len(self.rows.get("series", {})) + 1)
        return self.add("series", id, {"id": id, "dimension": place, "order": order, **name})

    def source(self, about: Mapping[str, Any]) -> str:
        """Add what an indicator names as its sources, as one; the repository itself where it names none."""
        active = [n for n in range(1, 21) if str(about.get(f"source_active_{n}", "true")) == "true"]
        named = [text for n in active if (text := str(about.get(f"source_organisation_{n}") or ""))]
        links = [url for n in active if (url := str(about.get(f"source_url_{n}") or "")) and not judge(url, "web")]
        language = {"zh": "zh-Hans"}.get(self.repository.languages[0], self.repository.languages[0])
        if language not in _LANGUAGES:
            label = self._both("label", Text.each(partial(language_name, language)))
            self._code("sources", "language", language, label)
        name = {}
        for lang in self.settings.languages:
            said = [self.text(each, lang, usual="repository") for each in named or [""]]
            name[lang] = _words("semicolon")[lang].join(dict.fromkeys(said))
        id = "-".join(["open-sdg", *(short_id("; ".join(named)) for _ in named[:1])])
        told = {"id": id, "title": name[self.settings.languages[0]], "language": language}
        told |= {f"{column}_{lang}": words for column in ("name", "publisher") for lang, words in name.items()}
        return self.add("sources", id, told | ({"url": links[0], "link": "official"} if links else {}))


def merged(package: RawPackage, found: Brought) -> tuple[RawPackage, Edits]:
    """The package with what was brought, and the files this changes."""
    before = (package.folder / DESCRIPTOR).read_bytes()
    said = json.loads(before)
    for (table, column), codes in found.codes.items():
        resource = next(each for each in said["resources"] if each["name"] == table)
        own = resource.setdefault("columns", {}).setdefault(column, {}).setdefault("categories", [])
        known = {code["value"] for code in own}
        own += [code for value, code in codes.items() if value not in known]
    text = before if said == json.loads(before) else (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
    complete, _ = described(said, package.languages)
    resources = {each["name"]: each for each in (complete or {}).get("resources", ())}
    tables = [_with(table, resources[table.name], found.rows.get(table.name, {})) for table in package.tables]
    after = replace(package, descriptor=complete, tables=tuple(tables))
    return after, {package.file: (before, text), **table_edits(package, after)}


def _with(table: RawTable, resource: Mapping[str, Any], rows: Mapping[str, Row]) -> RawTable:
    now = replace(table, resource=resource)
    known: dict[Any, Row] = {row_key(now, cells): cells for _, cells in now.records()}
    for row in rows.values():
        there = known.setdefault(key := row_key(now, row), row)
        if table.name == "observations":
            known[key] = row | {name: cell for name, cell in there.items() if cell} | {"value": row["value"]}
    return with_rows(now, ordered(now, known.values())) if rows else now


def lines_told(before: RawPackage, after: RawPackage, found: Brought) -> Iterator[Text]:
    """What came over, what did not and why, line by line."""
    for old, new in zip(before.tables, after.tables, strict=True):
        known, rows = (keyed(new, (cells for _, cells in table.records())) for table in (old, new))
        changed = sum(cells != known[key] for key, cells in rows.items() if key in known)
        if rows != known:
            title, added = Text.read(new.resource, "title"), len(rows.keys() - known.keys())
            yield _words("table").format(table=title, added=added, changed=changed)
    for reason, words in catalogue_file("ipportal.office", "brought")["left-out"].items():
        if cases := [what for why, what in found.left_out if why == reason]:
            shown = ", ".join(cases[:_TOLD]) + " …" * (len(cases) > _TOLD)
            yield Text.joined([words.format(count=len(cases)), Text.same(shown)], "：", ": ")
    for lang, count in sorted(found.elsewhere.items()):
        yield _words("elsewhere").format(count=count, lang=Text.each(partial(language_name, lang)))
    if absent := [lang for lang in found.repository.languages if lang not in after.languages]:
        names = join_texts(Text.each(partial(language_name, lang)) for lang in absent)
        yield _words("not-shown").format(languages=names)
    yield _words("never")
