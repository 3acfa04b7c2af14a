"""The descriptions of the data, judged by other people's validators and by shapes written from the specifications."""

import json
import re
import subprocess
import sys
from pathlib import Path

import csvw
import jsonschema
import mlcroissant
import pyshacl
import pytest
import yaml
from frictionless import Package
from openapi_spec_validator import validate as validate_openapi
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from ipportal.files.identity import main_table

pytestmark = pytest.mark.no_cover  # the published files are made by a fixture, which is counted


HERE = Path(__file__).parent
NAMES = sorted(folder.name for folder in (HERE.parents[1] / "datapackages").iterdir())


def checked(schema, document):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(document)]


def profile(name):
    return json.loads((HERE / "profiles" / name).read_bytes())


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def descriptor(published, name):
    return json.loads(published[f"data/{name}/datapackage.json"])


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_descriptor_meets_the_data_package_profile(descriptor, version):
    assert checked(profile(f"data-package-{version}.json"), descriptor) == []


def test_descriptor_meets_the_tabular_profile_of_version_1(descriptor):
    resources = [resource | {"profile": "tabular-data-resource"} for resource in descriptor["resources"]]
    old = descriptor | {"profile": "tabular-data-package", "resources": resources}
    assert checked(profile("tabular-data-package-1.0.json"), old) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [("name", "Not A Name"), ("licenses", []), ("resources", []), ("contributors", [{"roles": "x"}])],
)
def test_the_profiles_catch_what_is_wrong(descriptor, place, value):
    assert checked(profile("data-package-1.0.json"), descriptor | {place: value}) or checked(
        profile("data-package-2.0.json"), descriptor | {place: value}
    )


def test_frictionless_accepts_every_package_over_http(address, name):
    report = Package(f"{address}data/{name}/datapackage.json").validate()
    assert report.valid, report.flatten(["title", "note"])
    assert report.stats["tasks"] > 0


def test_frictionless_opens_the_zip_itself_and_checks_every_table(address, folder, name, descriptor):
    for place in (str(folder / "data" / f"{name}.zip"), f"{address}data/{name}.zip"):
        report = Package(place).validate()
        assert report.valid, report.flatten(["title", "note"])
        assert report.stats["tasks"] == len(descriptor["resources"])


def test_frictionless_notices_a_changed_file(folder, name, tmp_path):
    for path in (folder / "data" / name).iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    victim = tmp_path / "sources.csv"
    victim.write_bytes(victim.read_bytes().replace(b"zh-Hans", b"zh-Hant", 1))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert [(task.name, error.type) for task in report.tasks for error in task.errors] == [("sources", "hash-count")]


def test_csvw_validates_every_table(folder, name, descriptor):
    for resource in descriptor["resources"]:
        path = folder / "data" / name / f"{resource['path']}-metadata.json"
        assert csvw.CSVW(str(path), validate=True).is_valid, path.name
    group = csvw.CSVW(str(folder / "data" / name / "csv-metadata.json"), validate=True)
    assert group.is_valid
    assert len(group.tables) == len(descriptor["resources"])


