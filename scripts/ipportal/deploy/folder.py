"""Publish to a folder of this machine: deployments beside it, and one rename that makes a deployment current. Or pack
the site into one archive that unpacks anywhere, with checksums and a bill of materials.

`/var/www/ip` becomes a symbolic link to `/var/www/.ip.releases/0007-<fingerprint>`. The web server
sees the old site until the link is renamed, and the whole new site from then on.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ipportal.base.filenames import followed
from ipportal.base.writing import held, make_readable, swap_in, sync_tree, write_file, write_staged
from ipportal.deploy.target import FileChanges, Folder, Standing, Store, compare, deployments, hashes, trouble
from ipportal.files.identity import sums
from ipportal.files.plainfiles import zip_files
from ipportal.files.sbom import SBOM, SOURCE, materials, sbom

SUMS: Final = "SHA256SUMS"


class FolderStore(Store):
    """A folder of this machine; nothing but the link is ever seen to change."""

    def __init__(self, target: Folder, site: Path) -> None:
        super().__init__(str(target.path), site)
        self.place = target.path
        self.home = target.path.with_name(f".{target.path.name}.releases")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the deployments for one process, however it ends, and clear what a run cut off left behind."""
        self._refuse_foreign()
        try:
            self.home.mkdir(exist_ok=True)
            self.home.chmod(0o755)
            with held(self.home):
                for leftover in self.home.glob("incoming-*"):
                    shutil.rmtree(leftover)
                yield
        except BlockingIOError as error:
            raise trouble("publish-busy", self.address) from error
        except OSError as error:
            raise trouble("publish-unwritable", self.address, str(error)) from error
        finally:
            with suppress(OSError):  # it stays unless it is empty
                self.home.rmdir()

    def look(self) -> Standing:
        """The deployments beside the place, and where its link leads."""
        self._refuse_foreign()
        names = deployments(path.name for path in self.home.iterdir()) if self.home.is_dir() else []
        return Standing(names, self._current())

    def changes(self) -> FileChanges:
        """What differs from the files of the current deployment."""
        current = self._current()
        return compare(self.kept(current) if current else {}, self.inventory)

    def upload(self, deployment: str) -> None:
        """Copy the site beside the deployments, read it back, and put it among them in one step."""
        incoming = self.home / f"incoming-{deployment}"
        try:
            for path in self.inventory:
                write_staged(incoming / path, (self.site / path).read_bytes())
            make_readable(incoming)
            sync_tree(incoming)
            if changed := compare(self.inventory, hashes(incoming)):
                raise OSError(f"{(changed.changed or changed.removed)[0]}: the copy differs")
            swap_in(incoming, self.home / deployment)
        except BaseException:
            # a full disk must not stay full because of us
            shutil.rmtree(incoming, ignore_errors=True)
            raise

    def activate(self, deployment: str) -> None:
        """Rename a fresh link over the old one: the system does that in one step."""
        fresh = self.home / "next"
        fresh.unlink(missing_ok=True)
        # written as seen from `place`, where it is about to stand
        fresh.symlink_to(f"{self.home.name}/{deployment}", target_is_directory=True)
        if self.place.is_dir() and not self.place.is_symlink():
            self.place.rmdir()
        fresh.replace(self.place)

    def kept(self, deployment: str) -> Mapping[str, str]:
        """The hashes of its files."""
        return hashes(self.home / deployment)

    def forget(self, deployments: Sequence[str]) -> None:
        """Delete their folders."""
        for name in deployments:
            shutil.rmtree(self.home / name)

    def _current(self) -> str:
        """The name of the deployment the target shows; empty before the first one."""
        link = self.place.readlink() if self.place.is_symlink() else Path()
        return link.name if link.parent.name == self.home.name and deployments([link.name]) else ""

    def _refuse_foreign(self) -> None:
        place, site = followed(self.place), followed(self.site)
        if place.is_relative_to(site) or site.is_relative_to(place):
            raise trouble("publish-into-itself", self.address, str(self.site))
        parent = self.place.parent
        if not parent.is_dir():
            raise trouble("publish-no-parent", self.address, str(parent))
        if self.place.is_symlink():
            found = "" if self._current() else str(self.place.readlink())
        elif self.place.is_dir():
            found = "folder" if any(self.place.iterdir()) else ""
        else:
            found = "file" if self.place.exists() else ""
        if found:
            raise trouble("publish-foreign", self.address, found)


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
