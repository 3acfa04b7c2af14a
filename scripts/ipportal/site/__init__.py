"""From pages to the finished tree: the site generators, the preview, the search index, the site map, and the last look
at everything.

May import every room but office, commands and what stands above them. Begin with `generator`, then `verify`.
"""

from typing import Final

from ipportal.base.errors import Catalogue

CATALOGUE: Final = Catalogue("ipportal.site", ("site",))
