"""Portals in one language: the small one without the words of the other, and what of English a site still says."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ipportal.loading import load
from ipportal.pages.stubs import missing_stubs
from support.portals import ROOT, TINY

#: What a description says under a name alone, in the main language
WORDED = ("title", "description", "label", "keywords")
OTHER = {"zh": "en", "en": "zh"}
#: A page of everything that shows both languages side by side where there are two
PAGE = """---
package: indicators
---

# {title}

{{{{ glossary("patent") }}}}
{{{{ catalogue_fields("indicators") }}}}
{{{{ dataset_preview("indicators") }}}}
{{{{ data_dictionary("indicators") }}}}
{{{{ dataset_downloads("indicators") }}}}
{{{{ dataset_citation("indicators") }}}}
{{{{ dataset_jsonld("indicators") }}}}
"""
TITLE = {"zh": "数据", "en": "Data"}
#: What tells of English where a page or a file says in which language something is
ENGLISH = re.compile(
    r'lang="en|hreflang|"@language": "en"|@en\b|"en":|_en\b|/en/|\.en\.|Read this page|\(Version|Data set'
)
#: The one thing with a name in English: the licence
LICENCE = re.compile(r'"Creative Commons Attribution 4\.0"@en|"@language": "en",\s+"@value": "Creative Commons')
#: Written by others, or no text
NOT_READ = {".png", ".ico", ".parquet", ".woff2", ".js", ".css"}
#: Folders that speak of portals in two languages too (what tells of the program), or are searched for words only
OF_THE_PROGRAM = {"pagefind", "assets", "handbook", "methods"}


def texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Everything that is text in some files, those inside archives included."""
    for name, data in files.items():
        if name.endswith((".zip", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from texts({f"{name}/{inner}": packed.read(inner) for inner in packed.namelist()})
        elif Path(name).suffix not in NOT_READ:
            yield name, data.decode()


def english_in(site: Path) -> tuple[int, dict[str, str]]:
    """How many files of a finished site in Chinese alone were read, and what of English is in each, by its path."""
    paths = [path.relative_to(site) for path in site.rglob("*") if path.is_file()]
    read = [path for path in paths if path.parts[0] not in OF_THE_PROGRAM]
    files = {path.as_posix(): (site / path).read_bytes() for path in read}
    told = {path: path for path in map(Path.as_posix, paths) if ENGLISH.search(path)}
    for name, text in texts(files):
        if found := ENGLISH.search(LICENCE.sub("", text)):
            told[name] = found.group()
    return len(read), told


def one_language(folder: Path, lang: str) -> Path:
    """Copy tests/tiny into `folder` with the words of one language only, and the pages its data ask for."""
    other = OTHER[lang]
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache"))
    shutil.rmtree(folder / "docs" / other)
    for path in folder.glob("datapackages/*/datapackage.json"):
        said = _without(json.loads(path.read_text(encoding="utf-8")), lang, other)
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    for path in folder.glob("datapackages/*/data/*.csv"):
        path.write_text(_columns(path.read_text(encoding="utf-8"), other), encoding="utf-8", newline="\n")
    settings = folder / "portal.toml"
    kept = [line for line in settings.read_text(encoding="utf-8").splitlines() if f"_{other} = " not in line]
    text = "\n".join(line for line in kept if not line.startswith("#"))
    settings.write_text(text.replace("[site]", f'[site]\nlanguages = ["{lang}"]') + "\n", encoding="utf-8")
    shutil.copyfile(ROOT / ("mkdocs.yml" if lang == "zh" else "mkdocs.en.yml"), folder / "mkdocs.yml")
    shutil.rmtree(folder / "docs" / lang / "indicators")
    pages = {
        path: after for path, (_, after) in missing_stubs(load(folder, frozenset({"page-missing"})), folder).items()
    }
    pages[f"docs/{lang}/datasets/indicators.md"] = PAGE.format(title=TITLE[lang]).encode()
    for path, text in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    return folder


def _without(said: object, lang: str, other: str) -> object:
    """A description without what it says in the other language."""
    if isinstance(said, list):
        return [_without(item, lang, other) for item in said if not _is_column(item, other)]
    if not isinstance(said, dict):
        return said
    own = {name: said[f"{name}_{lang}"] for name in WORDED if f"{name}_{lang}" in said}
    kept = {name: item for name, item in (said | own).items() if not name.endswith(f"_{other}") and name != other}
    kept = {name: item for name, item in kept.items() if name.removesuffix(f"_{lang}") not in WORDED or name in WORDED}
    return {name: _without(item, lang, other) for name, item in kept.items()}


def _is_column(item: object, other: str) -> bool:
    return isinstance(item, dict) and re.fullmatch(rf".*_{other}", str(item.get("name", ""))) is not None


def _columns(text: str, other: str) -> str:
    """A table without the columns of the other language."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    kept = [place for place, name in enumerate(header) if not name.endswith(f"_{other}")]
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([row[place] for place in kept] for row in (header, *rows))
    return sink.getvalue()
