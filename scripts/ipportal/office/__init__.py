"""What the people who keep the portal do: workbooks out and in, new rows, differences, reviews, releases of data.

May import every room but site, commands and what stands above them. Begin with `editing`, then `workbook`.
"""

from typing import Final

from ipportal.base.errors import Catalogue

#: What is said of faults in workbooks, and of changes that cannot be made
CATALOGUE: Final = Catalogue("ipportal.office", ("workbook", "project", "opensdg"))
