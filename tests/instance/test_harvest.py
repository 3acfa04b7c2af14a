"""The catalogue as CKAN takes it over, in an environment of its own: CKAN asks for other versions than this project."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ipportal.files.analysis import published_packages

HARVEST = Path(__file__).resolve().parents[1] / "support" / "harvest.py"
CKAN = ("ckan[requirements]==2.12.0", "ckanext-dcat==2.4.4")
LOCALES = {"zh": "zh", "zh_CN": "zh", "zh-Hans": "zh", "en": "en"}


@pytest.fixture(scope="module")
def ckan(tmp_path_factory):
    """A Python with CKAN and its DCAT profiles."""
    place = tmp_path_factory.mktemp("ckan")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *CKAN], check=True)
    return str(python)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["catalog.ttl", "catalog.jsonld"])
def test_ckan_makes_one_data_set_a_package_with_its_title(ckan, folder, portal, name):
    """One for each package, and one for the tables for analysis, which are published like a package."""
    command = [ckan, str(HARVEST), str(folder / "data" / name), *LOCALES]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    for locale, datasets in json.loads(run.stdout).items():
        titles = sorted(package.title[LOCALES[locale]] for package in published_packages(portal).values())
        assert sorted(dataset["title"] for dataset in datasets) == titles, locale
        for dataset in datasets:
            kinds = {resource["mimetype"].rsplit("/", 1)[-1] for resource in dataset["resources"]}
            assert {"csv", "json", "zip"} <= kinds and "csvm+json" not in kinds
