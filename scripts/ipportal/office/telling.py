"""The words of an editing workbook, and of its import: for the terminal, and as a page to print or pass on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from ipportal.base.errors import Problem, catalogue_file
from ipportal.base.templates import in_language, template_environment
from ipportal.base.text import LANGS, Lang, Text, visible
from ipportal.data.packages import RawPackage
from ipportal.office.editing import RowEdit
from ipportal.office.importing import Import
from ipportal.office.layout import UNIT_KEY, Column, Layout, PickList, Sheet, lay_out_workbook
from ipportal.office.returns import NO_FIGURE, OBSERVATIONS, TITLE
from ipportal.rules.report import TERMINAL

#: What Excel takes as a prompt
PROMPT_LIMIT: Final = 250

#: What a spreadsheet answers by kind of column
ERRORS: Final = catalogue_file("ipportal.office", "filling")["errors"]
#: Rows and cells listed one by one on a terminal before the rest is only counted
SHOWN: Final = 20


class ChangeLine(NamedTuple):
    """One row of the list of changes. `sign` is + for new, ~ for changed, - for withdrawn."""

    sign: str
    row: Text
    cells: tuple[tuple[Text, str, str], ...]


def changes(done: Import, raw: Sequence[RawPackage]) -> list[tuple[Text, list[ChangeLine]]]:
    """The edited rows by sheet, in words a person knows them by."""
    if done.parts:
        return [each for _, part in done.parts for each in changes(part, raw)]
    if (package := next((each for each in raw if each.name == done.package), None)) is None:
        return []
    layouts = {}
    for lang in LANGS:  # the names that rows and codes have in it, where they have one
        others = [replace(each, languages=(lang, *(one for one in LANGS if one != lang))) for each in raw]
        layouts[lang] = lay_out_workbook(others, others[raw.index(package)], "export")
    found = []
    for table, edits in groupby(done.edits, key=lambda edit: edit.table):
        sheet = layouts[package.languages[0]].sheet(table)
        found.append((Text(sheet.name, sheet.title.en), [_line(edit, sheet, layouts) for edit in edits]))
    if none := {of.row: answer.reason for of, answer in done.answers if of.code == NO_FIGURE}:
        sheet, why = layouts[package.languages[0]].sheet(OBSERVATIONS), Text("原因", "reason")
        lines = [
            ChangeLine("+", _named(key.split(", "), sheet, layouts), ((why, "", reason[package.languages[0]]),))
            for key, reason in none.items()
        ]
        found.append((Text("没有的数", "Figures there are not"), lines))
    return found


def _line(edit: RowEdit, sheet: Sheet, layouts: Mapping[Lang, Layout]) -> ChangeLine:
    old, new = edit.old or {}, edit.new or {}
    told = [each for each in sheet.stored if edit.sign == "~" or (edit.sign == "+" and each.name == "value")]
    cells = [(each.title, old.get(each.name, ""), new.get(each.name, "")) for each in told]
    differing = tuple(cell for cell in cells if cell[1] != cell[2])
    return ChangeLine(edit.sign, _named(edit.key, sheet, layouts), differing)


def _named(key: Iterable[str], sheet: Sheet, layouts: Mapping[Lang, Layout]) -> Text:
    return Text.joined(Text(*(_name(part, sheet, layouts[lang]) for lang in LANGS)) for part in key if part)


def _name(value: str, sheet: Sheet, layout: Layout) -> str:
    """The name of a key's part, where one of the sheet's lists knows it, or others know its rows by name."""
    keys = (f"{layout.package}/{sheet.table}", *(column.choices for column in sheet.stored if column.kind == "choice"))
    lists = (layout.lists[key].names for key in keys if key in layout.lists)
    return next((names[value] for names in lists if value in names), value)


def corrected(done: Import, raw: Sequence[RawPackage]) -> list[Text]:
    """A sentence for each source that other packages have too, and where it was corrected with this one.

    Last one for the day that the data are to be as of.
    """
    titles = {each.name: Text.read({"title": each.name} | dict(each.descriptor or {}), "title") for each in raw}
    words = catalogue_file("ipportal.office", "filling")["counted"]
    others = {source: Text.joined([titles[name] for name in names], "、") for source, names in done.shared}
    lines = [words["shared"].format(source=source, others=names) for source, names in others.items()]
    return [*lines, words["as-of"].format(day=done.as_of)] if done.as_of else lines


def counted(done: Import, lang: Lang) -> str:
    """New, changed and withdrawn rows in one sentence."""
    signs = Counter(edit.sign for edit in done.edits)
    counts = {"new": signs["+"], "changed": signs["~"], "gone": signs["-"], "reasons": len(done.answers)}
    kind = "rows" if signs else "reasons" if done.answers else "none"
    words: Text = catalogue_file("ipportal.office", "filling")["counted"][kind]
    return words.format(**counts)[lang]


def as_text(done: Import, raw: Sequence[RawPackage], lang: Lang) -> str:
    """Tidied cells and changes for the terminal; problems are printed apart."""
    return _report("txt", done, raw, lang, most=SHOWN, visible=visible)


def problems_text(problems: Sequence[Problem], lang: Lang, warnings: Sequence[Problem] = ()) -> str:
    """The first problems with their cells and remedies; the last line counts all."""
    told = {"problems": problems, "warnings": warnings, "most": TERMINAL}
    return in_language("workbook-problems.txt", lang, **told).rstrip()


def as_html(done: Import, raw: Sequence[RawPackage], file: str, lang: Lang) -> str:
    """A page of its own with problems, tidied cells and changes."""
    both = {"problems": done.problems, "warnings": done.warnings}
    told = {name: [(each, each.where.cell or each.where.file) for each in found] for name, found in both.items()}
    return _report("html", done, raw, lang, file=file, **told)


def _report(form: str, done: Import, raw: Sequence[RawPackage], lang: Lang, **facts: object) -> str:
    facts |= {"notes": done.notes, "changes": changes(done, raw), "shared": corrected(done, raw)}
    return in_language(f"workbook-report.{form}", lang, counted=counted(done, lang), **facts)


def how(column: Column, sheet: Sheet) -> Text:
    """What to type into a column, in a few words."""
    known = catalogue_file("ipportal.office", "filling")["how"]
    of_language = f"{column.kind}_{column.name.rpartition('_')[2]}"
    words: Text = known[of_language if sheet.languages[1:] and of_language in known else column.kind]
    if column.kind == "id" and column.example:
        words = Text(f"{words.zh}，如 {column.example}", f"{words.en}, such as {column.example}")
    titles = {each.name: each.title for each in sheet.columns}
    if column.name == "value" and (unit := titles.get(UNIT_KEY, titles.get("unit"))):
        words = Text(f"{words.zh}，单位见“{unit.zh}”", f"{words.en}; unit: see “{unit.en}”")
    if column.kind == "computed":
        return words
    return (Text("必填。", "Required: ") if column.required else Text("可空。", "Optional: ")) + words


def note(column: Column, sheet: Sheet, picks: PickList | None) -> str:
    """The note on a header: meaning and way of filling in, in the portal's languages, and short code lists."""
    way, (main, *others) = how(column, sheet), sheet.languages
    lines = [column.description[main], way[main]]
    meaning = Text("{title}：{words}", "{title}: {words}").format(title=column.title, words=column.description)
    for lang in others:
        lines += ["", meaning[lang], way[lang]]
    # entries of a code list that a header note spells out; longer lists are in the drop-down anyway
    if picks and not picks.linked and len(picks.fixed) <= 12:
        lines += ["", *map(picks.label, picks.fixed)]
    return "\n".join(lines)


def prompt(column: Column, sheet: Sheet) -> str:
    """What Excel shows beside a selected cell."""
    main = sheet.languages[0]
    return f"{column.description[main]}\n{how(column, sheet)[main]}"[:PROMPT_LIMIT]


def above(layout: Layout, portal: Text) -> list[str]:
    """What stands above the rows of a yearly return, line by line; the last one leads to the day of its figures."""
    facts = {"year": layout.stamp["year"], "languages": layout.languages}
    form = template_environment().get_template("workbook/return.md")
    return form.render(facts, portal=portal[layout.languages[0]], title=TITLE[layout.languages[0]]).splitlines()


def readme(layout: Layout) -> list[tuple[Text, str]]:
    """The read-me sheet, line by line, heads after `# `; the last ones lead to the sheets named beside them."""
    folder = template_environment()
    told = (folder.get_template(f"workbook/readme.{lang}.md").render(layout=layout).splitlines() for lang in LANGS)
    lines = [Text(*pair) for pair in zip(*told, strict=True)]
    names = [""] * (len(lines) - len(layout.sheets)) + [sheet.name for sheet in layout.sheets]
    return list(zip(lines, names, strict=True))
