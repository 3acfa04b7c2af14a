"""Terms of outside vocabularies that the catalogue uses: the European authority tables, ADMS and format standards.

Sources: the authority tables of the Publications Office of the EU (frequency, file-type, data-theme, access-right,
planned-availability), ADMS (publisher and licence types) and the pages of each format's specification. Keys are what
the portal's own files say; values are the last part of the address where a table is named, else the whole address.
"""

from __future__ import annotations

from typing import Final

from ipportal.base.text import Text

LOCAL_AUTHORITY: Final = "http://purl.org/adms/publishertype/LocalAuthority"
PUBLIC: Final = "access-right/PUBLIC"
AVAILABILITY: Final = "planned-availability/STABLE"

#: Table frequency, by the code of the update frequency
FREQUENCY: Final = {
    "realtime": "CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "half-yearly": "ANNUAL_2",
    "yearly": "ANNUAL",
    "irregular": "IRREG",
    "never": "NEVER",
}

#: Table file-type, by the short name of the format
FILE_TYPE: Final = {
    "CSV": "CSV",
    "JSON": "JSON",
    "Parquet": "PARQUET",
    "XLSX": "XLSX",
    "ZIP": "ZIP",
    "Data Package": "JSON",
    "CSVW": "JSON_LD",
    "Croissant": "JSON_LD",
}

#: Table data-theme, by the code of the portal's own theme, with the table's wording
DATA_THEME: Final = {
    "science-technology": ("TECH", Text("科学与技术", "Science and technology")),
    "legal-services": ("JUST", Text("司法、法律制度和公共安全", "Justice, legal system and public safety")),
}

#: What a licence asks of readers, by its SPDX name
LICENCE_TYPE: Final = {
    "CC-BY-4.0": ("http://purl.org/adms/licencetype/Attribution", Text("署名", "Attribution")),
    "CC0-1.0": ("http://purl.org/adms/licencetype/PublicDomain", Text("公有领域", "Public domain")),
}

#: The specification a description follows, by the short name of its format
STANDARD: Final = {
    "CSVW": "https://www.w3.org/TR/tabular-metadata/",
    "Croissant": "http://mlcommons.org/croissant/1.1",
    "Data Package": "https://datapackage.org/profiles/2.0/datapackage.json",
}
OPENAPI: Final = "https://spec.openapis.org/oas/v3.1.0"
