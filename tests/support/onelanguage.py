"""The small portal in one language: columns, entries and pages of the other one are gone."""

import csv
import io
import json
import re
import shutil
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
