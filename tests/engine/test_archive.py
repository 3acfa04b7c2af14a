"""The archive of the whole site, its checksums, and the bill of materials made from the lock."""

import csv
import json
import re
import subprocess
import sys
import zipfile

import pytest

import ipportal
from ipportal.base.errors import OutputError
from ipportal.cli import main
from ipportal.deploy.folder import write_archive
from ipportal.files.sbom import LICENCES, LOCK, SBOM, Locked, materials, read_licences, read_lock, sbom

TEXT = """\
altair==6.3.0 \\
    --hash=sha256:bb00000000000000000000000000000000000000000000000000000000000000 \\
    --hash=sha256:aa00000000000000000000000000000000000000000000000000000000000000
    # via
    #   -c requirements-test.lock
    #   ipportal (pyproject.toml)
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:cc00000000000000000000000000000000000000000000000000000000000000
    # via pandas
pandas==3.1.1 \\
    --hash=sha256:dd00000000000000000000000000000000000000000000000000000000000000
    # via ipportal (pyproject.toml)
"""


def digest(letters):
    return letters + "0" * 62


def test_the_lock_is_read_with_versions_markers_checksums_and_reasons():
    assert read_lock(TEXT) == (
        Locked("altair", "6.3.0", "", (digest("aa"), digest("bb")), ("ipportal",)),
        Locked("numpy", "2.4.6", "python_full_version < '3.12'", (digest("cc"),), ("pandas",)),
        Locked("pandas", "3.1.1", "", (digest("dd"),), ("ipportal",)),
    )


def test_every_pin_of_the_real_lock_is_read(root):
    text = (root / LOCK).read_text(encoding="utf-8")
    locked = read_lock(text)
    assert len(locked) == text.count("==") - text.count("python_full_version ==")
    assert sum(len(package.hashes) for package in locked) == text.count("--hash=sha256:")
    names = {package.name for package in locked} | {"ipportal"}
    assert all(package.via and set(package.via) <= names for package in locked)


def test_the_bill_names_every_package_once_and_hangs_together(root):
    """What the CycloneDX 1.6 schema and its rules ask of the parts used here; no locked package ships the schema."""
    locked = read_lock((root / LOCK).read_text(encoding="utf-8"))
    bill = json.loads(sbom(locked, read_licences((root / LICENCES).read_text(encoding="utf-8")), "1.2.3"))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert set(bill) == {
        "$schema", "bomFormat", "specVersion", "version", "serialNumber", "metadata", "components", "dependencies",
    }  # fmt: skip
    assert bill["serialNumber"].startswith("urn:uuid:") and len(bill["serialNumber"]) == 45
    assert bill["metadata"]["component"]["version"] == "1.2.3"
    refs = [component["bom-ref"] for component in bill["components"]]
    assert refs == [f"pkg:pypi/{package.name}@{package.version}" for package in locked]
    assert len(set(refs)) == len(refs)
    for component in bill["components"]:
        assert set(component) == {"type", "bom-ref", "name", "version", "purl", "licenses", "properties"}
        assert component["type"] == "library" and component["purl"] == component["bom-ref"]
        assert [set(choice) for choice in component["licenses"]] == [{"expression"}]
        assert all(set(note) == {"name", "value"} for note in component["properties"])
    graph = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    assert set(graph) == {"ipportal", *refs}
    assert {ref for needed in graph.values() for ref in needed} == set(refs)


def test_the_bill_is_the_same_for_the_same_lock_and_another_for_another():
    locked = read_lock(TEXT)
    assert sbom(locked, {"altair": "BSD-3-Clause"}, "1.0.0") == sbom(locked, {"altair": "BSD-3-Clause"}, "1.0.0")
    other = read_lock(TEXT.replace("3.1.1", "3.1.2"))
    numbers = {json.loads(sbom(each, {}, "1.0.0"))["serialNumber"] for each in (locked, other)}
    assert len(numbers) == 2


@pytest.fixture
def world(tmp_path):
    """A small site and what the bill is made from."""
    site = tmp_path / "site"
    for path, data in {"index.html": "<p>页</p>", ".well-known/security.txt": "x", "data/a.csv": "id\n1\n"}.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(data, encoding="utf-8")
    (tmp_path / LOCK).write_text(TEXT)
    (tmp_path / LICENCES).write_text("name,versions,licence\naltair,6.3.0,BSD-3-Clause\n")
    return tmp_path


