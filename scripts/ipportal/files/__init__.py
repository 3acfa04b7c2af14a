"""Every public file as bytes: pure functions from the portal to {site path: bytes}; `gather` collects them, lists them
with their sums and writes them.

May import base, data, analysis, words and charts. Begin with `gather`.
"""

from typing import Final

from ipportal.base.errors import Catalogue

CATALOGUE: Final = Catalogue("ipportal.files", ("files",))
