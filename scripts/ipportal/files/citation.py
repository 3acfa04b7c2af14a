"""How to cite: GB/T 7714—2025, APA 7, BibTeX, RIS, CSL-JSON and CITATION.cff, for packages and for indicators.

The access date a citation needs is the portal's as-of date: no clock is read. Without an address in portal.toml the
citation carries none, and pages tell the reader to add the address they see.
"""

from dataclasses import replace
from datetime import date

import yaml
from jinja2 import Environment
from markupsafe import Markup

from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.periods import month_name
from ipportal.base.templates import writing_environment
from ipportal.base.text import BCP47, Lang, Text
from ipportal.data.model import Indicator, Package, Portal
from ipportal.files.identity import author, home, issued, keywords, licence, page, release_of
from ipportal.files.plainfiles import from_template, json_bytes
from ipportal.words.row_names import indicator_page


class Citation(Frozen):
    """What every style needs. `page` is the site path of the page cited; `address` is None while the portal has none.

    `key` is the citation key.
    """

    key: str
    author: Text
    title: Text
    container: Text | None
    version: str
    issued: date
    modified: date
    accessed: date
    page: str
    address: str | None
    licence: str
    keywords: tuple[str, ...]
    languages: tuple[Lang, ...] = ("zh", "en")
    doi: str = ""

    @property
    def link(self) -> str:
        """Where readers are sent: by the DOI where there is one; empty while the portal has no address either."""
        return f"https://doi.org/{self.doi}" if self.doi else self.address or ""


def package_citation(portal: Portal, package: Package) -> Citation:
    """The citation of a package as it stands: of the page of that very version, once it is released."""
    release = release_of(portal, package)
    where = page(portal.settings, home(package, release)[1])
    cited = _citation(portal, package, package.title, None, f"{package.name}-{package.version}", where)
    return replace(cited, doi=portal.settings.dois.get(release.id, "")) if release else cited


def indicator_citation(portal: Portal, indicator: Indicator) -> Citation:
    """The citation of one indicator: a part of the indicators package in its present version."""
    package = portal.home("indicators")
    key = f"{indicator.id}-{package.version}"
    shown = portal.first_page(indicator_page(indicator), page_path("dataset", package.name))
    return _citation(portal, package, indicator.name, package.title, key, page(portal.settings, shown))


def _citation(portal: Portal, package: Package, title: Text, container: Text | None, key: str, where: str) -> Citation:
    settings = portal.settings
    return Citation(
        key=f"{settings.id}-{key}",
        author=author(settings),
        title=title,
        container=container,
        version=package.version,
        issued=date.fromisoformat(issued(package)),
        modified=date.fromisoformat(package.modified),
        accessed=settings.as_of,
        page=where,
        address=f"{settings.url}/{where}" if settings.url else None,
        licence=licence(package)["name"],
        keywords=tuple(word for words in keywords(settings, package).values() for word in words),
        languages=settings.languages,
    )


def gb7714(cited: Citation, lang: Lang | None = None) -> str:
    """GB/T 7714—2025, electronic data set: author. title[DS/OL]. version. (updated)[accessed]. address.

    The standard asks for the marks `DS` (data set) and `OL` (online), the date of the last update in round brackets
    and the date of access in square ones.
    """
    return _written(writing_environment(str), "gb7714.txt", cited, lang or cited.languages[0])


def apa(cited: Citation) -> str:
    """APA 7, data set whose author publishes it: Author. (year, month day). *Title* (Version n) [Data set]. address."""
    first = sorted(cited.languages)[0]  # English where the portal has it
    return _written(writing_environment(str), "apa.txt", cited, first)


def bibtex(cited: Citation) -> str:
    """A BibTeX entry; `@misc` because classic BibTeX has no data set, biblatex reads `type` and `version`."""
    first = sorted(cited.languages)[0]  # English where the portal has it
    return _written(writing_environment(_tex), "citation.bib", cited, first)


def ris(cited: Citation) -> str:
    """A RIS record of type DATA."""
    return _written(writing_environment(str, "\r\n"), "citation.ris", cited, cited.languages[0])


def _written(words: Environment, name: str, cited: Citation, lang: Lang) -> str:
    template = words.get_template(f"described/{name}")
    return template.render(cited=cited, lang=lang, month=month_name(cited.modified), raw=Markup)


def csl(cited: Citation) -> bytes:
    """CSL-JSON 1.0.2, a list of one item of type `dataset`."""
    parts = {day: [day.year, day.month, day.day] for day in (cited.modified, cited.accessed)}
    return json_bytes(from_template("csl", cited=cited, main=cited.languages[0], tags=BCP47, parts=parts))


def cff(cited: Citation) -> str:
    """CITATION.cff 1.2.0 of type `dataset`."""
    document = from_template("cff", cited=cited, day=Markup(cited.modified.isoformat()))
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110)


def citation_files(cited: Citation, stem: str) -> dict[str, bytes]:
    """The four machine-readable styles: {stem + ending: bytes}."""
    return {
        f"{stem}.bib": bibtex(cited).encode(),
        f"{stem}.ris": ris(cited).encode(),
        f"{stem}.csl.json": csl(cited),
        f"{stem}.cff": cff(cited).encode(),
    }


def indicator_citations(portal: Portal) -> dict[str, bytes]:
    """Citation files of every indicator: `data/indicators/cite/<id>.…`."""
    files: dict[str, bytes] = {}
    for indicator in portal.indicators.values():
        files |= citation_files(indicator_citation(portal, indicator), f"data/indicators/cite/{indicator.id}")
    return files


def _tex(text: str) -> str:
    """Words as TeX shows them. BibTeX counts braces even behind a backslash, hence their names."""
    named = {"\\": "textbackslash", "{": "textbraceleft", "}": "textbraceright"}
    named |= {"~": "textasciitilde", "^": "textasciicircum"}
    return "".join(f"\\{named[c]}{{}}" if c in named else f"\\{c}" if c in "&%$#_" else c for c in text)
