"""The files of a new portal: templates below `templates/start` filled with a few answers, and empty tables.

With them goes the program itself: one wheel, and the lock that names it and all it needs by hash.

Answers go by the name of the option that gives them. A template that has nothing to say for them makes no file.
"""

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Final

from ipportal import __version__
from ipportal.base.addresses import judge
from ipportal.base.errors import catalogue_file
from ipportal.base.filenames import files_below
from ipportal.base.journal import Edits
from ipportal.base.text import LANGS, Lang, Text, in_languages
from ipportal.data.configuration import ENGINE
from ipportal.data.description import described
from ipportal.data.entries import FILE, YEARS
from ipportal.data.manuscripts import SOURCE_HASH, Manuscript, translations, with_entries
from ipportal.data.memory import SOURCES
from ipportal.data.packages import csv_bytes
from ipportal.data.plans import PlanState, completed
from ipportal.files.plainfiles import zip_files
from ipportal.files.sbom import LOCK, SOURCE
from ipportal.office.editing import slug
from ipportal.pages.stubs import stub_environment

#: The packages a portal may have, in the order its pages name them; all use the tables of the first
PACKAGES: Final = ("indicators", "plan", "cases", "recognition", "promotion", "help")
_NAME: Final = "ipportal"
_FORM: Final = "Wheel-Version: 1.0\nGenerator: ipportal\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_KEPT: Final = ("entry_points.txt", "licenses/LICENSE")
_FOLDER: Final = "start"
_ENDING: Final = ".txt"
_KNOWN: Final = catalogue_file("ipportal.office", "starting")
#: Files that a package of Python could not hold by their own name
_PLACES: Final[Mapping[str, str]] = _KNOWN["places"]
_CONFIG: Final = {"mkdocs.yml"}
#: What of a clone of the program is its portal's
_OF_PORTAL: Final = (*SOURCES, "reviews", "README.md")
_SPAN: Final = re.compile(r"[0-9]{4}-[0-9]{4}")
_DAY: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def _several(text: str) -> list[str]:
    return [each.strip() for each in re.split("[,，、]", text)]


def usual(question: str, answers: Mapping[str, str], today: Callable[[], date]) -> str:
    """What stands for an answer that nobody gives, from the answers before it."""
    name, _, lang = question.rpartition("-")
    if question in ("as-of", "plan"):
        day = answers.get("as-of") or today().isoformat()
        first = (int(day[:4]) - 1) // 5 * 5 + 1
        return day if question == "as-of" else f"{first}-{first + 4}"
    if name not in ("name", "short-name", "place", "plan-title"):
        return {"languages": "zh", "packages": "indicators,plan"}.get(question, "")
    if name == "name":
        return {"zh": f"{answers['id']}规划门户", "en": f"{answers['id'].capitalize()} Plan Portal"}[lang]
    called, years = answers[f"name-{lang}"], answers.get("plan", "").split("-")
    if name == "plan-title":
        end, plan = {"zh": ("（{}—{}年）", "规划"), "en": (", {}–{}", "Plan")}[lang]
        title = re.sub(_KNOWN["title"][lang], "", called)
        return (title if plan in title else f"{title}{'' if lang == 'zh' else ' '}{plan}") + end.format(*years)
    return called if name == "short-name" else re.sub(_KNOWN["place"][lang], "", called)


def fault(question: str, answer: str) -> str:
    """What is wrong with an answer: a variant of the words for it; empty where nothing is."""
    told = _several(answer)
    known = set(LANGS if question == "languages" else PACKAGES)
    needed = {PACKAGES[0]} if question == "packages" else set()
    wrong = {
        "id": not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", answer) or len(answer) > 40,
        "plan": not _SPAN.fullmatch(answer) or not YEARS.start < int(answer[:4]) <= int(answer[5:]) < YEARS.stop,
        "as-of": not _DAY.fullmatch(answer) or int(answer[:4]) not in YEARS,
        "url": answer and judge(answer, "site"),
    } | dict.fromkeys(("languages", "packages"), not needed <= set(told) <= known or len(set(told)) < len(told))
    if question in wrong:
        return question if wrong[question] else ""
    empty = not answer.strip() and question.rpartition("-")[0] not in ("organiser", "contact")
    # has a meaning in pages, settings or tables, and no place in a name
    return "name" if empty or re.search(r'["\\<>{}\[\]|`*\x00-\x1f]', answer) or len(answer) > 200 else ""


