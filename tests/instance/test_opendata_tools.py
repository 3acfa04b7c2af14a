"""Tools outside Python open what is published."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ipportal.files.analysis import published_packages

pytestmark = pytest.mark.no_cover  # the published files are made by a fixture, which is counted

#: The reader of Data Packages for JavaScript; it knows version 1 of the standard
DATAPACKAGE_JS = "datapackage@1.1.10"
READ = """
const { Package } = require("datapackage"), { dirname } = require("path");
(async () => {
  const found = {};
  for (const file of process.argv.slice(1)) {
    const it = await Package.load(file, { basePath: dirname(file), strict: false });
    if (!it.valid) throw it;
    found[it.descriptor.name] = {};
    for (const table of it.resources) found[it.descriptor.name][table.name] = (await table.read()).length;
  }
  console.log(JSON.stringify(found));
})().catch((error) => { console.error(error.message, `${error.errors}`); process.exit(1); });
"""


@pytest.mark.slow
def test_datapackage_js_reads_every_row_of_every_package(portal, folder, tmp_path):
    assert shutil.which("npm"), "npm is missing: run scripts/setup_browser.py --slow"
    subprocess.run(["npm", "install", "--silent", "--no-audit", DATAPACKAGE_JS], cwd=tmp_path, check=True)
    packages = published_packages(portal)
    files = [Path(folder, "data", name, "datapackage.json") for name in packages]
    ran = subprocess.run(["node", "-e", READ, *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        name: {table.name: len(table.rows) for table in package.tables.values()} for name, package in packages.items()
    }
