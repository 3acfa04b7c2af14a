"""What is wrong with the rows of a register, as expressions over all of them; and the rows as they are published.

A column with few contents is looked at once for each of them. Every kind of fault is told of a hundred rows at most,
the last with the number of the rest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Final

from ipportal.base.errors import Problem, Where, counted
from ipportal.data.registers import Column, Register
from ipportal.registers.engine import CATALOGUE, Engine
from ipportal.registers.reading import Part

#: Rows told of one kind of fault
TOLD: Final = 100
#: A natural person among the parties, whose name is not published
PERSON: Final = "*"
#: Years in which a right can have been applied for, or can end
_YEARS: Final = (1850, 2150)
_DAY: Final = r"^(\d{4})(?:(\d{2})(\d{2})|[-./年](\d{1,2})[-./月](\d{1,2})日?)(?:[ T]0?0:00(?::00(?:\.0+)?)?)?$"
#: Letters, digits and signs as wide as Chinese characters, where numbers and codes stand
_WIDE: Final = "[０-９Ａ-Ｚａ-ｚ．－／]"
#: Characters nobody sees, or that were lost in a wrong encoding, in any column
_HIDDEN: Final = "[\\x00-\\x08\\x0E-\\x1F\\x7F\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffd]|锟斤拷|烫烫烫|屯屯屯"
#: Those, and spaces where there should be none
_ODD: Final = f"[\t\n\r\u3000\u00a0]|^ | $|{_HIDDEN}"
#: How the names of bodies end, brackets left out. Who has no such name is taken for a natural person
_BODIES: Final = (
    r"(?:公司|集团|大学|学院|学校|中学|小学|幼儿园|研究院|研究所|研究中心|设计院|科学院|工程院|实验室|中心|医院|卫生院|银行"
    r"|合作社|联合社|协会|学会|商会|联合会|基金会|委员会|事务所|工作室|经营部|门市部|办事处|管理局|管理处|人民政府|部队"
    r"|有限合伙|普通合伙|.{4,}[厂局部院所社店行场站馆处队校会园坊])$"
    r"|(?i:\b(?:ltd|limited|inc|incorporated|corp|corporation|co|company|gmbh|ag|kg|se|sa|sas|spa|srl|bv|nv|ab|oy|as"
    r"|llc|llp|lp|plc|kk|pty|university|institute|institut|college|hospital|foundation|association|laboratories"
    r"|ministry|agency|authority|bank)\b\.?\)?$)|株式会社|有限会社"
)
_BRACKETS: Final = r"[（(][^（）()]*[）)]$"


def is_few(register: Register, column: Column) -> bool:
    """True for a column of few contents: dates, codes, classes, parties, links."""
    parted = column.name in (register.partition, register.kind, register.group)
    return bool(column.type != "string" or column.codes or column.pad or column.link or parted)


def clean(column: Column, text: Any, ibis: Any) -> Any:
    """What a text of a column means, as an expression: null where it is empty or cannot be read."""
    bare = text.translate("\t\n\r\u3000\u00a0", "     ").strip().nullif("")
    if column.type == "date":
        year = bare.re_extract(_DAY, 1)
        month, day = ((bare.re_extract(_DAY, n).nullif("")) for n in (2, 3))
        month = ibis.coalesce(month, bare.re_extract(_DAY, 4)).lpad(2, "0")
        day = ibis.coalesce(day, bare.re_extract(_DAY, 5)).lpad(2, "0")
        return (year + "-" + month + "-" + day).try_cast("date")
    if column.type == "integer":
        return bare.try_cast("int64")
    if column.codes:
        spellings = {spelling: code.value for code in column.codes for spelling in (code.value, *code.spellings)}
        return bare.cases(*spellings.items(), else_=None)
    if column.type == "parties":
        # a comma parts Chinese names; those of other countries have commas inside
        parted = bare.re_replace(r"\s*[;；|、]\s*|，\s*", ";").re_replace(r"^;+|;+$", "").re_replace(";+", ";")
        names = parted.split(";").map(lambda name: ibis.ifelse(_is_body(name), name, PERSON))
        return names.join("; ").re_replace(r"\*(; \*)+", PERSON)
    if column.pad:
        return ibis.ifelse(bare.re_search(rf"^\d{{1,{column.pad}}}$"), bare.lpad(column.pad, "0"), bare)
    return bare


def _is_body(name: Any) -> Any:
    return name.strip().re_replace(_BRACKETS, "").re_search(_BODIES)


def check(
    engine: Engine, register: Register, parts: Sequence[Part], links: Mapping[str, Iterable[str]]
) -> list[Problem]:
    """Every fault of the rows of `raw`, and the table `rows` as they are published, if there is none.

    `links` holds the values that `table.column` may have.
    """
    ibis, raw = engine.ibis, engine.table("raw")
    problems: list[Problem] = []
    rows = raw
    few = {column.name for column in register.published if is_few(register, column)}
    for column in register.published:
        name = column.name
        some = raw if name in few else raw.filter(_suspect(column, raw[name]))
        values = some.group_by(value=some[name]).aggregate(n=some.count())
        found = engine.keep(f"values_{name}", values.mutate(clean=clean(column, values.value, ibis)))
        for code, test in _tests(column, found.value, found.clean, links):
            bad = found.filter(test)
            if count := engine.rows(bad.aggregate(count=bad.n.sum()))[0]["count"]:
                wrong = raw.semi_join(bad, raw[name] == bad.value)
                problems += _told(engine, code, name, wrong, wrong[name], int(count), parts)
        cleaned = found.select(**{f"{name}_raw": found.value, f"{name}_": found.clean})
        rows = rows.join(cleaned, rows[name] == cleaned[f"{name}_raw"], how="left")
    whole = {column.name: rows[f"{column.name}_"] for column in register.published}
    for name in whole.keys() - few:
        whole[name] = ibis.ifelse(rows[f"{name}_raw"].isnull(), rows[name].nullif(""), whole[name])
    table = engine.keep("rows", rows.select("part", "row", **whole))
    engine.sql("DROP TABLE raw")
    return [*problems, *_orders(engine, register, table, parts), *_repeated(engine, register, table, parts)]


def _suspect(column: Column, text: Any) -> Any:
    """True for a text of many contents that must be looked at: it may be at fault, or has spaces to take away."""
    odd = ~text.re_search(f"^(?:{column.pattern})$") if column.pattern else text.re_search(_ODD)
    return odd | (text == "") if column.required else odd & (text != "")


def _tests(column: Column, text: Any, cleaned: Any, links: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, Any]]:
    """What each rule finds at fault in a column, by its code; one cell is told by one rule."""
    filled = text.strip() != ""
    if column.required:
        yield "register-required", ~filled
    hidden = text.re_search(_HIDDEN)
    yield "register-character", hidden
    formal = bool(column.pattern or column.codes or column.type in ("date", "integer"))
    if not formal:
        return
    broad = text.re_search(_WIDE) & ~hidden
    yield "register-wide", broad
    sound = filled & ~hidden & ~broad
    if column.type in ("date", "integer"):
        yield f"register-{column.type}", sound & cleaned.isnull()
    if column.type == "date":
        yield "register-year", sound & ~cleaned.year().between(*_YEARS)
    if column.codes:
        yield "register-code", sound & cleaned.isnull()
    elif column.pattern:
        yield "register-pattern", sound & ~cleaned.re_search(f"^(?:{column.pattern})$")
    if column.link:
        yield "register-link", sound & cleaned.notin(list(links.get(column.link, ())))


def _told(
    engine: Engine, code: str, column: str, rows: Any, shown: Any, count: int, parts: Sequence[Part], **facts: Any
) -> list[Problem]:
    """The first rows of a fault with what they hold, and how many there are."""
    first = rows.select("part", "row", found=shown.cast("string")).order_by(["part", "row"]).limit(TOLD)
    problems = []
    for row in engine.rows(first):
        part = parts[row["part"]]
        where = Where(part.label, row["row"], part.names.get(column, column))
        problems.append(CATALOGUE.problem(code, where, row["found"] or "", **facts))
    return counted(problems, count)


def _orders(engine: Engine, register: Register, table: Any, parts: Sequence[Part]) -> Iterator[Problem]:
    """Dates that are earlier than what comes before them."""
    for first, second in register.order:
        wrong = table.filter(table[first] > table[second])
        if count := engine.rows(wrong.aggregate(n=wrong.count()))[0]["n"]:
            shown = wrong[first].cast("string") + " > " + wrong[second].cast("string")
            before = next(column.title for column in register.columns if column.name == first)
            yield from _told(engine, "register-order", second, wrong, shown, count, parts, before=before)


def _repeated(engine: Engine, register: Register, table: Any, parts: Sequence[Part]) -> Iterator[Problem]:
    """Rows whose key others have too."""
    if not register.key:
        return
    several = table.group_by(list(register.key)).having(table.count() > 1).aggregate(n=table.count())
    kept = engine.keep("repeated", several)
    if found := engine.rows(kept.aggregate(n=kept.n.sum() - kept.count()))[0]["n"]:
        rows = table.semi_join(kept, list(register.key))
        shown = reduce(lambda one, other: one + " · " + other, [rows[name].cast("string") for name in register.key])
        yield from _told(engine, "register-key", register.key[0], rows, shown, int(found), parts)
