"""Read a catalogue as CKAN's harvester does; run by a Python that has ckanext-dcat.

    harvest.py FILE LOCALE…

Prints JSON: locale of the CKAN → titles of the data sets, each with its resources and versions.
"""

import json
import sys
from pathlib import Path

from ckan.common import config
from ckanext.dcat.processors import RDFParser

file = Path(sys.argv[1])
found = {}
for locale in sys.argv[2:]:
    config["ckan.locale_default"] = locale
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(file.read_text(encoding="utf-8"), _format="json-ld" if file.suffix == ".jsonld" else "turtle")
    found[locale] = list(parser.datasets())
print(json.dumps(found))
