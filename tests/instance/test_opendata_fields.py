"""Follow each entry of the descriptor, kept in one place by staff, to every output that carries it on."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from rdflib import DCAT, DCTERMS, FOAF, Graph, Literal, Namespace, URIRef

from ipportal.files.catalogue import DATA_THEME
from ipportal.files.descriptions import dataset_jsonld
from ipportal.files.identity import FREQUENCIES
from ipportal.files.package_files import PackageFiles

pytestmark = pytest.mark.no_cover  # the published files are made by a fixture, which is counted


ROOT = Path(__file__).resolve().parents[2]
BASE = "https://portal.example/"
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")


@pytest.fixture(scope="module")
def graph(published):
    return Graph().parse(data=published["data/catalog.ttl"], format="turtle", publicID=f"{BASE}data/catalog.ttl")


@pytest.fixture(scope="module", params=["cases", "help", "indicators", "plan", "promotion", "recognition"])
def outputs(request, portal, published, graph):
    """The source descriptor of a package and everything made from it."""
    name = request.param
    package = portal.packages[name]
    files = PackageFiles(portal, ROOT)[name]
    folder = f"data/{name}"
    return {
        "source": package.descriptor,
        "files": files,
        "package": package,
        "published": json.loads(files[f"{folder}/datapackage.json"]),
        "csvw": json.loads(files[f"{folder}/csv-metadata.json"]),
        "croissant": json.loads(files[f"{folder}/croissant.json"]),
        "zh": dataset_jsonld(portal, package, files, "zh"),
        "en": dataset_jsonld(portal, package, files, "en"),
        "dcat": (graph, URIRef(f"{BASE}datasets/{name}/#dataset")),
        "book": openpyxl.load_workbook(io.BytesIO(files[f"{folder}/{name}.xlsx"])),
        "parquet": {t: pq.read_schema(io.BytesIO(files[f"{folder}/{t}.parquet"])) for t in package.tables},
        "json": {t: json.loads(files[f"{folder}/{t}.json"]) for t in package.tables},
        "zip": zipfile.ZipFile(io.BytesIO(files[f"data/{name}.zip"])),
        "csl": json.loads(files[f"{folder}/citation.csl.json"])[0],
        "cff": files[f"{folder}/citation.cff"].decode(),
        "api": next(e for e in json.loads(published["data/api/v1/catalog.json"])["data"] if e["id"] == name),
    }


def objects(outputs, predicate):
    graph, node = outputs["dcat"]
    return set(graph.objects(node, predicate))


def in_both(entry):
    return {each["@language"]: each["@value"] for each in entry}


def notes(outputs):
    sheet = outputs["book"].worksheets[-2]
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def test_title(outputs):
    zh, en = outputs["source"]["title"], outputs["source"]["title_en"]
    assert outputs["published"]["title"] == outputs["zh"]["name"] == outputs["csl"]["title"] == zh
    assert outputs["published"]["title_en"] == outputs["en"]["name"] == outputs["api"]["title"]["en"] == en
    assert objects(outputs, DCTERMS.title) == {Literal(zh, lang="zh-Hans"), Literal(en, lang="en")}
    assert in_both(outputs["csvw"]["dc:title"]) == {"zh-Hans": zh, "en": en}
    assert outputs["croissant"]["alternateName"] == [en, zh]
    assert zh in notes(outputs)
    assert zh in outputs["cff"]


def test_description(outputs):
    zh, en = outputs["source"]["description"], outputs["source"]["description_en"]
    assert 50 <= len(zh) <= 5000
    assert (
        outputs["published"]["description"] == outputs["zh"]["description"] == outputs["api"]["description"]["zh"] == zh
    )
    assert outputs["published"]["description_en"] == outputs["en"]["description"] == en
    assert objects(outputs, DCTERMS.description) == {Literal(zh, lang="zh-Hans"), Literal(en, lang="en")}
    assert in_both(outputs["csvw"]["dc:description"]) == {"zh-Hans": zh, "en": en}
    assert zh in outputs["croissant"]["description"]
    assert en in outputs["croissant"]["description"]
    readme = next(n for n in outputs["zip"].namelist() if n.endswith("README.md"))
    assert zh in outputs["zip"].read(readme).decode()
    assert zh in notes(outputs)


def test_name_version_and_dates(outputs):
    source, package = outputs["source"], outputs["package"]
    for output in ("published", "zh", "en", "croissant", "csl", "api"):
        assert outputs[output]["version"] == package.version, output
    assert outputs["csvw"]["schema:version"] == package.version
    assert all(table["version"] == package.version for table in outputs["json"].values())
    assert all(schema.metadata[b"version"].decode() == package.version for schema in outputs["parquet"].values())
    assert objects(outputs, URIRef(f"{DCAT}version")) == {Literal(package.version)}
    assert outputs["published"]["name"] == outputs["zh"]["identifier"] == outputs["croissant"]["name"] == source["name"]
    assert {str(value) for value in objects(outputs, DCTERMS.identifier)} == {source["name"]}
    for output in ("zh", "croissant"):
        assert outputs[output]["dateModified"] == source["modified"]
        assert outputs[output]["datePublished"] == source["created"][:10]
    assert {str(value) for value in objects(outputs, DCTERMS.modified)} == {source["modified"]}
    assert {str(value) for value in objects(outputs, DCTERMS.issued)} == {source["created"][:10]}
    assert source["created"][:10] <= source["modified"]


def test_keywords_theme_and_industry(outputs):
    source = outputs["source"]
    assert outputs["zh"]["keywords"] == source["keywords"]
    assert outputs["en"]["keywords"] == source["keywords_en"]
    assert set(outputs["croissant"]["keywords"]) == {*source["keywords"], *source["keywords_en"]}
    words = {str(word) for word in objects(outputs, DCAT.keyword)}
    assert {*source["keywords"], *source["keywords_en"], source["industry"]["zh"], source["industry"]["en"]} == words
    graph, _ = outputs["dcat"]
    own, european = sorted(objects(outputs, DCAT.theme), key=lambda theme: "europa.eu" in theme)
    assert {str(label) for label in graph.objects(own, SKOS.prefLabel)} == {
        source["theme"]["zh"],
        source["theme"]["en"],
    }
    assert str(graph.value(own, SKOS.notation)) == source["theme"]["code"]
    assert str(european).endswith(f"/data-theme/{DATA_THEME[source['theme']['code']][0]}")
    for output in ("theme", "industry"):
        assert outputs["published"][output] == source[output]


def test_licence(outputs):
    licence = outputs["source"]["licenses"][0]
    assert outputs["published"]["licenses"] == outputs["source"]["licenses"]
    assert outputs["zh"]["license"] == outputs["croissant"]["license"] == licence["path"]
    assert outputs["csvw"]["dc:license"] == {"@id": licence["path"]}
    assert f"license: {licence['name']}" in outputs["cff"]
    assert all(schema.metadata[b"license"].decode() == licence["name"] for schema in outputs["parquet"].values())
    graph, node = outputs["dcat"]
    for distribution in graph.objects(node, DCAT.distribution):
        assert graph.value(distribution, DCTERMS.license) == URIRef(licence["path"])
    text = next(n for n in outputs["zip"].namelist() if n.endswith("LICENSE.txt"))
    assert licence["path"] in outputs["zip"].read(text).decode()


def test_frequency_openness_and_coverage(outputs):
    source = outputs["source"]
    assert outputs["published"]["update_frequency"] == outputs["api"]["update_frequency"] == source["update_frequency"]
    (frequency,) = objects(outputs, DCTERMS.accrualPeriodicity)
    assert str(frequency).endswith(f"/frequency/{FREQUENCIES[source['update_frequency']]['code']}")
    assert outputs["published"]["openness"] == source["openness"] == "unconditional"
    assert outputs["zh"]["isAccessibleForFree"] is True
    (access,) = objects(outputs, DCTERMS.accessRights)
    assert str(access).endswith("/access-right/PUBLIC")
    graph, _ = outputs["dcat"]
    if "temporal" in source:
        assert outputs["published"]["temporal"] == source["temporal"]
        span = f"{source['temporal']['start']}/{source['temporal']['end']}"
        assert outputs["zh"]["temporalCoverage"] == outputs["croissant"]["temporalCoverage"] == span
        (period,) = objects(outputs, DCTERMS.temporal)
        assert str(graph.value(period, DCAT.startDate)) == source["temporal"]["start"]
        assert str(graph.value(period, DCAT.endDate)) == source["temporal"]["end"]
    if "spatial" in source:
        assert outputs["published"]["spatial"] == source["spatial"]
        assert outputs["zh"]["spatialCoverage"].get("identifier") == source["spatial"].get("code")
        assert outputs["zh"]["spatialCoverage"]["name"] == source["spatial"]["zh"]
        (place,) = objects(outputs, DCTERMS.spatial)
        assert {str(label) for label in graph.objects(place, SKOS.prefLabel)} == {
            source["spatial"]["zh"],
            source["spatial"]["en"],
        }


def test_publisher_and_contact_come_from_the_settings(outputs, portal):
    settings = portal.settings
    assert outputs["published"]["publisher"] == {"zh": settings.organiser.zh, "en": settings.organiser.en}
    assert outputs["published"]["contact"]["zh"] == settings.contact.zh
    assert outputs["zh"]["publisher"]["name"] == settings.organiser.zh
    assert outputs["croissant"]["publisher"]["name"] == settings.organiser.en
    assert settings.organiser.zh in notes(outputs)
    assert {"publisher", "contact", "contributors"}.isdisjoint(outputs["source"])
    graph, _ = outputs["dcat"]
    (publisher,) = objects(outputs, DCTERMS.publisher)
    assert {str(name) for name in graph.objects(publisher, FOAF.name)} == {settings.organiser.zh, settings.organiser.en}
    (contact,) = objects(outputs, DCAT.contactPoint)
    vcard = "http://www.w3.org/2006/vcard/ns#"
    assert {str(name) for name in graph.objects(contact, URIRef(f"{vcard}fn"))} == {
        settings.organiser.zh,
        settings.organiser.en,
    }
    assert {str(note) for note in graph.objects(contact, URIRef(f"{vcard}note"))} == {
        settings.contact.zh,
        settings.contact.en,
    }


def test_volume_and_formats_are_those_of_the_files(outputs):
    graph, node = outputs["dcat"]
    sizes, media = {}, set()
    for each in graph.objects(node, DCAT.distribution):
        sizes[str(graph.value(each, DCAT.downloadURL)).removeprefix(BASE)] = int(graph.value(each, DCAT.byteSize))
        media.add(str(graph.value(each, DCAT.mediaType)).split("media-types/")[1])
    about = re.compile(r"/citation\.|(datapackage|croissant|csv-metadata)\.json$")  # these hold no data
    files = {path: data for path, data in outputs["files"].items() if not about.search(path)}
    assert sizes == {path: len(data) for path, data in files.items()}
    assert media == {each["encodingFormat"] for each in outputs["zh"]["distribution"]}
    assert {each["contentSize"] for each in outputs["zh"]["distribution"]} == {f"{len(d)} B" for d in files.values()}
    for resource in outputs["published"]["resources"]:
        path = f"data/{outputs['source']['name']}/{resource['path']}"
        assert (resource["bytes"], resource["format"]) == (len(files[path]), "csv")
        assert resource["rows"] == len(outputs["package"].tables[resource["name"]].rows)


def test_the_period_said_to_be_covered_covers_the_data(outputs):
    first, last = (outputs["source"]["temporal"][end][:4] for end in ("start", "end"))
    years = {
        year
        for table in outputs["package"].tables.values()
        if table.name != "sources"
        for field in table.fields
        if field.name in ("period", "date", "since", "year", "adopted", "in_force")
        for row in table.rows
        for year in re.findall(r"\d{4}", str(row[field.name] or ""))
    }
    assert first <= min(years) <= max(years) <= last


def test_every_table_and_column(outputs):
    source = outputs["source"]
    csvw = {table["url"]: table for table in outputs["csvw"]["tables"]}
    records = {entry["@id"]: entry for entry in outputs["croissant"]["recordSet"]}
    variables = {entry["name"]: entry for entry in outputs["en"]["variableMeasured"]}
    dictionary = list(outputs["book"].worksheets[-1].iter_rows(min_row=3, values_only=True))
    for resource, shown in zip(source["resources"], outputs["published"]["resources"], strict=True):
        name = resource["name"]
        assert (shown["name"], shown["title"], shown["description_en"]) == (
            name,
            resource["title"],
            resource["description_en"],
        )
        described = csvw[f"{name}.csv"]
        assert in_both(described["dc:title"]) == {"zh-Hans": resource["title"], "en": resource["title_en"]}
        columns = {column["name"]: column for column in described["tableSchema"]["columns"]}
        fields = {field["name"]: field for field in records[name]["field"]}
        for field in resource["schema"]["fields"]:
            column = field["name"]
            assert field in shown["schema"]["fields"]
            assert field in outputs["json"][name]["schema"]["fields"]
            words = outputs["parquet"][name].field(column).metadata
            assert words[b"title_en"].decode() == field["title_en"]
            assert words[b"description"].decode() == field["description"]
            assert field["title"] in columns[column]["titles"]["zh"]
            assert in_both(columns[column]["dc:description"])["en"] == field["description_en"]
            assert field["description"] in fields[column]["description"]
            assert variables[f"{name}.{column}"]["description"] == field["description_en"]
            lines = [line for line in dictionary if line[:2] == (name, column)]
            assert lines[0][6:8] == (field["description"], field["description_en"])
            for code in field.get("categories", []):
                assert (code["value"], code["label"], code["label_en"]) in {line[8:11] for line in lines}
                assert f"{code['value']} = {code['label']}" in words[b"codes"].decode()
                assert any(code["value"] in row.values() for row in records[f"{name}-{column}-codes"]["data"])


def test_sources_and_changelog(outputs):
    table = outputs["package"].tables["sources"]
    assert [entry["title"] for entry in outputs["published"]["sources"]] == [row["title"] for row in table.rows]
    assert [entry.get("path") for entry in outputs["published"]["sources"]] == [row["url"] for row in table.rows]
    assert outputs["published"]["changes"] == list(outputs["source"]["changes"])
    newest = outputs["source"]["changes"][0]
    noted = {str(note) for note in objects(outputs, URIRef("http://www.w3.org/ns/adms#versionNotes"))}
    assert noted == {newest["what_zh"], newest["what_en"]}
    assert newest["what_zh"] in notes(outputs)


def test_nothing_in_the_descriptor_is_left_behind(outputs):
    """A key that somebody adds to a descriptor must at least reach the published descriptor."""
    lost = {key for key in outputs["source"] if outputs["published"].get(key) is None}
    assert lost == set()
