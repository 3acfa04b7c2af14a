"""What an official release needs beyond sound data: real names and numbers, reviewed pages, current translations.

These rules run for `ipportal build --official` and `check --official` only: a demonstration may lack all of it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from ipportal.base.addresses import split
from ipportal.base.errors import Where
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.manuscripts import (
    REVIEWED_BY,
    REVIEWED_ON,
    REVIEWED_TEXT,
    SOURCE_HASH,
    Manuscript,
    read_manuscripts,
    translations,
)
from ipportal.data.settings import FILE
from ipportal.rules.context import Context
from ipportal.rules.pages import prose
from ipportal.rules.rule import Example, Finding, Rule

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
#: Entry of [identity], its form as published numbers show it, and an example
_NUMBERS: Final = {
    "site_id": (
        re.compile(r"(?:bm\d{8}|\d{10})", re.IGNORECASE),
        Text("网站标识码，十位数字或 bm 加八位数字", "the government site ID: ten digits, or bm and eight digits"),
    ),
    "icp": (
        re.compile(rf"[{_PROVINCES}]ICP备\d{{6,10}}号(?:-\d+)?", re.IGNORECASE),
        Text("ICP 备案号，如 鄂ICP备…号-1", "the ICP filing number, such as 鄂ICP备…号-1"),
    ),
    "public_security": (
        re.compile(rf"[{_PROVINCES}]公网安备\s?\d{{14}}号"),
        Text("公安备案号，如 鄂公网安备…号", "the public-security filing number, such as 鄂公网安备…号"),
    ),
}
#: Words that stand in for something real, in names and in contact details
_STAND_IN: Final = re.compile(
    r"示例|虚构|样例|占位|待定|待填|待补|填写|未指定|[Xx]{3,}|×{3,}|〇{3,}"
    r"|placeholder|made[- ]up|\bsample\b|to be (?:given|filled|announced|named)|no organiser|no contact"
    r"|\bTB[AD]\b|^demonstration\b[;:,]",
    re.IGNORECASE,
)
#: What pages say while the site is a demonstration
_DEMO_PROSE: Final[Mapping[Lang, re.Pattern[str]]] = {
    "zh": re.compile(r"示例部署|上线时由|正式上线时"),
    "en": re.compile(r"\bis a demonstration\b|\bdemonstration deployment\b|\bAt launch the organiser\b", re.IGNORECASE),
}
_STAND_IN_HOST: Final = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost)(?:\.|$)")
_REACHABLE: Final = re.compile(r"\S+@\S+\.\S+|\d(?:[\s-]?\d){4,}")
_YEAR: Final = timedelta(days=366)
_FILL: Final = Text("在 portal.toml 填上真实内容", "put the real text into portal.toml")


def _pages(context: Context) -> Iterator[Manuscript]:
    yield from read_manuscripts(context.root)


def _identity(context: Context) -> Iterator[Finding]:
    """A number of an official site is missing, malformed or a stand-in."""
    for key, (form, expected) in _NUMBERS.items():
        value = getattr(context.settings.identity, key) or ""
        if not form.fullmatch(value.strip()) or len(set(re.sub(r"\D", "", value))) < 3:
            yield Finding(
                Where(FILE, column=f"[identity] {key}"),
                expected,
                value,
                Text("填上备案时得到的号码", "put in the number given when the site was filed"),
            )


def _address(context: Context) -> Iterator[Finding]:
    """The public address is missing, not secure, or a stand-in."""
    url = context.settings.url
    parts = split(url)
    if parts.scheme != "https" or not parts.host or _STAND_IN_HOST.search(parts.host) or _is_ip(parts.host):
        yield Finding(
            Where(FILE, column="[site] url"),
            Text("以 https:// 开头、有域名的上线地址", "the public address: https:// and a host name"),
            url,
            Text("填上读者将看到的地址", "put in the address readers will see"),
        )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _stand_ins(context: Context) -> Iterator[Finding]:
    """portal.toml names or describes the publisher by a stand-in."""
    settings = context.settings
    texts = {
        "[site] name": settings.name,
        "[publisher] organiser": settings.organiser,
        "[publisher] contact": settings.contact,
    }
    for entry, text in texts.items():
        for lang in LANGS:
            if not text[lang].strip() or _STAND_IN.search(text[lang]):
                yield Finding(
                    Where(FILE, column=f"{entry}_{lang}"), Text("真实内容", "the real text"), text[lang], _FILL
                )


def _demo_prose(context: Context) -> Iterator[Finding]:
    """A page still says that the site is a demonstration."""
    for page in context.once(_pages):
        for number, line in enumerate(prose(page.text).split("\n"), 1):
            if found := _DEMO_PROSE[page.lang].search(line):
                yield Finding(
                    Where(page.file, number),
                    Text("正式网站的说法", "what the official site says"),
                    found.group(),
                    Text(
                        "改写这一句，写明主办单位和联系方式",
                        "rewrite the sentence: who runs the site, how to reach them",
                    ),
                )


def _contact(context: Context) -> Iterator[Finding]:
    """No way to reach the publisher is given."""
    settings = context.settings
    if any(_STAND_IN.search(settings.contact[lang]) for lang in LANGS):
        return  # told already
    if settings.contact_url and split(settings.contact_url).scheme != "https":
        found, column = settings.contact_url, "[publisher] contact_url"
    elif settings.contact_url or all(_REACHABLE.search(settings.contact[lang]) for lang in LANGS):
        return
    else:
        found, column = settings.contact.zh, "[publisher] contact_zh"
    yield Finding(
        Where(FILE, column=column),
        Text("电话、邮箱或互动页面的 https 地址", "a telephone number, a mail address or the https address of a page"),
        found,
        Text("填上有人答复的联系方式，两种语言都要有", "give a contact that answers, in both languages"),
    )


def _security(context: Context) -> Iterator[Finding]:
    """security.txt cannot be written, or would be out of date."""
    settings = context.settings
    expires, contact = settings.security_expires, settings.security_contact
    if contact and split(contact).scheme not in ("https", "mailto", "tel"):
        yield Finding(
            Where(FILE, column="[security] contact"),
            Text("以 https://、mailto: 或 tel: 开头的地址", "an address beginning with https://, mailto: or tel:"),
            contact,
            Text("例如 mailto:邮箱地址", "for example mailto: and a mail address"),
        )
    if not (contact or settings.contact_url):
        return  # no security.txt is asked for
    if expires is None or not settings.as_of < expires <= settings.as_of + _YEAR:
        yield Finding(
            Where(FILE, column="[security] expires"),
            Text("as_of 之后一年之内的日期", "a day within a year after as_of"),
            expires.isoformat() if expires else "",
            Text("写上 expires = 日期，到期前更新", "write expires = DATE and renew it before that day"),
        )


def _unreviewed(context: Context) -> Iterator[Finding]:
    """Nobody is named who read the page before publication."""
    for page in context.once(_pages):
        if not page.reviewed:
            yield Finding(
                Where(page.file, column=REVIEWED_ON if page.head.get(REVIEWED_BY) else REVIEWED_BY),
                Text("审核人和审核日期", "who reviewed the page, and when"),
                "",
                Text(
                    f"审核后运行 ipportal review --by 姓名 --on 日期 {page.file}",
                    f"after the review run: ipportal review --by NAME --on DATE {page.file}",
                ),
            )
        elif (day := _day(page.head[REVIEWED_ON])) is None or day > context.settings.as_of:
            yield Finding(
                Where(page.file, column=REVIEWED_ON),
                Text("不晚于 as_of 的日期，如 2026-11-22", "a date such as 2026-11-22, not after as_of"),
                str(page.head[REVIEWED_ON]),
                Text("改正日期，或更新 portal.toml 的 as_of", "correct the date, or as_of in portal.toml"),
            )


def _day(value: object) -> date | None:
    """The value as a day; None where it is none."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _changed(context: Context) -> Iterator[Finding]:
    """The page was changed after its review."""
    for page in context.once(_pages):
        if page.reviewed and str(page.head.get(REVIEWED_TEXT) or "") != page.fingerprint:
            yield Finding(
                Where(page.file, column=REVIEWED_TEXT),
                Text(f"审核时的文字（{page.fingerprint}）", f"the wording that was reviewed ({page.fingerprint})"),
                str(page.head.get(REVIEWED_TEXT) or ""),
                Text(
                    f"再审核一次，运行 ipportal review --by 姓名 --on 日期 {page.file}",
                    f"review it again and run: ipportal review --by NAME --on DATE {page.file}",
                ),
            )


