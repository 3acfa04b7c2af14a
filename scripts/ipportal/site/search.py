"""The search index of the finished tree, made by Pagefind: the only module that knows it.

Chinese is set apart character by character, so that any word in it is found. What is only found when asked for (the
handbook, tables of columns) has the weight 0; a part of a page that is such is indexed as a page of its own.

Before Pagefind the dialog asks a small list for each language, made from the finished index: it leads from what people
type to what the pages say, and knows every title and heading, so that the right section comes first.
"""

import gzip
import hashlib
import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

from opencc import OpenCC
from pypinyin import lazy_pinyin

from ipportal.base import processes
from ipportal.base.errors import Problem, SiteError, Where
from ipportal.base.text import BCP47, Lang, Text
from ipportal.base.writing import write_staged
from ipportal.data.manuscripts import Words
from ipportal.pages.help import Answer

#: Mandarin under a tag of its own: Pagefind then takes the text as it comes, without its dictionary of Chinese words,
#: which cuts sentences differently from the dictionaries in browsers
LANG: Final = "cmn-Hans"
_CHINESE: Final = f'<html lang="{BCP47["zh"]}"'

_HAN: Final = "㐀-鿿豈-﫿"
#: One Chinese character with the marks after it, or a run of anything else
_UNIT: Final = re.compile(rf"[{_HAN}][^\w\s]*|[^\s{_HAN}]+|\s+")
_ONE: Final = re.compile(rf"[{_HAN}]")
#: Tags, and elements whose text is no text; everything between them is read
_ASKED: Final = re.compile(r"<!--asked-->(.*?)<!--/asked-->", re.DOTALL)
_KIND: Final = re.compile(r'<span hidden data-pagefind-filter="kind:[^>]*></span>')
_TITLE: Final = re.compile(r"<h1\b.*?</h1>", re.DOTALL)
_MARKUP: Final = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)


def as_indexed(page: str) -> str | None:
    """A finished page for the index, None when it is not meant to be found.

    Words of neighbouring parts, which only the style keeps apart, get a space. In a Chinese page any two characters of
    the main part have a space between them, and its language is `LANG`.
    """
    if "data-pagefind-body" not in page:
        return None
    head, main, body = page.partition("<main")
    return head.replace(_CHINESE, f'<html lang="{LANG}"', 1) + "".join(_pieces(main + body, _CHINESE in head))


def _pieces(html: str, chinese: bool) -> Iterator[str]:
    last, tags, start = "", 0, 0
    for tag in (*_MARKUP.finditer(html), None):
        text = html[start : tag.start() if tag else len(html)]
        if text:
            # one tag may stand inside a word (<b>I</b>P), two do not: one part ended and another began
            if text[0].isalnum() and last.isalnum() and (tags > 1 or (chinese and _ONE.search(last + text[0]))):
                yield " "
            yield apart(text) if chinese else text
            last, tags = text[-1], 0
        if tag:
            yield tag[0]
            start = tag.end()
            tags += 1


def apart(text: str) -> str:
    """A space between any two Chinese characters, and between Chinese and other writing."""
    if not _ONE.search(text):
        return text
    return re.sub(r"\s{2,}", " ", " ".join(_UNIT.findall(text)))


FOLDER: Final = "pagefind"
#: After its head every file of an index is one value in CBOR (RFC 8949)
_ARRAY: Final = 4
_TEXT: Final = 3


def index(
    site: Path, words: Words, answers: Mapping[Lang, Sequence[Answer]] | None = None, *, keep_index_url: bool = False
) -> None:
    """Write the index of all pages of `site` into `site/pagefind/`: the same bytes for the same pages.

    What is asked before it (see `word_list`) lies beside it as `words.<lang>.json`, and `answers.<lang>.json` with the
    lines above the hits, each the values of an `Answer`.
    With `keep_index_url` results lead to `…/index.html`, for places that know no folder indexes.

    Raises:
        SiteError: Pagefind did not index the pages.
    """
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=".search-") as reading:
        for path in sorted(site.rglob("*.html")):
            for name, text in _parted(path.name, path.read_text(encoding="utf-8")):
                if (page := as_indexed(text)) is not None:
                    write_staged(reading / path.relative_to(site).with_name(name), page)
        _run(Path(reading), site / FOLDER, keep_index_url)
    folder = site / FOLDER
    # ready-made user interfaces that come along; this site has its own
    for pattern in ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js"):
        for file in folder.glob(pattern):
            file.unlink()
    _put_in_order(folder)
    for lang, pairs in words.items():
        fragments = (folder / "fragment").glob(f"{LANG.lower() if lang == 'zh' else lang}_*")
        lines = [[*astuple(answer)] for answer in (answers or {}).get(lang, ())]
        for name, found in (("words", word_list(fragments, lang, pairs)), ("answers", lines)):
            text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
            write_staged(folder / f"{name}.{lang}.json", text)


