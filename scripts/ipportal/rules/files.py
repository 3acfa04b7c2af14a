"""Are the files there, and can they be read? Everything else waits for the answer."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.data.packages import DESCRIPTOR, FOLDER, RawPackage, RawTable
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule

_BOM: Final = b"\xef\xbb\xbf"
_MAGIC: Final = (
    (b"PK\x03\x04", "Excel .xlsx"),
    (b"\xd0\xcf\x11\xe0", "Excel .xls"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_SAVE_AS: Final = Text(
    "用 WPS 或 Excel 打开，另存为“CSV UTF-8（逗号分隔）”，再用记事本另存一次，编码选“UTF-8”",
    "open it in WPS or Excel and save it as “CSV UTF-8”, then save it once more in Notepad with encoding “UTF-8”",
)
_SAVE_JSON: Final = Text("用记事本打开，另存为，编码选“UTF-8”", "open it in Notepad and save it with encoding “UTF-8”")
_RESTORE: Final = Text("从上一版恢复这个文件", "restore this file from the last version")


def encoding_of(data: bytes) -> str:
    """Name the encoding bytes seem to be in when they are not UTF-8 text; empty when they are."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if b"\0" in data[:200]:
        return "UTF-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "" if _mostly_utf8(data) else _legacy(data)
    return ""