def _stale(context: Context) -> Iterator[Finding]:
    """The English page translates an earlier Chinese wording, or does not say which."""
    for english, chinese in translations(context.once(_pages)):
        named = str(english.head.get(SOURCE_HASH) or "")
        if named != chinese.fingerprint:
            yield Finding(
                Where(english.file, column=SOURCE_HASH),
                Text(
                    f"中文现稿的校验值 {chinese.fingerprint}", f"the hash of the present Chinese, {chinese.fingerprint}"
                ),
                named,
                Text(
                    f"对照 {chinese.file} 改好英文，再运行 ipportal review --translated {english.file}",
                    f"bring the English in line with {chinese.file}, then run: "
                    f"ipportal review --translated {english.file}",
                ),
            )


RULES: Final = (
    Rule(
        "release-identity",
        Text("备案号码不全", "Filing numbers incomplete"),
        Text(
            "正式网站要有网站标识码、ICP 备案号和公安备案号；三个都填好，“示例部署”才会消失。",
            "An official site carries its site ID, ICP and public-security numbers; the word “Demonstration” goes "
            "when all three are real.",
        ),
        Example('icp = ""', 'icp = "鄂ICP备…号-1"'),
        _identity,
    ),
    Rule(
        "release-address",
        Text("没有上线地址", "No public address"),
        Text(
            "站点地图、引用格式和元标签都要写明网站地址，所以发布前必须定下来。",
            "The sitemap, citations and meta tags name the site's address, so it must be settled before a release.",
        ),
        Example('url = "http://192.0.2.1"', 'url = "https://…gov.cn"'),
        _address,
    ),
    Rule(
        "release-placeholder",
        Text("名称或联系方式是占位文字", "Stand-ins for names or contact details"),
        Text(
            "主办单位、网站名称和联系方式都要写真实的，不能留“示例”“待填”。",
            "Organiser, name of the site and contact are the real ones; nothing is left to be filled in.",
        ),
        Example("contact_zh = 上线时填写", "contact_zh = …科，027-…"),
        _stand_ins,
    ),
    Rule(
        "release-demo-prose",
        Text("页面还自称示例", "A page that still calls the site a demonstration"),
        Text(
            "正式发布前，改掉页面里“示例部署”之类的说法。",
            "Before an official release no page says that the site is a demonstration.",
        ),
        Example("这是示例部署。", "本站由……主办。"),
        _demo_prose,
    ),
    Rule(
        "release-contact",
        Text("没有能用的联系方式", "No contact that answers"),
        Text(
            "公众要能找到人：电话、邮箱，或主门户的互动页面。",
            "The public must be able to reach somebody: by telephone, by mail, or on the main portal's question page.",
        ),
        Example("contact_zh = …科", "contact_zh = …科，027-…"),
        _contact,
    ),
    Rule(
        "release-security-txt",
        Text("security.txt 不完整或过期", "security.txt incomplete or out of date"),
        Text(
            "发现漏洞的人从 security.txt 得知报给谁；它要有地址和失效日期（RFC 9116，建议一年之内）。",
            "Whoever finds a weakness reads in security.txt whom to tell; it needs an address and the day it expires "
            "(RFC 9116, within a year).",
        ),
        Example("expires = 2020-01-01", "expires = 2027-10-31"),
        _security,
    ),
    Rule(
        "page-unreviewed",
        Text("页面没有审核", "A page nobody reviewed"),
        Text(
            "每一页发布前都要有人审核，页首写明审核人和日期。只有宏的页面也要，但可以按文件夹一次登记。",
            "Somebody reads every page before it is published; the page names who and when. Pages of macros only "
            "count too, but a whole folder can be recorded at once.",
        ),
        Example("reviewed_by: ", 'reviewed_by: "…" reviewed_on: "2026-11-20"'),
        _unreviewed,
    ),
    Rule(
        "page-changed",
        Text("审核之后又改过", "Changed after its review"),
        Text(
            "审核的是当时的文字；文字改了，就要再审核一次。",
            "A review holds for the wording that was read; when the wording changes, it is read again.",
        ),
        Example("reviewed_text: 3f2a…", "reviewed_text: 9c41…"),
        _changed,
    ),
    Rule(
        "translation-stale",
        Text("英文落后于中文", "English behind the Chinese"),
        Text(
            "英文页记着它翻译的是哪一稿中文；中文改了，英文要跟上。",
            "An English page records which Chinese wording it translates; when the Chinese changes, it follows.",
        ),
        Example("source_hash: 3f2a…", "source_hash: 9c41…"),
        _stale,
    ),
)