def test_the_archive_unpacks_into_any_folder_and_proves_itself(world):
    paths = write_archive(world / "site", world / "dist", "1.0.0", world)
    assert [path.name for path in paths] == ["portal-1.0.0.zip", "portal-1.0.0.cdx.json", "SHA256SUMS"]
    place = world / "www/政务/ip"
    with zipfile.ZipFile(paths[0]) as packed:
        assert packed.testzip() is None
        packed.extractall(place)
    assert {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} == {
        "index.html", ".well-known/security.txt", "data/a.csv", SBOM, "SHA256SUMS",
    }  # fmt: skip
    for folder in (place, world / "dist"):
        done = subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    (place / "data/a.csv").write_text("id\n2\n")
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True, check=False)
    assert done.returncode != 0


def test_the_same_site_gives_the_same_bytes_whenever_and_wherever(world):
    first = [path.read_bytes() for path in write_archive(world / "site", world / "dist", "1.0.0", world)]
    for path in (world / "site").rglob("*"):
        path.chmod(0o700)
    (world / "site/index.html").touch()
    again = [path.read_bytes() for path in write_archive(world / "site", world / "elsewhere", "1.0.0", world)]
    assert first == again


def test_a_folder_that_refuses_leaves_the_old_archive(world):
    old = write_archive(world / "site", world / "dist", "1.0.0", world)[0].read_bytes()
    (world / "site/index.html").write_text("new")
    (world / LICENCES).unlink()
    with pytest.raises(OutputError) as caught:
        write_archive(world / "site", world / "dist", "1.0.0", world)
    assert [problem.code for problem in caught.value.problems] == ["bundle-failed"]
    assert (world / "dist/portal-1.0.0.zip").read_bytes() == old


def test_without_a_lock_the_bill_is_of_what_is_installed(tmp_path, root):
    packages, licences = materials(tmp_path)
    bill = json.loads(sbom(packages, licences, "1.0.0"))
    locked = {package.name: package for package in materials(root)[0]}
    assert {"mkdocs", "lxml", "numpy"} <= {package.name for package in packages} <= set(locked)
    assert ("mkdocs", locked["mkdocs"].version) in {(package.name, package.version) for package in packages}
    assert "pytest" not in {package.name for package in packages}
    assert licences["packaging"] == "Apache-2.0 OR BSD-2-Clause"
    graph = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    assert {ref for needed in graph.values() for ref in needed} == set(graph) - {"ipportal"}


def test_a_portal_of_its_own_files_is_packed_with_the_bill_of_the_program(world, root):
    (path, *_) = write_archive(world / "site", world / "dist", "1.0.0")
    with zipfile.ZipFile(path) as packed:
        bill = json.loads(packed.read(SBOM))
    assert len(bill["components"]) == len(materials(root)[0])


def test_a_broken_site_is_not_packed(world, root, capsys):
    (world / "portal.toml").write_bytes((root / "portal.toml").read_bytes())
    assert main(["bundle", "--root", str(world), "--lang", "en"]) == 1
    assert "site-manifest-missing" in capsys.readouterr().err
    assert not (world / "dist").exists()


def test_the_licence_list_is_what_the_locked_packages_state_and_all_are_allowed(root):
    done = subprocess.run(
        [sys.executable, str(root / "scripts/licences.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((root / LICENCES).read_text(encoding="utf-8").splitlines()))
    pinned = {(package.name, package.version) for package in read_lock((root / LOCK).read_text(encoding="utf-8"))}
    assert {(row["name"], version) for row in rows for version in row["versions"].split()} == pinned


def test_a_licence_nobody_allowed_is_refused(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "scripts"))
    import licences

    assert licences.allowed("GPL-3.0-only OR MIT")
    assert licences.allowed("BSD-3-Clause AND (0BSD OR GPL-2.0-only)")
    for expression in ("GPL-3.0-only", "MIT AND SSPL-1.0", "", "LicenseRef-Proprietary"):
        assert not licences.allowed(expression), expression


def test_the_changelog_tells_of_this_version_in_the_usual_sections(root):
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert versions[0] == "Unreleased" and ipportal.__version__ in versions
    sections = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