def _parted(name: str, page: str) -> Iterator[tuple[str, str]]:
    """The page without the parts that are found only when asked for, and those under its title, by their file names."""
    yield name, _ASKED.sub("", page)
    if asked := _ASKED.findall(page):
        head, main, body = page.partition("<main")
        opening = body[: body.index(">") + 1]
        kept = [found[0] for pattern in (_KIND, _TITLE) if (found := pattern.search(body))]
        weight = '<span hidden data-pagefind-filter="weight:0"></span>'
        yield ASKED, "".join((head, main, opening, weight, *kept, *asked, "</main>"))


def _run(reading: Path, folder: Path, keep_index_url: bool) -> None:
    environment = os.environ | ({"PAGEFIND_KEEP_INDEX_URL": "true"} if keep_index_url else {})
    command = [sys.executable, "-m", "pagefind", "--site", str(reading), "--output-path", str(folder), "--silent"]
    result = processes.run(command, environment)
    if result.returncode != 0 or not (folder / "pagefind-entry.json").is_file():
        lines = [line.strip() for line in (result.stdout + result.stderr).splitlines() if line.strip()]
        # of a Python program that could not start, the last line tells why
        said = " / ".join(lines[-1:] if "Traceback" in result.stderr else lines)
        hint = Text("重新安装依赖，再运行一次", "install the requirements again and run once more")
        raise SiteError([Problem("site-search", Where(FOLDER), Text("搜索索引", "the search index"), said, hint)])


def _put_in_order(folder: Path) -> None:
    """Put the values of each filter and the languages in order, cut the index into smaller chunks, and rename.

    Pagefind 1.5 writes values in the order of a hash table, which differs from run to run. Files are named after their
    content, so the list of files and the entry file that names it change with them.
    """
    renamed: dict[bytes, bytes] = {}
    for file in sorted((folder / "filter").glob("*.pf_filter")):
        renamed |= _rewrite(file, in_order(_content(file)))
    for file in sorted(folder.glob("pagefind.*.pf_meta")):
        version, pages, _, filters, *more = _values(_exchange(_content(file), renamed))
        chunks = list(_smaller(folder / "index", file.name.split(".")[1]))
        renamed |= _rewrite(file, HEAD + _encoded([version, pages, chunks, _sorted(filters), *more]))
    entry = folder / "pagefind-entry.json"
    facts = json.loads(_exchange(entry.read_bytes(), renamed))
    # browsers look for the language the pages themselves name
    languages = {BCP47["zh"].lower() if lang == LANG.lower() else lang: of for lang, of in facts["languages"].items()}
    facts["languages"] = languages
    write_staged(entry, json.dumps(facts, ensure_ascii=False, sort_keys=True))


def _smaller(folder: Path, name: str) -> Iterator[list[str]]:
    """Cut the index of a language anew; gives what the list of files says of each chunk: first word, last, name."""
    language = name.rpartition("_")[0]
    words: list[tuple[str, bytes]] = []
    for file in sorted(folder.glob(f"{language}_*.pf_index")):
        words += _items(_content(file))
        file.unlink()
    chunk: list[tuple[str, bytes]] = []
    size = 0
    for word, item in (*sorted(words), ("", b"")):
        # bytes of a chunk of the index before compression: a query fetches those of its words, and little beside them
        if chunk and (not item or size + len(item) > 6000):
            content = HEAD + _start(_ARRAY, 1) + _start(_ARRAY, len(chunk)) + b"".join(each for _, each in chunk)
            of = f"{language}_{hashlib.sha256(content).hexdigest()[:10]}"
            write_staged(folder / f"{of}.pf_index", gzip.compress(content, mtime=0))
            yield [chunk[0][0], chunk[-1][0], of]
            chunk, size = [], 0
        chunk.append((word, item))
        size += len(item)


