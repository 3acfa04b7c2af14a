"""Workbooks damaged at random in their XML, their parts and their archive, from a seed."""

import copy
import io
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import Final

from lxml import etree

#: What attributes and cells may be made to say
_VALUES: Final = (
    *(
        "",
        "0",
        "-1",
        "1",
        "999999999999",
        "2147483648",
        "NaN",
        "1e999",
        "0.5",
        "words",
        "true",
        "s",
        "inlineStr",
        "e",
        "d",
    ),
    *(
        "A1:XFD1048576",
        "XFD1048576",
        "A0",
        "#REF!",
        "[1]S!A1",
        "rId999",
        "../../x",
        "http://127.0.0.1:9/",
        "\u202e",
        "x" * 50_000,
    ),
)
_NAMES: Final = (
    *("r", "s", "t", "ref", "sqref", "min", "max", "hidden", "spans", "count", "name"),
    *("sheetId", "state", "localSheetId", "numFmtId", "xfId", "ht"),
)
_LAUGHS: Final = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
#: What a part may be replaced by
_OTHERS: Final = (
    b"",
    b"<a/>",
    b"\0" * 1000,
    b"<a>" * 30_000,
    b" " * 3_000_000,
    "<a/>".encode("utf-16"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY e0 "ha">{_LAUGHS}]><l>&e9;</l>'.encode(),
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + b"<row/>" * 200_000
    + b"</sheetData></worksheet>",
)
_MORE: Final = (
    "xl/vbaProject.bin",
    "xl/externalLinks/externalLink1.xml",
    "xl/worksheets/sheet99.xml",
    "EncryptedPackage",
)

Parts = list[tuple[str, bytes]]


def mutated(workbook: bytes, seed: int) -> bytes:
    """The workbook with up to three changes; in one of four the archive lies about itself as well."""
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    for _ in range(chance.choice((1, 1, 2, 3))):
        chance.choice((_element, _element, _element, _drop, _cut, _swap, _double, _rename, _replace, _add, _bytes))(
            parts, chance
        )
    sink = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in parts:
            archive.writestr(name, data)
    return _archive(sink.getvalue(), chance) if chance.random() < 0.25 else sink.getvalue()


def _one(parts: Parts, chance: random.Random) -> int:
    return chance.randrange(len(parts))


def _element(parts: Parts, chance: random.Random) -> None:
    at = _one(parts, chance)
    name, data = parts[at]
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return
    every = list(root.iter(etree.Element))
    one, other = chance.choice(every), chance.choice(every)
    parent, value = one.getparent(), chance.choice(_VALUES)
    match chance.randrange(8):
        case 0 if one.attrib:
            one.attrib[chance.choice(list(one.attrib))] = value
        case 1 if one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]
        case 2 if parent is not None:
            parent.remove(one)
        case 3 if parent is not None:
            parent.extend(copy.deepcopy(one) for _ in range(chance.choice((1, 3, 200))))
        case 4:
            one.text = value
        case 5:
            one.tag = other.tag
        case 6:
            one.attrib[chance.choice(_NAMES)] = value
        case _:
            deep = chance.choice((50, 2000, 20_000))
            written = etree.tostring(root)
            place = written.find(b">", chance.randrange(len(written))) + 1
            parts[at] = name, written[:place] + b"<a>" * deep + b"</a>" * deep + written[place:]
            return
    parts[at] = name, etree.tostring(root, xml_declaration=True, encoding=chance.choice(["UTF-8"] * 8 + ["UTF-16"]))


def _drop(parts: Parts, chance: random.Random) -> None:
    if len(parts) > 1:
        del parts[_one(parts, chance)]


def _cut(parts: Parts, chance: random.Random) -> None:
    at = _one(parts, chance)
    parts[at] = parts[at][0], parts[at][1][: chance.randrange(len(parts[at][1]) + 1)]


def _swap(parts: Parts, chance: random.Random) -> None:
    one, other = _one(parts, chance), _one(parts, chance)
    parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])


def _double(parts: Parts, chance: random.Random) -> None:
    parts.append((parts[_one(parts, chance)][0], chance.choice((b"", parts[_one(parts, chance)][1]))))


def _rename(parts: Parts, chance: random.Random) -> None:
    at = _one(parts, chance)
    name = parts[at][0]
    others = (f"/{name}", f"../{name}", name.upper(), f"C:\\{name}", f"{name}/", name.replace("/", "\\"), "x\0y")
    parts[at] = chance.choice(others), parts[at][1]


def _replace(parts: Parts, chance: random.Random) -> None:
    at = _one(parts, chance)
    parts[at] = parts[at][0], chance.choice(_OTHERS)


def _add(parts: Parts, chance: random.Random) -> None:
    parts.append((chance.choice(_MORE), parts[_one(parts, chance)][1]))


def _bytes(parts: Parts, chance: random.Random) -> None:
    at = _one(parts, chance)
    data = bytearray(parts[at][1])
    for _ in range(chance.randint(1, 8) if data else 0):
        data[chance.randrange(len(data))] = chance.randrange(256)
    parts[at] = parts[at][0], bytes(data)


def _archive(data: bytes, chance: random.Random) -> bytes:
    """Sizes, places, flags, methods and sums that are not true; entries that overlap."""
    changed = bytearray(data)
    listed = [found.start() for found in re.finditer(b"PK\x01\x02", data)]
    entry, end = chance.choice(listed), data.rfind(b"PK\x05\x06")
    wild = chance.choice((0, 1, len(data), 0x7FFFFFFF, 0xFFFFFFFF))
    lies: tuple[Callable[[], None], ...] = (
        lambda: struct.pack_into(
            "<I", changed, entry + 42, struct.unpack_from("<I", data, chance.choice(listed) + 42)[0]
        ),
        lambda: struct.pack_into("<I", changed, entry + chance.choice((20, 24)), wild),
        lambda: struct.pack_into("<H", changed, entry + 8, chance.choice((1, 8, 0x2000, 0xFFFF))),
        lambda: struct.pack_into("<H", changed, entry + 10, chance.choice((0, 1, 9, 12, 14, 93, 99))),
        lambda: struct.pack_into("<I", changed, entry + 16, chance.randrange(2**32)),
        lambda: struct.pack_into("<I", changed, end + chance.choice((12, 16)), wild),
        lambda: struct.pack_into("<H", changed, end + chance.choice((8, 10)), wild & 0xFFFF),
    )
    chance.choice(lies)()
    return bytes(changed)