def new_portal(answers: Mapping[str, str], *, in_clone: bool = False) -> dict[str, bytes]:
    """Every file of the portal, by its path below the portal's root.

    In a clone of the program the clone has its own workflows, lock and rules of what is kept.
    """
    langs = tuple(sorted((lang for lang in LANGS if lang in answers["languages"]), key=answers["languages"].index))
    first, last = (int(year) for year in answers["plan"].split("-"))
    day = int(answers["as-of"][:4])
    state = PlanState.CLOSED if day > last else PlanState.DRAFTING if day < first else PlanState.RUNNING

    def text(name: str) -> Text:
        return Text.read({f"_{lang}": answers[f"{name}-{lang}"] for lang in langs}, "")

    names = ("name", "short-name", "place", "plan-title", "organiser", "contact")
    facts: dict[str, Any] = {name.replace("-", "_"): text(name) for name in names}
    facts |= {name.replace("-", "_"): answers[name] for name in ("as-of", "id", "url")}
    facts |= {"languages": list(langs), "packages": _several(answers["packages"])}
    facts |= {"state": str(state), "first": first, "last": last, "baseline": first - 1}
    facts["in_clone"] = in_clone
    files = {path: text for path, text in _filled(facts) if text.strip()}
    led = partial(_led_by, langs[0])
    found = [path for path in files if path.endswith(".json")]
    packages = {path: json.loads(files.pop(path), object_pairs_hook=led) for path in found}
    pages = []
    for path, lang in ((path, lang) for lang in langs for path in files):
        if path.startswith(f"docs/{lang}/") and path.endswith(".md"):
            pages.append(Manuscript(lang, path.removeprefix(f"docs/{lang}/"), files[path]))
    for page, original in translations(pages):
        files[page.file] = with_entries(page.text, {SOURCE_HASH: original.fingerprint})
    done = {path: text.encode() for path, text in files.items()} | ({} if in_clone else engine_files())
    done |= {name: data for path, told in packages.items() for name, data in _package(path, told, langs)}
    return {path: data for path, data in done.items() if not in_clone or path.partition("/")[0] in _OF_PORTAL}


def is_clone(root: Path) -> bool:
    """Whether a portal lies with the source of the program that runs."""
    return root.resolve() == SOURCE


def replaced(files: Mapping[str, bytes]) -> Edits:
    """What puts a new portal in the place of the one that lies with the source of the program."""
    there = (path for name in _OF_PORTAL for path in files_below(SOURCE / name) or [SOURCE / name] if path.is_file())
    before = {path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in there}
    return {path: (before.get(path), files.get(path)) for path in before.keys() | files.keys()}


def renewed(root: Path, langs: Sequence[Lang]) -> Edits:
    """The portal's settings in their present form, and what the program wrote into it as this version writes it.

    Workflows that were deleted stay so. A portal that lies with the source of the program has only settings to renew.
    """
    settings = (root / FILE).read_bytes()
    edits: dict[str, tuple[bytes | None, bytes | None]] = {FILE: (settings, _present(settings, root))}
    if is_clone(root):
        return edits
    written = {path: text.encode() for path, text in _filled({"languages": list(langs)}, _PLACES.keys() | _CONFIG)}
    fresh = {path: data for path, data in written.items() if data.strip() and path != ".gitignore"}
    there = {path: (root / path).read_bytes() for path in fresh | engine_files() if (root / path).is_file()}
    kept = {path: data for path, data in fresh.items() if path in there or path.startswith("mkdocs")}
    old = {f"{ENGINE}/{path.name}": (path.read_bytes(), None) for path in (root / ENGINE).glob(f"{_NAME}-*.whl")}
    return edits | old | {path: (there.get(path), data) for path, data in (kept | engine_files()).items()}


