"""Read a catalogue as CKAN's harvester does; run by a Python that has ckanext-dcat.

    harvest.py FILE LOCALE…

Prints JSON: locale of the CKAN → titles of the data sets, each with its resources and versions.
"""

import json
import sys

from ckan.common import config
from ckanext.dcat.processors import RDFParser

found = {}
for locale in sys.argv[2:]:
    config["ckan.locale_default"] = locale
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123
        parser.parse(file.read(), _format="json-ld" if sys.argv[1].endswith("jsonld") else "turtle")
    found[locale] = list(parser.datasets())
print(json.dumps(found))
