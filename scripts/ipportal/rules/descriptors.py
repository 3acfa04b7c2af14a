"""Does datapackage.json say everything the site, the dictionary and the catalogue read from it?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ipportal.base import plainwords
from ipportal.base.addresses import judge
from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.data.packages import RawPackage
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule
from ipportal.rules.tableschema import descriptor_faults

_PAIRS: Final = ("title", "title_en", "description", "description_en")
_PACKAGE: Final = (*_PAIRS, "version", "created", "modified", "licenses", "keywords", "keywords_en", "theme")
_CHANGE: Final = ("date", "version", "what_zh", "what_en", "why_zh", "why_en")
_FORMS: Final = {
    "version": (re.compile(r"\d+\.\d+\.\d+"), Text("三段版本号，如 1.0.0", "a version of three parts such as 1.0.0")),
    "modified": (re.compile(r"\d{4}-\d{2}-\d{2}"), Text("日期，如 2026-11-22", "a date such as 2026-11-22")),
    "update_frequency": (
        re.compile("realtime|daily|weekly|monthly|quarterly|half-yearly|yearly|irregular|never"),
        Text(
            "更新频率代码之一：realtime、daily、weekly、monthly、quarterly、half-yearly、yearly、irregular、never",
            "one of: realtime, daily, weekly, monthly, quarterly, half-yearly, yearly, irregular, never",
        ),
    ),
    "openness": (re.compile("unconditional"), Text("unconditional（无条件开放）", "unconditional")),
}
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What the entries of the catalogue consist of
_PARTS: Final = {"theme": ("code", "zh", "en"), "industry": ("code", "zh", "en"), "spatial": ("zh", "en")}
_FILL: Final = Text("在说明文件里补上这一项", "add this entry to the description")


def _complete(context: Context) -> Iterator[Finding]:
    """An entry of a description is missing or empty."""
    for package in context.packages:
        descriptor = package.descriptor
        if descriptor is None:
            continue
        yield from _missing(package, descriptor, "", (*_PACKAGE, *_FORMS, "changes"))
        for number, change in enumerate(_dicts(descriptor, "changes"), 1):
            yield from _missing(package, change, f"changes › {number} › ", _CHANGE)
        for resource in _dicts(descriptor, "resources"):
            at = f"{resource.get('name', '?')} › "
            yield from _missing(package, resource, at, _PAIRS)
            schema = resource.get("schema") or {}
            yield from _missing(package, schema, at, ("primaryKey",))
            for field in _dicts(schema, "fields"):
                yield from _missing(package, field, f"{at}{field.get('name', '?')} › ", ("type", *_PAIRS))


def _missing(package: RawPackage, entry: Mapping[str, Any], at: str, wanted: Sequence[str]) -> Iterator[Finding]:
    for key in dict.fromkeys(wanted):
        if not entry.get(key):
            yield Finding(
                Where(package.file, column=at + key),
                Text(f"“{key}”一项有内容", f"an entry “{key}”"),
                "",
                _FILL,
            )


def _dicts(entry: Any, key: str) -> list[Mapping[str, Any]]:
    value = entry.get(key) if isinstance(entry, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _form(context: Context) -> Iterator[Finding]:
    """An entry of a description is not written in its agreed form."""
    for package in context.packages:
        for key, (form, expected) in _FORMS.items():
            value = (package.descriptor or {}).get(key)
            if value and not form.fullmatch(str(value)):
                yield Finding(Where(package.file, column=key), expected, str(value), _one_of_the_forms(key))
        name = (package.descriptor or {}).get("name")
        folders = {other.name for other in context.packages}
        # a folder that took its package's name away is told by the rule on the missing folder
        if package.descriptor is not None and name != package.name and (name in folders or name != "indicators"):
            yield Finding(
                Where(package.file, column="name"),
                Text(f"与文件夹同名：{package.name}", f"the name of its folder, {package.name}"),
                str(name or ""),
                Text(f"把 name 改为 {package.name}", f"set name to {package.name}"),
            )


def _catalogue(context: Context) -> Iterator[Finding]:
    """An entry of the open-data catalogue is incomplete or contradicts itself."""
    for package in context.packages:
        descriptor = package.descriptor or {}
        for key, parts in _PARTS.items():
            entry = descriptor.get(key)
            if entry and not (isinstance(entry, dict) and all(entry.get(part) for part in parts)):
                yield _catalogue_finding(package, key, Text("、".join(parts), ", ".join(parts)), entry)
        for licence in _dicts(descriptor, "licenses")[:1]:
            if not all(licence.get(part) for part in ("name", "path", "title")):
                yield _catalogue_finding(package, "licenses", Text("name、path、title", "name, path, title"), licence)
        if (span := descriptor.get("temporal")) and not _is_span(span):
            wanted = Text("start、end 两个日期，先后不颠倒", "two dates start and end, in this order")
            yield _catalogue_finding(package, "temporal", wanted, span)
        created, modified = str(descriptor.get("created", ""))[:10], str(descriptor.get("modified", ""))
        if _DATE.fullmatch(modified) and created > modified:
            wanted = Text(f"{modified} 或更早", f"{modified} or earlier")
            yield _catalogue_finding(package, "created", wanted, created)


def _is_span(span: Any) -> bool:
    ends = [str(span.get(end, "")) for end in ("start", "end")] if isinstance(span, dict) else [""]
    return all(_DATE.fullmatch(end) for end in ends) and ends == sorted(ends)


def _catalogue_finding(package: RawPackage, key: str, expected: Text, found: Any) -> Finding:
    shown = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return Finding(Where(package.file, column=key), expected, shown, _one_of_the_forms(key))


def _one_of_the_forms(key: str) -> Text:
    return Text(f"照其他数据包的“{key}”改正", f"write it like “{key}” of the other packages")


def _code_lists(context: Context) -> Iterator[Finding]:
    """A code list lacks the wording of a code, or words a code that does not exist."""
    for package in context.packages:
        for resource in _dicts(package.descriptor or {}, "resources"):
            for field in _dicts(resource.get("schema") or {}, "fields"):
                codes = [str(code) for code in (field.get("constraints") or {}).get("enum", [])]
                worded = [
                    str(c.get("value")) for c in _dicts(field, "categories") if c.get("label") and c.get("label_en")
                ]
                for code in [c for c in codes if c not in worded] + [c for c in worded if c not in codes]:
                    yield Finding(
                        Where(package.file, column=f"{resource.get('name')} › {field.get('name')}"),
                        Text(
                            "enum 与 categories 里代码相同，各有中英文名称",
                            "the same codes in enum and categories, each named in both languages",
                        ),
                        code,
                        Text("补上缺的代码或它的中英文名称", "add the missing code or its two names"),
                    )


def _unreadable(context: Context) -> Iterator[Finding]:
    """A description holds something no data tool accepts, such as an unknown column type."""
    for package in context.packages:
        if package.descriptor is None:
            continue
        gaps = list(_gaps(package.descriptor))
        for place, found in gaps or [("", fault) for fault in descriptor_faults(package)]:
            yield Finding(
                Where(package.file, column=place or None),
                Text("数据包标准允许的写法", "what the data package standard allows"),
                found,
                Text("对照其他数据包的同一项改正，或从上一版恢复", "compare with the other packages, or restore it"),
            )


def _gaps(descriptor: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Structure without which no table can be read: (place, what stands there)."""
    resources = _dicts(descriptor, "resources")
    if not resources:
        yield "resources", str(descriptor.get("resources", ""))
    for number, resource in enumerate(resources, 1):
        at = f"resources › {resource.get('name', number)}"
        fields = _dicts(resource.get("schema") or {}, "fields")
        if not isinstance(resource.get("name"), str) or not isinstance(resource.get("path"), str):
            yield at, str(resource.get("path", ""))
        for key in _dicts(resource.get("schema"), "foreignKeys"):
            target = (key.get("reference") or {}).get("resource", "")
            if target and target not in {other.get("name") for other in resources}:
                yield f"{at} › foreignKeys", str(target)
        if not fields or not all(isinstance(field.get("name"), str) for field in fields):
            yield f"{at} › schema › fields", str((resource.get("schema") or {}).get("fields", ""))