def test_csvw_catches_a_code_that_does_not_exist(folder, tmp_path):
    for file in ("observations.csv", "observations.csv-metadata.json"):
        text = (folder / "data/indicators" / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(text.replace(",exact,", ",wild-guess,", 1), encoding="utf-8")
    assert not csvw.CSVW(str(tmp_path / "observations.csv-metadata.json"), validate=True).is_valid


def test_croissant_is_valid_and_reads_the_records(folder, portal, name):
    file = str(folder / "data" / name / "croissant.json")
    issues = mlcroissant.Dataset(file).metadata.ctx.issues
    assert not issues.errors
    assert not issues.warnings
    package = portal.packages[name]
    for table in (main_table(package), package.tables["sources"]):
        # the library reads only the first record set of a Dataset object reliably
        records = list(mlcroissant.Dataset(file).records(table.name))
        assert len(records) == len(table.rows)
        key = table.primary_key[0]
        assert {as_text(r[f"{table.name}/{key}"]) for r in records} == {str(r[key]) for r in table.rows}


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


SHACL = Namespace("http://www.w3.org/ns/shacl#")
#: A term of a vocabulary DCAT-AP asks for, and the vocabulary
TERM = re.compile(r"(http://(?:publications\.europa\.eu/resource/authority/[a-z-]+|purl\.org/adms/[a-z]+))/\w+")


@pytest.fixture(scope="module")
def shapes():
    """The official shapes of DCAT-AP 3.0.1, but for what no validator can judge by."""
    graph = Graph()
    for file in (HERE / "profiles/dcat-ap-3.0.1").glob("*.ttl"):
        graph.parse(file)
    for shape, rule in list(graph.subject_objects(SHACL.property)):
        if (rule, SHACL.path, None) not in graph:  # two are named and said nowhere
            graph.remove((shape, SHACL.property, rule))
    # one asks for https in a name space that begins with http
    graph.remove((None, SHACL.pattern, Literal("^https://spdx.org/rdf/terms")))
    return graph


def findings(graph, shapes):
    """What the shapes say of a catalogue: {(severity, property, rule)}; vocabularies are told as they expect it."""
    told = Graph() + graph
    for term in filter(None, (TERM.fullmatch(str(node)) for node in set(graph.objects()))):
        scheme = URIRef(f"{term[1]}/1.0" if "/adms/" in term[1] else term[1])
        told.add((URIRef(term[0]), SKOS.inScheme, scheme))
        told.add((scheme, RDF.type, SKOS.ConceptScheme)).add((scheme, DCTERMS.title, Literal("a vocabulary")))
    _, report, _ = pyshacl.validate(told, shacl_graph=shapes, advanced=True)
    results = set(report.objects(None, SHACL.result))
    asked = (SHACL.resultSeverity, SHACL.resultPath, SHACL.sourceConstraintComponent)
    return {tuple(report.value(each, of) for of in asked) for each in results}


def warnings(rule, *properties):
    return {(SHACL.Warning, each, rule) for each in properties}


#: Advice that cannot be followed here: no source gives coordinates, what is a demonstration has no type of publisher,
#: and European lists hold neither this publisher nor its place nor the portal's own themes, beside which theirs stand
NOT_HERE = warnings(SHACL.MinCountConstraintComponent, DCAT.bbox, DCAT.centroid, DCTERMS.type)
NOT_HERE |= warnings(SHACL.NodeConstraintComponent, DCTERMS.publisher, DCTERMS.spatial, DCAT.theme)


@pytest.mark.parametrize("name", ["catalog", "versions"])
def test_catalogue_conforms_to_dcat_ap(folder, shapes, name):
    """Each file alone, as a harvester takes it."""
    assert findings(Graph().parse(folder / f"data/{name}.ttl"), shapes) == NOT_HERE


def test_the_shapes_catch_what_is_missing(folder, shapes):
    """Each of these asks for its own property, so all may lack at once."""
    graph = Graph().parse(folder / "data/catalog.ttl")
    missing = {
        *((DCAT.Catalog, DCTERMS.publisher), (DCAT.Dataset, DCTERMS.title), (DCAT.Dataset, DCAT.theme)),
        *((DCAT.Distribution, DCAT.accessURL), (DCAT.DataService, DCAT.endpointURL), (FOAF.Agent, FOAF.name)),
        *((DCAT.Dataset, DCAT.keyword), (DCAT.Dataset, DCAT.contactPoint), (DCAT.Distribution, DCTERMS.format)),
    }
    for of, gone in missing:
        for node in graph.subjects(RDF.type, of):
            graph.remove((node, gone, None))
    assert {path for _, path, _ in findings(graph, shapes) - NOT_HERE} == {gone for _, gone in missing}


def test_titles_and_descriptions_stand_in_every_language(folder):
    graph = Graph().parse(folder / "data/catalog.ttl").parse(folder / "data/versions.ttl")
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        for node in graph.subjects(RDF.type, kind):
            for words in (DCTERMS.title, DCTERMS.description):
                assert sorted(text.language for text in graph.objects(node, words)) == ["en", "zh-Hans"], node


def test_what_follows_from_a_package_names_it(folder):
    """The tables for analysis are a data set of their own, so that harvesters find them."""
    graph = Graph().parse(folder / "data/catalog.ttl")
    ((made, origin),) = graph.subject_objects(DCTERMS.source)
    assert (str(made).rsplit("/", 2)[-2], str(origin).rsplit("/", 2)[-2]) == ("analysis", "indicators")
    assert {(made, RDF.type, DCAT.Dataset), (origin, RDF.type, DCAT.Dataset)} <= set(graph)
    downloads = {str(graph.value(each, DCAT.downloadURL)) for each in graph.objects(made, DCAT.distribution)}
    assert {"verdicts.csv", "verdicts.sdmx.csv", "analysis-verdicts.xlsx"} <= {
        at.rsplit("/", 1)[-1] for at in downloads
    }


def test_both_notations_say_the_same_wherever_they_lie(published):
    for base in ("https://one.example/data/", "http://two.example/any/where/data/"):
        releases = json.loads(published["data/releases.json"])["releases"]
        for name, count in (("catalog", len(NAMES) + 1), ("versions", len(releases))):
            found = [
                Graph().parse(data=published[f"data/{name}.{end}"], format=form, publicID=f"{base}{name}.{end}")
                for end, form in (("ttl", "turtle"), ("jsonld", "json-ld"))
            ]
            assert isomorphic(*found)
            assert len(set(found[0].subjects(RDF.type, DCAT.Dataset))) == count
            assert len(set(found[0].subjects(RDF.type, DCAT.Catalog))) == (name == "catalog")


def test_each_package_leads_to_its_frozen_versions(folder, published):
    """The catalogue names the file of versions, which ties each to its package."""
    whole, versions = (Graph().parse(folder / f"data/{name}.ttl") for name in ("catalog", "versions"))
    linked = set(versions.objects(None, DCAT.hasVersion))
    assert linked == set(versions.subjects(RDF.type, DCAT.Dataset)) == set(versions.subjects(DCAT.isVersionOf))
    assert set(versions.objects(None, DCAT.isVersionOf)) <= set(whole.subjects(RDF.type, DCAT.Dataset))
    seen = {str(at).rsplit("/", 1)[-1] for at in whole.objects(None, RDFS.seeAlso)}
    assert seen == {"versions.ttl"} <= {path.rsplit("/", 1)[-1] for path in published}
    for node in linked:
        assert str(next(versions.objects(node, DCAT.landingPage))).endswith(("/",))
        assert f"{node}".removesuffix("#dataset") in {str(page) for page in versions.objects(node, DCAT.landingPage)}


def test_chinese_comes_first_for_harvesters_that_know_no_such_tag(published):
    for name in ("data/catalog.ttl", "data/catalog.jsonld", "data/versions.ttl", "data/versions.jsonld"):
        text = published[name].decode()
        tags = re.findall(r'"@language": "(.+?)"' if name.endswith("jsonld") else r'"@(zh-Hans|en)\b', text)
        pairs = re.findall(r"zh-Hans en|en zh-Hans", " ".join(tags))
        assert tags[0] == "zh-Hans" and pairs
    graph = Graph().parse(data=published["data/catalog.ttl"], format="turtle")
    for node in (*graph.subjects(RDF.type, DCAT.Dataset), *graph.subjects(RDF.type, DCAT.Distribution)):
        assert next(graph.objects(node, DCTERMS.title)).language == "zh-Hans"


def test_what_only_tells_of_data_is_a_document(folder):
    graph = Graph().parse(folder / "data/catalog.ttl")
    for node in graph.subjects(RDF.type, DCAT.Dataset):
        told = {str(page).rsplit("/", 1)[-1] for page in graph.objects(node, FOAF.page)}
        assert {"datapackage.json", "croissant.json", "csv-metadata.json"} <= told
        assert ("structure.sdmx.json" in told) == str(node).endswith("/analysis/#dataset")
        downloads = {str(graph.value(each, DCAT.downloadURL)) for each in graph.objects(node, DCAT.distribution)}
        assert downloads and not downloads & {str(page) for page in graph.objects(node, FOAF.page)}


def test_every_download_of_the_catalogue_exists_with_its_size_and_sum(published):
    base = "https://one.example/"
    graph = Graph()
    for name in ("catalog", "versions"):
        graph.parse(data=published[f"data/{name}.ttl"], format="turtle", publicID=f"{base}data/{name}.ttl")
    found = 0
    for node in graph.subjects(RDF.type, DCAT.Distribution):
        path = str(graph.value(node, DCAT.downloadURL)).removeprefix(base)
        assert int(graph.value(node, DCAT.byteSize)) == len(published[path])
        found += 1
    assert found == sum(1 for path in published if is_listed(path))


def is_listed(path):
    package = re.fullmatch(r"data/(\w+)(\.zip|/[^/]+|/[\d.]+/[^/]+\.zip)", path)
    about = re.search(r"/citation\.|(datapackage|croissant|csv-metadata|sdmx)\.json$", path)  # these hold no data
    return bool(package) and package[1] in {*NAMES, "analysis"} and not about


def test_every_api_document_meets_its_schema(published):
    documents = [p for p in published if p.startswith("data/api/v1/") and p.endswith(".json") and "schema" not in p]
    documents.remove("data/api/v1/openapi.json")
    judges = {}
    for path in documents:
        document = json.loads(published[path])
        kind = document["kind"]
        if kind not in judges:
            schema = json.loads(published[f"data/api/v1/schemas/{kind}.schema.json"])
            jsonschema.Draft202012Validator.check_schema(schema)
            judges[kind] = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        assert [error.message[:200] for error in judges[kind].iter_errors(document)] == [], path
    assert len(documents) > len(judges)


def test_api_schemas_refuse_a_wrong_document(published):
    document = json.loads(published["data/api/v1/indicators/invention-grants.json"])
    schema = json.loads(published["data/api/v1/schemas/indicator.schema.json"])
    for spoil in (lambda d: d["data"]["verdicts"][0].pop("state"), lambda d: d["data"].update(value=1)):
        broken = json.loads(json.dumps(document))
        spoil(broken)
        assert checked(schema, broken)


def test_openapi_is_valid_and_names_every_document(published):
    document = json.loads(published["data/api/v1/openapi.json"])
    validate_openapi(document)
    indicators = {each["id"] for each in json.loads(published["data/api/v1/indicators.json"])["data"]}
    one = document["paths"]["/indicators/{id}.json"]
    assert set(one["parameters"][0]["schema"]["enum"]) == indicators
    for path in document["paths"]:
        assert path == "/indicators/{id}.json" or f"data/api/v1{path}" in published


def test_verdicts_carry_the_promised_names(published):
    for path in (p for p in published if p.startswith("data/api/v1/indicators/")):
        for verdict in json.loads(published[path])["data"]["verdicts"]:
            promised = "state done expected pace cagr_ratio baseline latest target as_of formula_version"
            assert set(promised.split()) <= verdict.keys()


def test_verdicts_can_be_computed_again_from_what_is_published(published):
    """p = (v − v0) / (V − v0), e = (t − t0) / (T − t0), pace = p / e, from the API alone."""
    checked_any = 0
    for path in (p for p in published if p.startswith("data/api/v1/indicators/")):
        for v in json.loads(published[path])["data"]["verdicts"]:
            if v["pace"] is None or len(v["path"]) > 2:
                continue
            done = (v["latest"]["value"] - v["start"]) / (v["goal"] - v["start"])
            expected = (v["latest"]["year"] - v["baseline_year"]) / (v["target"]["year"] - v["baseline_year"])
            assert done == pytest.approx(v["done"], abs=1e-9)
            assert done / expected == pytest.approx(v["pace"], abs=1e-9)
            checked_any += 1
    assert checked_any > 3


def test_linkset_points_to_what_exists(published):
    linkset = json.loads(published["data/linkset.json"])["linkset"]
    assert len({context["anchor"] for context in linkset}) == len(linkset)
    for context in linkset:
        for relation, targets in context.items():
            for target in targets if relation != "anchor" else []:
                href = target["href"]
                if not href.startswith(("https:", "../")):
                    assert f"data/{href}" in published, href


def test_citation_files_are_well_formed(published):
    for path, data in published.items():
        text = data.decode() if path.endswith((".bib", ".ris", ".cff")) else ""
        if path.endswith(".bib"):
            assert re.match(r"@misc\{[\w.+-]+,\n", text)
            assert text.count("{") == text.count("}")
        elif path.endswith(".ris"):
            lines = text.split("\r\n")
            assert lines[0] == "TY  - DATA"
            assert lines[-2:] == ["ER  - ", ""]
            assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
        elif path.endswith(".csl.json"):
            assert json.loads(data)[0]["type"] == "dataset"


def test_citation_cff_meets_its_schema(folder, portal):
    files = [str(folder / "data" / name / "citation.cff") for name in NAMES]
    files.append(str(folder / "data/indicators/cite" / f"{next(iter(portal.indicators))}.cff"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", *files]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert {yaml.safe_load(Path(file).read_bytes())["type"] for file in files} == {"dataset"}