def _items(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The words of a chunk of the index, each with its item as it is written."""
    _, _, start = _head(content, len(HEAD))
    _, count, start = _head(content, start)
    for _ in range(count):
        item, end = _decoded(content, start)
        yield item[0], content[start:end]
        start = end


def _content(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def _rewrite(file: Path, content: bytes) -> dict[bytes, bytes]:
    """Write `content` under a name made from it; gives the old and the new name, of the same length."""
    old = file.name.removeprefix("pagefind.").rsplit(".", 1)[0]
    language, digest = old.rsplit("_", 1)
    new = f"{language}_{hashlib.sha256(content).hexdigest()[: len(digest)]}"
    file.unlink()
    write_staged(file.with_name(file.name.replace(old, new)), gzip.compress(content, mtime=0))
    return {old.encode(): new.encode()}


def _exchange(content: bytes, renamed: dict[bytes, bytes]) -> bytes:
    for old, new in renamed.items():
        content = content.replace(old, new)
    return content


def in_order(content: bytes) -> bytes:
    """A filter file, `[name, [[value, [page, …]], …]]`, with its values in order."""
    values = _values(content) if content.startswith(HEAD) else []
    if len(values) != 2 or not isinstance(values[1], list):
        raise ValueError("not a filter file of this Pagefind")
    return HEAD + _encoded([values[0], _sorted(values[1])])


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=_encoded)


def _values(content: bytes) -> list[Any]:
    """What a file of an index holds."""
    found: list[Any] = _decoded(content, len(HEAD))[0]
    return found


def _decoded(content: bytes, start: int) -> tuple[Any, int]:
    """The CBOR item at `start`, a whole number, a text or an array of them, and where it ends."""
    kind, argument, start = _head(content, start)
    if kind == _TEXT:
        return content[start : start + argument].decode(), start + argument
    if kind != _ARRAY:
        return -1 - argument if kind else argument, start
    items = []
    for _ in range(argument):
        item, start = _decoded(content, start)
        items.append(item)
    return items, start


def _head(content: bytes, start: int) -> tuple[int, int, int]:
    """Major type and argument of the item at `start`, and where what follows begins."""
    kind, argument, start = content[start] >> 5, content[start] & 31, start + 1
    if argument >= 24:
        width = 1 << (argument - 24)
        argument, start = int.from_bytes(content[start : start + width]), start + width
    return kind, argument, start


def _encoded(value: Any) -> bytes:
    if isinstance(value, str):
        return _start(_TEXT, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _start(_ARRAY, len(value)) + b"".join(map(_encoded, value))
    return _start(0, value) if value >= 0 else _start(1, -1 - value)


def _start(kind: int, argument: int) -> bytes:
    """How a CBOR item of this major type and argument starts."""
    if argument < 24:
        return bytes([kind << 5 | argument])
    width = next(power for power in range(4) if argument < 1 << (8 << power))
    return bytes([kind << 5 | 24 + width]) + argument.to_bytes(1 << width)


#: Every file of an index starts with this
HEAD: Final = b"pagefind_dcd"
#: The file that holds the part of a page which is found only when asked for
ASKED: Final = "asked.html"
_CATALOGUE: Final = Path(__file__).parent / "catalogue" / "search.toml"


def word_list(fragments: Iterable[Path], lang: Lang, words: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The list. `fragments`: what Pagefind keeps of each page; `words`: (typed, written).

    `words` holds [written, typed, …], `kinds` the kinds of page, `pages` [file, weight, place in `kinds`, number of
    words, title, heading, …]; what is only found when asked for weighs 0 and has no headings. Chinese has `folds` and
    `sounds`, which lead from other writings to its own.
    """
    data = {file: json.loads(_content(file).removeprefix(HEAD)) for file in fragments}
    files = sorted(data, key=lambda file: str(data[file]["url"]))
    kinds = sorted({kind for each in data.values() for kind in each["filters"].get("kind", [""])})
    pages = [_page(file, data[file], kinds) for file in files]
    known: dict[str, list[str]] = {}
    for typed, written in words:
        known.setdefault(written, []).append(typed)
    listed: dict[str, Any] = {
        "words": [[written, *typed] for written, typed in known.items()],
        "kinds": kinds,
        "pages": pages,
        **tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))[lang],
    }
    if lang == "zh":
        texts = [*(text for pair in words for text in pair), *(text for page in pages for text in page[4:])]
        listed |= {"folds": _folds(texts), "sounds": _sounds(texts)}
    return listed


def _page(file: Path, data: dict[str, Any], kinds: Sequence[str]) -> list[Any]:
    weight = float(data["filters"].get("weight", ["1"])[0])
    heads = [_plain(anchor["text"]) for anchor in data["anchors"] if anchor["element"] in ("h2", "h3") and weight]
    kind = kinds.index(data["filters"].get("kind", [""])[0])
    return [file.stem, weight, kind, data["word_count"], _plain(data["meta"]["title"]), *filter(None, heads)]


def _plain(text: str) -> str:
    """Text of the index as it stands on the page: the index has spaces between Chinese characters."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text).strip()


def _folds(texts: Sequence[str]) -> list[str]:
    """Traditional characters and what they are in the simplified script: two texts of the same length."""
    used = set("".join(texts))
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    converter = OpenCC("t2s")
    pairs = [(one, new) for one in every if (new := converter.convert(one)) != one and new in used and len(new) == 1]
    return ["".join(one for one, _ in pairs), "".join(new for _, new in pairs)]


def _sounds(texts: Iterable[str]) -> str:
    """Each syllable (without tone, ü as v) followed by the characters that have it in these texts."""
    sounds: dict[str, set[str]] = {}
    for run in {run for text in texts for run in re.findall(rf"[{_HAN}]+", text)}:
        for character, sound in zip(run, lazy_pinyin(run), strict=True):
            sounds.setdefault(sound, set()).add(character)
    return " ".join(sound + "".join(sorted(characters)) for sound, characters in sorted(sounds.items()))
