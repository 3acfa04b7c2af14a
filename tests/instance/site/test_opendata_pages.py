"""The dataset pages of the finished site: what they say of files is true, what they tell readers to run works."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import extruct
import pytest
from lxml import html

from support.descriptions import complete
from support.server import serving

pytestmark = pytest.mark.site

ROOT = Path(__file__).resolve().parents[3]
NAMES = sorted(folder.name for folder in (ROOT / "datapackages").iterdir())
TREES = ("", "en/")
#: What Chinese open-data catalogues list for a data set
CATALOGUE_FIELDS = (
    "数据集名称 标识符 数据提供单位 数据领域 关键词 更新频率 首次发布 "
    "最后更新 开放属性 数据量 数据格式 授权协议 联系方式 质量说明"
)


@pytest.fixture(scope="module", params=[(tree, name) for tree in TREES for name in NAMES], ids="".join)
def page(request, built_site):
    tree, name = request.param
    path = built_site / tree / "datasets" / name / "index.html"
    return tree, name, path, html.document_fromstring(path.read_bytes())


@pytest.fixture(scope="module")
def files(built_site):
    listed = json.loads((built_site / "data/manifest.json").read_bytes())["files"]
    return {entry["path"]: entry for entry in listed}


@pytest.fixture(scope="module")
def address(built_site):
    with serving(built_site, "/any/place/") as address:
        yield address


def target(site, path, href):
    return (path.parent / href).resolve().relative_to(site).as_posix()


def test_listed_sizes_and_sums_are_those_of_the_files(page, files, built_site):
    _, name, path, document = page
    seen = set()
    for row in document.xpath("//tr[th/a and td/code[contains(@class, 'ip-sum')]]"):
        file = target(built_site, path, row.xpath("./th/a/@href")[0])
        assert row.xpath("string(.//code[contains(@class, 'ip-sum')])") == files[file]["sha256"]
        shown = row.xpath("string(td[contains(@class, 'num')])")
        number, unit = shown.split(" ")
        bytes_shown = float(number) * {"B": 1, "kB": 1000, "MB": 1_000_000}[unit]
        assert bytes_shown == pytest.approx(files[file]["bytes"], rel=0.051), file
        seen.add(file)
    newest = re.compile(rf"data/{name}(\.zip|/[^/]+\.(csv|json|parquet|xlsx))")
    wanted = {p for p in files if newest.fullmatch(p) and "citation" not in p}
    assert wanted <= seen


def test_search_engines_read_the_same_facts(page, files, built_site):
    tree, name, path, _ = page
    base = f"https://portal.example/{tree}datasets/{name}/"
    found = extruct.extract(path.read_text(encoding="utf-8"), base_url=base, syntaxes=["json-ld"])["json-ld"]
    assert [each["@type"] for each in found] == ["Dataset"]
    dataset = found[0]
    descriptor = json.loads((built_site / f"data/{name}/datapackage.json").read_bytes())
    suffix = "" if tree == "" else "_en"
    assert dataset["name"] == descriptor[f"title{suffix}"]
    assert dataset["description"] == descriptor[f"description{suffix}"]
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["license"] == descriptor["licenses"][0]["path"]
    assert dataset["version"] == descriptor["version"]
    assert dataset["isAccessibleForFree"] is True
    assert {
        "creator",
        "publisher",
        "identifier",
        "keywords",
        "includedInDataCatalog",
        "variableMeasured",
    } <= dataset.keys()
    for download in dataset["distribution"]:
        file = target(built_site, path, download["contentUrl"])
        assert download["sha256"] == files[file]["sha256"]
        assert download["encodingFormat"] == files[file]["media_type"]


def test_signposts_lead_to_files_and_are_those_of_the_linkset(page, files, built_site):
    tree, name, path, document = page
    links = [(link.get("rel"), link.get("href"), link.get("type")) for link in document.xpath("//head/link[@rel]")]
    posts = [post for post in links if post[0] in ("cite-as", "describedby", "item", "license", "type", "linkset")]
    assert {"cite-as", "describedby", "item", "license", "type", "linkset"} == {post[0] for post in posts}
    for _, href, kind in posts:
        if not href.startswith("https:"):
            file = target(built_site, path, href)
            assert (built_site / file).exists(), href
            assert kind is None or files[file]["media_type"] == kind
    linkset = json.loads((built_site / "data/linkset.json").read_bytes())["linkset"]
    own = next(c for c in linkset if c["anchor"] == f"../{tree}datasets/{name}/")
    assert sum(len(targets) for relation, targets in own.items() if relation != "anchor") == len(posts) - 1


def test_the_preview_holds_every_row(page):
    _, name, _, document = page
    for path in sorted((ROOT / "datapackages" / name / "data").glob("*.csv")):
        rows = document.xpath(f"//table[@id='rows-{path.stem}-all']/tbody/tr")
        descriptor = complete(ROOT / "datapackages" / name / "datapackage.json")
        assert descriptor["name"] == name
        assert len(rows) == len(path.read_text(encoding="utf-8").splitlines()) - 1


def test_the_dictionary_explains_every_column_in_both_languages(page):
    _, name, _, document = page
    text = re.sub(r"\s+", " ", document.text_content())
    descriptor = complete(ROOT / "datapackages" / name / "datapackage.json")
    for resource in descriptor["resources"]:
        for field in resource["schema"]["fields"]:
            for key in ("title", "title_en", "description", "description_en"):
                assert field[key] in text, (resource["name"], field["name"], key)


def test_catalogue_fields_are_complete(page):
    tree, *_, document = page
    labels = [dt.text_content() for dt in document.xpath("//dl[contains(@class, 'ip-dl')][1]/div/dt")]
    labelled = CATALOGUE_FIELDS.split()
    if tree == "":
        assert set(labelled) <= set(labels)
    assert len(labels) >= len(labelled)


def code(document, tool):
    block = document.xpath(f"//p[b='{tool}']/following-sibling::pre[1]")[0]
    return block.text_content()


RUNNABLE = ("pandas", "polars", "DuckDB", "frictionless")


@pytest.mark.parametrize("tool", RUNNABLE)
def test_the_lines_for_python_run_as_shown(built_site, address, tool, tmp_path):
    scripts = {}
    for name in NAMES:
        document = html.document_fromstring((built_site / "datasets" / name / "index.html").read_bytes())
        lines = code(document, tool).replace("http://localhost:8000/", address)
        table = re.search(r"^(\w+) = (?!Package)", lines, re.MULTILINE)[1]
        assert tool == "frictionless" or len([x for x in lines.splitlines() if not x.startswith("import ")]) == 1
        rows = len((ROOT / f"datapackages/{name}/data/{table}.csv").read_text(encoding="utf-8").splitlines()) - 1
        script = f"{lines}\nassert len({table}) == {rows}, len({table})\n"
        if tool != "frictionless":
            field = (
                "value" if name in ("indicators", "cases", "promotion") else "count" if name == "recognition" else None
            )
            if field:
                script += (
                    f"assert str({table}['{field}'].dtype).lower()[:3] in ('flo', 'int'), {table}['{field}'].dtype\n"
                )
        scripts[f"{tool} for {name}"] = script
    # each knows nothing of the others; the library is loaded once for all of them
    apart = "".join(f"exec(compile({script!r}, {name!r}, 'exec'), {{}})\n" for name, script in scripts.items())
    # the lines have run: what a library's own threads do while the interpreter is taken down is not asked here
    apart += "import os\nos._exit(0)\n"
    run = subprocess.run([sys.executable, "-c", apart], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stderr[-1500:]}\n{scripts}"


def test_the_check_on_the_command_line_gives_the_listed_sum(built_site, address, files):
    assert shutil.which("curl"), "curl is missing: run scripts/setup_browser.py"
    for name in NAMES:
        document = html.document_fromstring((built_site / "datasets" / name / "index.html").read_bytes())
        line = code(document, "sha256sum").replace("http://localhost:8000/", address)
        run = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
        file = re.search(r"/(data/\S+\.csv)", line)[1]
        assert run.stdout.split()[0] == files[file]["sha256"]


def test_the_line_for_r_runs_as_shown(built_site, address):
    document = html.document_fromstring((built_site / "datasets/indicators/index.html").read_bytes())
    lines = code(document, "R").replace("http://localhost:8000/", address)
    assert shutil.which("Rscript"), "R is missing: run scripts/setup_browser.py"
    run = subprocess.run(["Rscript", "-e", f"{lines}\nstopifnot(is.numeric(observations$value))"], check=False)
    assert run.returncode == 0


def test_excel_asks_for_a_table_the_workbook_has(built_site):
    import openpyxl

    for name in NAMES:
        document = html.document_fromstring((built_site / "datasets" / name / "index.html").read_bytes())
        line = code(document, "Excel")
        wanted = re.search(r'Item="(\w+)"', line)[1]
        book = openpyxl.load_workbook(built_site / "data" / name / f"{name}.xlsx")
        assert wanted in {table for sheet in book for table in sheet.tables}


def test_citations_name_version_and_date(page):
    *_, name, _, document = (None, *page[1:])
    descriptor = complete(ROOT / "datapackages" / name / "datapackage.json")
    cited = [
        " ".join(p.text_content().split()) for p in document.xpath("//div[contains(@class, 'ip-cite')]/p[@data-copy]")
    ]
    assert "[DS/OL]" in cited[0]
    assert descriptor["modified"] in cited[0]
    assert all(descriptor["version"] in words for words in cited)


def test_the_catalogue_page_describes_every_package(built_site):
    for tree in TREES:
        path = built_site / tree / "datasets/index.html"
        found = extruct.extract(path.read_text(encoding="utf-8"), base_url="https://x.example/", syntaxes=["json-ld"])
        catalogue = found["json-ld"][0]
        assert catalogue["@type"] == "DataCatalog"
        assert [each["url"].rsplit("/", 2)[-2] for each in catalogue["dataset"]] == [*NAMES, "analysis"]


def test_downloads_page_links_every_table_in_four_formats(built_site, files):
    path = built_site / "datasets/downloads/index.html"
    document = html.document_fromstring(path.read_bytes())
    linked = {target(built_site, path, href) for href in document.xpath("//main//a/@href") if "data/" in href}
    for name in NAMES:
        for table in (ROOT / "datapackages" / name / "data").glob("*.csv"):
            for ending in ("csv", "json", "parquet"):
                assert f"data/{name}/{table.stem}.{ending}" in linked
            assert f"data/{name}/{name}-{table.stem}.xlsx" in linked