def _present(settings: bytes, root: Path) -> bytes:
    """Settings with one `[[plan]]` for the `[plan]` of the first edition, and the short name it did not have."""
    text = settings.decode("utf-8-sig")
    told, end = tomllib.loads(text), "\r\n" if "\r\n" in text else "\n"
    plan, site = told.get("plan"), told.get("site", {})
    if isinstance(plan, dict):
        whole = completed(plan, told.get("data", {}).get("as_of"))
        lines = end.join(["[[plan]]", f'id = "{whole["id"]}"', f'state = "{whole["state"]}"'])
        text = re.sub(r"(?m)^\[plan\][ \t]*(?=\r?$)", lines, text, count=1)
    if isinstance(site, dict) and "id" not in site:
        id = slug(str(site.get("short_name_en", ""))) or slug(root.resolve().name) or "portal"
        text = re.sub(r"(?m)^\[site\][ \t]*(?=\r?$)", f'[site]{end}id = "{id}"', text, count=1)
    return text.encode() if text != settings.decode("utf-8-sig") else settings


def _filled(facts: Mapping[str, Any], only: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    environment = stub_environment().overlay(trim_blocks=True, lstrip_blocks=True)
    for name in sorted(environment.list_templates(filter_func=lambda name: name.startswith(f"{_FOLDER}/"))):
        path = name.removeprefix(f"{_FOLDER}/").removesuffix(_ENDING)
        if only and path not in only:
            continue
        if page := re.fullmatch(r"docs/(.+)\.(zh|en)\.md", path):
            if page[2] not in facts["languages"]:
                continue
            path = f"docs/{page[2]}/{page[1]}.md"
        path = _PLACES.get(path, path).format(second=facts["languages"][-1])
        yield path, environment.get_template(name).render(facts)


def _package(path: str, told: dict[str, Any], langs: tuple[Lang, ...]) -> Iterator[tuple[str, bytes]]:
    """The description of a package in the portal's languages, and its tables with the rows they begin with."""
    rows = {resource["name"]: resource.pop("rows", []) for resource in told["resources"]}
    said = in_languages(told, langs)
    yield path, (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
    complete, _ = described(said, langs)
    for resource in (complete or {})["resources"]:
        header = [field["name"] for field in resource["schema"]["fields"]]
        yield path.replace("datapackage.json", resource["path"]), csv_bytes(header, rows[resource["name"]])


def _led_by(main: Lang, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A part of a description whose words under a name alone are those of the main language."""
    told = dict(pairs)
    english = [name for name in told if main == "en" and f"{name}_en" in told]
    moved = {f"{name}_zh": told[name] for name in english} | {name: told.pop(f"{name}_en") for name in english}
    return told | moved


def engine_files() -> dict[str, bytes]:
    """The lock and the wheel of the program that runs, by their paths below a portal's root."""
    path, data = f"{ENGINE}/{_NAME}-{__version__}-py3-none-any.whl", wheel()
    return {LOCK: _lock() + f"./{path} --hash=sha256:{hashlib.sha256(data).hexdigest()}\n".encode(), path: data}


def wheel() -> bytes:
    """The program as a wheel, whether it was installed from one or runs from its source; the same each time."""
    package = Path(str(resources.files(_NAME)))
    info, told = f"{_NAME}-{__version__}.dist-info", metadata.distribution(_NAME)
    about = re.sub(r"(?m)^Version: .*$", f"Version: {__version__}", told.read_text("METADATA") or "")
    files = {f"{info}/{name}": (told.read_text(name) or "").encode() for name in _KEPT}
    files |= {f"{info}/METADATA": about.encode(), f"{info}/WHEEL": _FORM.encode()}
    # made by running the program, or notes of those who write it
    files |= {
        f"{_NAME}/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and not set(path.parts) & {"__pycache__", ".changes"}
    }
    files[f"{_NAME}-{__version__}.data/data/share/{_NAME}/{LOCK}"] = _lock()
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(data).digest()) for name, data in files.items()}
    lines = [f"{name},sha256={digests[name].decode().rstrip('=')},{len(files[name])}" for name in sorted(files)]
    return zip_files(files | {f"{info}/RECORD": "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()})


def _lock() -> bytes:
    """The lock of the program: beside its source, or where its wheel puts it."""
    if (SOURCE / LOCK).is_file():
        return (SOURCE / LOCK).read_bytes()
    told = metadata.files(_NAME) or ()
    return next((Path(str(file.locate())) for file in told if file.name == LOCK), SOURCE / LOCK).read_bytes()
