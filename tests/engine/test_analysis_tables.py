"""The tables for analysis hold what the portal knows, and are described by standards that others read."""

import io
import json
import re
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from frictionless import Package as Frictionless
from pysdmx.io import get_datasets, read_sdmx
from small_portal import observation, told

from ipportal.analysis.progress import verdicts
from ipportal.files.analysis import NAME, analysis_package
from ipportal.files.descriptions import sdmx_files
from ipportal.files.package_files import package_files
from support.portals import real_portal, second_portal, tiny_portal

PORTALS = {"tiny": tiny_portal(), "second": second_portal(), "real": real_portal()}


@pytest.fixture(params=PORTALS)
def portal(request):
    return PORTALS[request.param]


def frame(portal, table):
    data = analysis_package(portal).tables[table].data
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def test_every_observation_and_every_verdict_is_there_once(portal):
    rows, judged = frame(portal, "observations"), frame(portal, "verdicts")
    assert len(rows) == len(portal.observations)
    all_verdicts = {each.target.id: each for one in portal.indicators for each in verdicts(portal, one)}
    assert list(judged.target) == sorted(all_verdicts)
    assert {id: each.state.id for id, each in all_verdicts.items()} == dict(
        zip(judged.target, judged.state, strict=True)
    )
    assert list(frame(portal, "plan_parameters").plan) == sorted(plan.id for plan in portal.settings.plans)


def test_values_are_those_of_the_source_and_convert_exactly(portal):
    rows = frame(portal, "observations").set_index(["indicator", "area", "series", "period", "basis", "source"])
    for row in portal.observations:
        found = rows.loc[(row.indicator, row.area, row.series, row.period.text, row.basis, row.source)]
        assert found.value == f"{row.value:f}"
        assert Decimal(found.base_value) == row.value * row.unit.scale
        assert found.unit == row.unit.id
        assert found.indicator_zh == portal.indicators[row.indicator].name.zh


@pytest.mark.this_portal
def test_rows_that_are_compared_are_those_that_verdicts_use(portal):
    rows = frame(portal, "observations")
    assert set(rows.why_not[rows.comparable == "yes"]) == {""}
    assert "" not in set(rows.why_not[rows.comparable == "no"])
    judged = [each for one in portal.indicators for each in verdicts(portal, one) if each.target.kind != "cumulative"]
    used = {(v.indicator.id, k.observation.period.text, k.observation.source) for v in judged for k in v.later}
    marked = rows[rows.comparable == "yes"]
    assert used <= set(zip(marked.indicator, marked.period, marked.source, strict=True))


def world(values=(), **more):
    return replace(told(values, **more)[0], packages=PORTALS["tiny"].packages)


WHY = {
    "superseded": observation(2022, 1, status="superseded"),
    "undated": observation("undated", 1),
    "part-year": observation("2022-H1", 1),
    "several-years": observation("2021/2022", 1),
    "other-row": observation(2021, 5, source="zone-site-20220315", confidence="secondary"),
}


def test_a_row_that_is_not_compared_says_why():
    rows = frame(world(rows=[observation(2021, 4), *WHY.values()]), "observations")
    assert sorted(rows.why_not) == sorted(["", *WHY])


@pytest.mark.parametrize(
    ("period", "measure_type", "kind", "start", "end"),
    [
        ("2021", "annual-flow", "year", "2021-01-01", "2021-12-31"),
        ("2021-07", "annual-flow", "year-to-date", "2021-01-01", "2021-07-31"),
        ("2022-H1", "annual-flow", "half", "2022-01-01", "2022-06-30"),
        ("2016/2020", "annual-flow", "span", "2016-01-01", "2020-12-31"),
        ("2021-07", "year-end-stock", "point", "2021-07-31", "2021-07-31"),
        ("2021", "cumulative", "to-date", "", "2021-12-31"),
        ("2016/2020", "cumulative", "span", "2016-01-01", "2020-12-31"),
        ("undated", "annual-flow", "undated", "", ""),
    ],
)
def test_periods_are_told_in_days(period, measure_type, kind, start, end):
    row = frame(world([(period, 5)], measure_type=measure_type), "observations").iloc[0]
    assert (row.period_kind, row.period_start, row.period_end) == (kind, start, end)


def test_a_portal_without_values_or_targets_has_empty_tables():
    empty = replace(PORTALS["tiny"], observations=(), targets=())
    assert len(frame(empty, "observations")) == len(frame(empty, "verdicts")) == 0
    assert set(sdmx_files(empty, analysis_package(empty))) >= {"verdicts.sdmx.csv"}


def test_the_package_is_one_that_frictionless_accepts(portal, tmp_path):
    for path, data in package_files(portal, analysis_package(portal)).items():
        if path.startswith(f"data/{NAME}/"):
            (tmp_path / path.rsplit("/", 1)[-1]).write_bytes(data)
    report = Frictionless(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "note"])
    assert report.stats["tasks"] == 3


#: Observational time periods of SDMX 3.0 that occur: years, half-years, quarters, months, and a start with a duration
TIME = re.compile(r"\d{4}(-S[12]|-Q[1-4]|-(0[1-9]|1[0-2])|-\d\d-01/P\d+M)?")


@pytest.mark.this_portal
def test_the_structures_are_valid_sdmx_and_describe_the_data(portal, tmp_path):
    files = sdmx_files(portal, analysis_package(portal))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    structure = tmp_path / "structure.sdmx.json"
    read_sdmx(structure)  # judged by the JSON schema of the standard
    for table in analysis_package(portal).tables.values():
        (data,) = get_datasets(tmp_path / f"{table.name}.sdmx.csv", structure)
        components = {part.id: part for part in data.structure.components}
        assert list(components) == list(data.data.columns)
        for name, part in components.items():
            found = {value for value in map(str, data.data[name]) if value not in ("", "<NA>", "nan")}
            if part.local_codes:
                assert found <= {code.id for code in part.local_codes}, name
        dated = [row for row in table.rows if row.values.get("period_kind") != "undated"]
        assert len(data.data) == len(dated)
        assert not data.data.duplicated([part.id for part in components.values() if part.role.value == "D"]).any()
        if "TIME_PERIOD" in components:
            assert all(TIME.fullmatch(when) for when in data.data.TIME_PERIOD.astype(str))


def test_pysdmx_notices_a_structure_that_is_none(tmp_path):
    portal = PORTALS["tiny"]
    document = json.loads(sdmx_files(portal, analysis_package(portal))["structure.sdmx.json"])
    del document["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"]
    (tmp_path / "broken.json").write_text(json.dumps(document))
    with pytest.raises(Exception, match="dimensionList"):
        read_sdmx(tmp_path / "broken.json")