def _words(context: Context) -> Iterator[Finding]:
    """A word of a description is unfit to be shown, or an address unfit to be linked to."""
    for package in context.packages:
        for place, text in _strings(package.descriptor or {}):
            at = Where(package.file, column=" › ".join(place))
            if place[-1] not in _NOT_SHOWN:
                yield from (Finding(at, one.expected, text, one.hint) for one in plainwords.refused(text))
            if place[0] in _LINKED and place[-1] in ("path", "homepage") and (refused := judge(text, "web")):
                yield Finding(at, refused.expected, text, refused.hint)


#: Entries of the descriptor whose addresses go into pages
_LINKED: Final = ("homepage", "licenses", "sources", "contributors")
#: Entries for programs only
_NOT_SHOWN: Final = ("pattern",)


def _strings(descriptor: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a description with the names that lead to it; entries of lists are counted from 1."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), descriptor)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and place:
            yield place, value
        elif isinstance(value, dict):
            waiting += [((*place, str(name)), part) for name, part in value.items()]
        elif isinstance(value, list):
            waiting += [((*place, str(number)), part) for number, part in enumerate(value, 1)]


RULES: Final = (
    Rule(
        "descriptor-words",
        Text("说明里的字或地址不能用", "Words or an address of a description that cannot be used"),
        Text(
            "说明会写进网页和下载文件：没有隐藏字符、看着像的字和大括号，地址只用 http 或 https。",
            "Descriptions go into pages and files: no hidden characters, look-alikes or braces; http or https only.",
        ),
        Example('"path": "javascript:…"', '"path": "https://creativecommons.org/licenses/by/4.0/"'),
        _words,
        "nothing",
    ),
    Rule(
        "descriptor-entry",
        Text("说明不完整", "An incomplete description"),
        Text(
            "标题、说明、版本、每一列的含义都要有中英文，数据字典和下载文件都从这里读。",
            "Titles, descriptions, versions and the meaning of every column are read from here, in both languages.",
        ),
        Example('"title": "指标"', '"title": "指标", "title_en": "Indicators"'),
        _complete,
        "nothing",
    ),
    Rule(
        "descriptor-form",
        Text("说明的写法不对", "A description in the wrong form"),
        Text("名称、版本、日期、更新频率有固定写法。", "Name, version, date and update frequency have fixed forms."),
        Example('"version": "v1"', '"version": "1.0.0"'),
        _form,
    ),
    Rule(
        "descriptor-catalogue",
        Text("目录信息不完整", "An incomplete catalogue entry"),
        Text(
            "数据领域、行业、时间、地区和许可会写进网页和各种目录，缺一样别人就查不准。",
            "Theme, industry, period, area and licence go into pages and catalogues; people search by them.",
        ),
        Example(
            '"theme": {"zh": "科技创新"}', '"theme": {"code": "science-technology", "zh": "科技创新", "en": "Science"}'
        ),
        _catalogue,
    ),
    Rule(
        "descriptor-codes",
        Text("代码表不一致", "A code list that does not agree"),
        Text("每个代码都要有中英文名称，页面才显示得出来。", "Every code needs a name in both languages to be shown."),
        Example('"enum": ["exact", "about"]', '"categories": [{"value": "about", "label": "约", "label_en": "about"}]'),
        _code_lists,
    ),
    Rule(
        "descriptor-standard",
        Text("说明不合标准", "A description against the standard"),
        Text("数据工具读不懂的说明，别人也用不了。", "What data tools cannot read nobody else can use."),
        Example('"type": "zahl"', '"type": "number"'),
        _unreadable,
        "table",
    ),
)
