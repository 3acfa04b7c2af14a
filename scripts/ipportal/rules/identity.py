"""Do descriptions, releases and the files on citation and licence speak of this portal, and not of another one?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ipportal.base.errors import DataError, Where
from ipportal.data.ledger import FOLDER, frozen_descriptors, read_ledger
from ipportal.data.packages import DESCRIPTOR
from ipportal.rules.rule import Context, Finding, Rule

#: Files beside portal.toml that name the portal to whoever uses its data
NAMING: Final = ("CITATION.cff", "LICENSE-DATA")


def _foreign(context: Context) -> Iterator[Finding]:
    """A file names another portal, area or publisher than portal.toml, or a release is of a package nobody has here."""
    settings = context.settings
    for name in NAMING:
        path = context.root / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else settings.name.zh
        if not any(settings.name[lang] in text for lang in settings.languages):
            yield Finding(Where(name), "", name=settings.name)
    for raw in context.packages:
        yield from _area(context, raw.file, raw.descriptor or {})
    try:
        releases = read_ledger(context.root)
    except DataError:
        return  # told with the ledger
    publishers = (settings.organiser.zh, settings.organiser.en, *settings.former_organisers)
    present = {package.name for package in context.packages}
    for (package, version), frozen in frozen_descriptors(context.root, releases).items():
        file = f"{FOLDER}/{package}/{version}/{DESCRIPTOR}"
        if package not in present:
            yield Finding(Where(file), package, "package")
        told = {str(name) for name in frozen.get("publisher", {}).values() if name}
        if told and not told & set(publishers):
            yield Finding(Where(file, column="publisher"), " / ".join(sorted(told)), "publisher")
        yield from _area(context, file, frozen)


def _area(context: Context, file: str, descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    code, own = descriptor.get("spatial", {}).get("code"), context.settings.area_code
    if own and code and code != own:
        yield Finding(Where(file, column="spatial › code"), code, "area", code=own)


RULES: Final = (Rule("identity-foreign", _foreign, "nothing"),)
