"""schema.org descriptions as JSON-LD, for the dataset pages and for search engines that list data sets.

Takes what Google Dataset Search asks for: name and description (required), licence, creator, identifier, keywords,
dates, coverage, measured variables, free access, distributions with address and media type, catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipportal.base.text import BCP47, LANGS, Lang
from ipportal.data.model import Package, Portal
from ipportal.files.descriptor import sha256
from ipportal.files.identity import (
    CATALOGUE,
    address,
    author,
    dataset_page,
    issued,
    keywords,
    licence,
    page,
    page_file,
    pair,
)
from ipportal.files.media import file_format, is_distribution, media_type


def dataset_jsonld(portal: Portal, package: Package, files: Mapping[str, bytes], lang: Lang) -> dict[str, Any]:
    """The description of a package for its page in one language; addresses are relative to that page.

    `files` are the published files of the package.
    """
    settings = portal.settings
    here = page_file(settings, f"datasets/{package.name}", lang)
    source = package.descriptor
    other: Lang = "en" if lang == "zh" else "zh"
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{address(settings, dataset_page(settings, package), here)}#dataset",
        "name": package.title[lang],
        "alternateName": package.title[other],
        "description": package.description[lang],
        "url": address(settings, dataset_page(settings, package, lang), here),
        "identifier": package.name,
        "version": package.version,
        "inLanguage": [BCP47[each] for each in LANGS],
        "keywords": keywords(package)[lang],
        "license": licence(package)["path"],
        "isAccessibleForFree": True,
        "datePublished": issued(portal, package),
        "dateModified": package.modified,
        "creator": _organisation(author(settings)[lang]),
        "publisher": _organisation(settings.organiser[lang]),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": settings.name[lang],
            "url": address(settings, CATALOGUE, here),
        },
    }
    if "temporal" in source:
        found["temporalCoverage"] = f"{source['temporal']['start']}/{source['temporal']['end']}"
    if "spatial" in source:
        found["spatialCoverage"] = {"@type": "Place", "name": pair(source["spatial"])[lang]}
        if "code" in source["spatial"]:
            found["spatialCoverage"]["identifier"] = source["spatial"]["code"]
    found["variableMeasured"] = _variables(package, lang)
    found["distribution"] = [
        {
            "@type": "DataDownload",
            "name": f"{path.rsplit('/', 1)[-1]} ({file_format(path)[0]})",
            "contentUrl": address(settings, path, here),
            "encodingFormat": media_type(path),
            "contentSize": f"{len(data)} B",
            "sha256": sha256(data),
        }
        for path, data in files.items()
        if is_distribution(path)
    ]
    return found


def catalogue_jsonld(portal: Portal, lang: Lang) -> dict[str, Any]:
    """The description of the whole catalogue for the page that lists the packages."""
    settings = portal.settings
    here = page_file(settings, "datasets/index", lang)
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": f"{address(settings, CATALOGUE, here)}#catalog",
        "name": settings.name[lang],
        "description": settings.tagline[lang],
        "url": address(settings, page(settings, "datasets/index", lang), here),
        "inLanguage": [BCP47[each] for each in LANGS],
        "publisher": _organisation(settings.organiser[lang]),
        "dataset": [
            {
                "@type": "Dataset",
                "@id": f"{address(settings, dataset_page(settings, package), here)}#dataset",
                "name": package.title[lang],
                "description": package.description[lang],
                "url": address(settings, dataset_page(settings, package, lang), here),
                "license": licence(package)["path"],
            }
            for package in portal.packages.values()
        ],
    }


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _variables(package: Package, lang: Lang) -> list[dict[str, str]]:
    return [
        {
            "@type": "PropertyValue",
            "name": f"{table.name}.{field.name}",
            "alternateName": field.title[lang],
            "description": field.description[lang],
        }
        for table in package.tables.values()
        for field in table.fields
    ]