def _mostly_utf8(data: bytes) -> bool:
    """True for UTF-8 text with a few damaged bytes: whole characters outnumber the broken ones."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(ord(char) > 127 for char in text) - broken > broken


def _legacy(data: bytes) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "GBK"


def _missing_folder(context: Context) -> Iterator[Finding]:
    """There is no package of indicators, the one the portal cannot do without."""
    if not any(package.name == "indicators" for package in context.packages):
        yield Finding(
            Where(f"{FOLDER}/indicators"),
            Text("指标数据包的文件夹", "the folder of the indicators package"),
            "",
            _where_is_folder(context),
        )


def _where_is_folder(context: Context) -> Text:
    for package in context.packages:
        if package.descriptor and package.descriptor.get("name") == "indicators":
            return Text(
                f"文件夹 {package.name} 的说明写着 indicators：把文件夹改回 indicators",
                f"the folder {package.name} says it is indicators: rename the folder indicators",
            )
    return Text(
        "检查文件夹是不是改了名或被移走；从上一版恢复", "see whether the folder was renamed or moved; restore it"
    )


def _missing_descriptor(context: Context) -> Iterator[Finding]:
    """A package folder has no datapackage.json."""
    for package in context.packages:
        if package.descriptor is None and not package.fault:
            yield Finding(
                Where(package.file),
                Text(f"数据包的说明文件 {DESCRIPTOR}", f"the package's description {DESCRIPTOR}"),
                "",
                Text(
                    "从上一版恢复；如果这个文件夹不是数据包，就移出 datapackages",
                    "restore it; if the folder is no package, move it out of datapackages",
                ),
            )


def _broken_descriptor(context: Context) -> Iterator[Finding]:
    """A datapackage.json cannot be read."""
    for package in context.packages:
        if package.descriptor is None and package.fault:
            yield _descriptor_fault(package)


def _descriptor_fault(package: RawPackage) -> Finding:
    data = (package.folder / DESCRIPTOR).read_bytes()
    expected = Text("可以读取的 JSON 文件（UTF-8 编码）", "a readable JSON file in UTF-8")
    if encoding := encoding_of(data):
        return Finding(Where(package.file), expected, encoding, _SAVE_JSON)
    text = data.decode("utf-8", errors="replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.splitlines() or [""]
        number = min(error.lineno, len(lines))
        return Finding(
            Where(package.file, number),
            expected,
            lines[number - 1].strip(),
            Text(
                "检查这一行和上一行：逗号、引号、括号是不是多了、少了，或成了全角",
                "look at this line and the one above: a comma, quote or bracket is missing, surplus or full-width",
            ),
        )
    return Finding(Where(package.file), expected, text.strip()[:40], _RESTORE)


def _missing_file(context: Context) -> Iterator[Finding]:
    """A table the descriptor lists has no file."""
    for package in context.packages:
        for table in package.tables:
            if table.data is None:
                yield Finding(Where(table.file), Text("一个 CSV 文件", "a CSV file"), "", _where_is_it(package, table))


def _where_is_it(package: RawPackage, table: RawTable) -> Text:
    wanted = Path(table.file).name
    folder = (package.folder / str(table.resource["path"])).parent
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.stem.lower() == Path(wanted).stem.lower():
            return Text(f"文件夹里有 {path.name}：改名为 {wanted}", f"the folder holds {path.name}: rename it {wanted}")
    return Text(
        f"从上一版恢复；如果不再发布这张表，从 {package.file} 删去它的说明",
        f"restore it; if the table is no longer published, delete its entry from {package.file}",
    )


def _unlisted_file(context: Context) -> Iterator[Finding]:
    """A file lies among the tables that the descriptor does not know."""
    for package in context.packages:
        if not package.tables:
            continue  # the description is told by its own rules
        known = {context.root / table.file for table in package.tables}
        for path in sorted((package.folder / "data").glob("*")):
            if path not in known and not any(p.stem.lower() == path.stem.lower() and not p.exists() for p in known):
                yield Finding(
                    Where(path.relative_to(context.root).as_posix()),
                    Text(f"{package.file} 里列出的文件", f"a file listed in {package.file}"),
                    path.name,
                    Text(
                        "临时文件或备份请移走；新的表要先写进说明文件", "move copies away; describe a new table first"
                    ),
                )


def _encoding(context: Context) -> Iterator[Finding]:
    """A CSV is not UTF-8 text: an old Windows encoding, UTF-16, or a workbook with the wrong name."""
    for table in _with_data(context):
        data = table.data or b""
        expected = Text("UTF-8 编码的 CSV 文本", "CSV text in UTF-8")
        if encoding := encoding_of(data):
            yield Finding(Where(table.file), expected, encoding, _SAVE_AS)
            continue
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            yield Finding(
                Where(table.file, line),
                expected,
                data.split(b"\n")[line - 1].decode("utf-8", errors="replace"),
                Text("这一行有损坏的字，对照来源重打", "this line holds damaged characters; type them again"),
            )


def _empty(context: Context) -> Iterator[Finding]:
    """A CSV holds nothing at all, not even its header."""
    for table in _with_data(context):
        if not (table.data or b"").removeprefix(_BOM).strip():
            yield Finding(Where(table.file), Text("表头和数据行", "a header and rows"), "", _RESTORE)


def _bom(context: Context) -> Iterator[Finding]:
    """A CSV starts with an invisible byte-order mark."""
    for table in _with_data(context):
        if (table.data or b"").startswith(_BOM):
            yield Finding(
                Where(table.file, 1),
                Text("不带 BOM 标记的 UTF-8", "UTF-8 without a byte-order mark"),
                "\ufeff",
                Text(
                    "用记事本打开，另存为，编码选“UTF-8”（不选“带有 BOM 的 UTF-8”）",
                    "open it in Notepad and save it with encoding “UTF-8”, not “UTF-8 with BOM”",
                ),
            )


def _line_ends(context: Context) -> Iterator[Finding]:
    """Lines end with the two characters of Windows."""
    for table in _with_data(context):
        data = table.data or b""
        if b"\r" in data and not encoding_of(data):
            yield Finding(
                Where(table.file, data.count(b"\n", 0, data.index(b"\r")) + 1),
                Text("只用换行符（LF）结束的行", "lines that end with a line feed (LF) only"),
                "\r\n" if b"\r\n" in data else "\r",
                Text(
                    "在编辑器里把行尾改为 LF（VS Code：点右下角“CRLF”，选“LF”，保存）",
                    "set line endings to LF (VS Code: click “CRLF” at the bottom right, choose “LF”, save)",
                ),
            )


def _quotes(context: Context) -> Iterator[Finding]:
    """A quotation mark is opened and never closed, so that the rest of the file runs into one cell."""
    for table in _with_data(context):
        try:
            text = (table.data or b"").decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        start = 1
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            for _ in reader:
                start = reader.line_num + 1
        except csv.Error:
            yield Finding(
                Where(table.file, start),
                Text("成对的英文双引号", "double quotes in pairs"),
                text.splitlines()[start - 1],
                Text(
                    '补上或删去一个英文双引号；文字里要用引号时写中文引号“ ”，或把 " 写两遍',
                    'add or delete a double quote; inside text use “ ” or write " twice',
                ),
            )


def _truncated(context: Context) -> Iterator[Finding]:
    """The last line has no end: the file was cut off while saving or copying."""
    for table in _with_data(context):
        data = table.data or b""
        if data.strip() and not data.endswith((b"\n", b"\r")) and not encoding_of(data):
            lines = data.decode("utf-8", errors="replace").split("\n")
            yield Finding(
                Where(table.file, len(lines)),
                Text("完整的最后一行，末尾有换行", "a whole last line that ends with a line break"),
                lines[-1],
                Text(
                    "文件可能没有存完：对照上一版补齐这一行和后面的行，末尾按一次回车",
                    "the file may have been cut off: compare with the last version, complete this line and any after "
                    "it, and press Enter at the end",
                ),
            )


def _with_data(context: Context) -> Iterator[RawTable]:
    return (table for package in context.packages for table in package.tables if table.data is not None)


RULES: Final = (
    Rule(
        "folder-missing",
        Text("缺少指标数据包", "The indicators package is missing"),
        Text(
            "门户的一切都从 datapackages/indicators 读起。",
            "Everything the portal shows starts from datapackages/indicators.",
        ),
        Example("datapackages/indicator/", "datapackages/indicators/"),
        _missing_folder,
    ),
    Rule(
        "descriptor-missing",
        Text("缺少说明文件", "A package without its description"),
        Text("每个数据包文件夹都要有 datapackage.json。", "Every package folder needs a datapackage.json."),
        Example("datapackages/cases/data/", "datapackages/cases/datapackage.json"),
        _missing_descriptor,
    ),
    Rule(
        "descriptor-broken",
        Text("说明文件读不出来", "A description that cannot be read"),
        Text(
            "datapackage.json 里少一个逗号、引号成了全角，都会读不出来。",
            "A lost comma or a full-width quote makes datapackage.json unreadable.",
        ),
        Example('"name"：“cases”', '"name": "cases"'),
        _broken_descriptor,
    ),
    Rule(
        "file-missing",
        Text("缺少数据文件", "A table without its file"),
        Text(
            "说明文件列出的每张表都要有 CSV 文件，文件名一字不差。",
            "Every table listed needs its CSV file, exactly named.",
        ),
        Example("data/Sources.csv", "data/sources.csv"),
        _missing_file,
        "table",
    ),
    Rule(
        "file-unlisted",
        Text("多出来的文件", "A file nobody listed"),
        Text("data 文件夹里只放说明文件列出的表。", "The data folder holds the listed tables and nothing else."),
        Example("data/sources（副本）.csv", "data/sources.csv"),
        _unlisted_file,
    ),
    Rule(
        "file-encoding",
        Text("编码不是 UTF-8", "Not UTF-8"),
        Text(
            "Excel 直接“另存为 CSV”会得到 GBK，别的电脑上就是乱码。",
            "Excel's plain “save as CSV” gives GBK, which other computers show as garbage.",
        ),
        Example("GBK", "UTF-8"),
        _encoding,
        "table",
    ),
    Rule(
        "file-empty",
        Text("文件是空的", "An empty file"),
        Text("没有数据的表也要保留表头。", "A table without rows keeps its header."),
        Example("", "id,name_zh,name_en"),
        _empty,
        "table",
    ),
    Rule(
        "file-bom",
        Text("开头有 BOM 标记", "A byte-order mark at the start"),
        Text(
            "BOM 是看不见的三个字节，会让别的软件把第一列的列名认错。",
            "Three invisible bytes that make other software misread the first column's name.",
        ),
        Example("⟨BOM⟩id,name_zh", "id,name_zh"),
        _bom,
        "nothing",
    ),
    Rule(
        "file-line-ends",
        Text("行尾不是 LF", "Line endings other than LF"),
        Text("统一用 LF，改一行就只显示一行的差别。", "With LF throughout, changing one line shows as one line."),
        Example("zone,1443␍␊", "zone,1443␊"),
        _line_ends,
        "nothing",
    ),
    Rule(
        "quote-unbalanced",
        Text("引号不成对", "An unbalanced quotation mark"),
        Text(
            "少一个英文双引号，后面的行会全部并进一个格子。",
            "Without its partner a double quote swallows all lines after it.",
        ),
        Example('"说明，未完', '"说明，未完"'),
        _quotes,
        "table",
    ),
    Rule(
        "file-truncated",
        Text("文件没有存完", "A file cut off"),
        Text("最后一行没有换行，多半是复制或保存时断了。", "A last line without an end usually means a broken copy."),
        Example("zone,2021,pla", "zone,2021,plan,1443␊"),
        _truncated,
        "row",
    ),
)
