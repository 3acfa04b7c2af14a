import json
import subprocess

import pytest

from ipportal.base.errors import PublishError
from ipportal.files import gather

FILES = {"data/a/t.csv": b"id\n1\n", "data/a.zip": b"zip", "feed.xml": b"<feed/>"}


def test_sums_name_files_below_data_relative_to_it():
    assert gather.sums(FILES).decode().splitlines() == [
        "4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2  a.zip",
        "7cde7fb64fd82bd152710cf238e017b9ab46c0592483edc067ba4f6c75fac108  a/t.csv",
    ]


def test_manifest_lists_every_file():
    entries = json.loads(gather.manifest(FILES))["files"]
    assert [(e["path"], e["bytes"], e["media_type"]) for e in entries] == [
        ("data/a.zip", 3, "application/zip"),
        ("data/a/t.csv", 5, "text/csv"),
        ("feed.xml", 7, "application/atom+xml"),
    ]


def test_write_makes_folders_and_sha256sum_agrees(tmp_path):
    gather.write_files({**FILES, gather.SUMS: gather.sums(FILES)}, tmp_path)
    run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "data", capture_output=True, check=False)
    assert run.returncode == 0, run.stdout
    (tmp_path / "data/a/t.csv").write_bytes(b"id\n2\n")
    run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "data", capture_output=True, check=False)
    assert b"a/t.csv: FAILED" in run.stdout


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/passwd", "data/../../x.txt"])
def test_write_never_leaves_the_folder(tmp_path, path):
    with pytest.raises(PublishError, match="publish-outside"):
        gather.write_files({path: b""}, tmp_path / "site")


def test_write_reports_a_disk_that_refuses(tmp_path):
    (tmp_path / "data").write_bytes(b"a file where a folder should be")
    with pytest.raises(PublishError, match="publish-unwritable"):
        gather.write_files(FILES, tmp_path)
