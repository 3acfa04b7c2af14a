"""Pack a finished site into one archive that unpacks anywhere, with checksums and a bill of materials."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ipportal.base.writing import write_file
from ipportal.deploy.target import trouble
from ipportal.files.identity import sums
from ipportal.files.plainfiles import zip_files
from ipportal.files.sbom import SBOM, SOURCE, materials, sbom

SUMS: Final = "SHA256SUMS"


def write_archive(site: Path, folder: Path, version: str, source: Path = SOURCE) -> list[Path]:
    """Write `portal-<version>.zip`, its bill of materials and SHA256SUMS into `folder`; gives their paths.

    The archive holds the site as it is, the bill, and SHA256SUMS of all of it for `sha256sum -c` in the folder it was
    unpacked into. The same site and lock give the same bytes; the lock lies in `source`, with the program.

    Raises:
        OutputError: the lock cannot be read, or the folder cannot be written to.
    """
    try:
        bill = sbom(*materials(source), version)
        files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
        files[SBOM] = bill
        files[SUMS] = sums(files)
        name = f"portal-{version}"
        products = {f"{name}.zip": zip_files(files), f"{name}.cdx.json": bill}
        products[SUMS] = sums(products)
        for product, data in products.items():
            write_file(folder / product, data)
    except OSError as error:
        raise trouble("bundle-failed", Path(error.filename or folder).name, error.strerror or str(error)) from error
    return [folder / product for product in products]
