"""Every figure and target of the search of 29 November 2026 that was to be entered stands in the tables.

The values are written here a second time, from the phrases of the sources, so that a slip in the CSV cannot confirm
itself. A line beginning with # names the source of the lines below it.
"""

import csv
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "datapackages" / "indicators" / "data"

#: Source and its trust; below: indicator (and part of it), area, period, definition, value, unit, and `provisional`
#: where it is
FIGURES = """
# beijing-de-20250208 official
inventions-per-10k beijing 2024-11 plan 301.1 patent-per-10k
# beijing-en-20240424 official
high-value-inventions-per-10k beijing 2023 plan 136.95 patent-per-10k
inventions-per-10k beijing 2023 plan 262.9 patent-per-10k
# cctv-2024 news-of-official
valid-inventions nation 2023 official-statistics 4015000 patent
# china-ip-news-20260129 news-of-official
gi-trademarks nation 2025 official-statistics 7425 geographical-indication
# cjn-20220113 news-of-official
invention-applications dongfeng 2021 dongfeng-2022 4020 application
# cmrnn-20260114 news-of-official
high-value-inventions-per-10k chengdu 2025-11 plan 26.1 patent-per-10k
# cnipa-yearbook-2022-1-1 official
invention-grants nation 2022 plan 798347 patent
invention-grants nation 2022 cnipa-grants-domestic 695591 patent
# cnipa-yearbook-2022-3-1 official
valid-inventions nation 2018 cnipa-in-force 2366314 patent
valid-inventions nation 2019 cnipa-in-force 2670784 patent
valid-inventions nation 2020 cnipa-in-force 3057844 patent
valid-inventions nation 2021 cnipa-in-force 3596901 patent
valid-inventions nation 2022 cnipa-in-force 4212188 patent
valid-inventions nation 2018 cnipa-in-force-domestic 1662269 patent
valid-inventions nation 2019 cnipa-in-force-domestic 1926122 patent
valid-inventions nation 2020 cnipa-in-force-domestic 2279123 patent
valid-inventions nation 2021 cnipa-in-force-domestic 2773287 patent
valid-inventions nation 2022 cnipa-in-force-domestic 3351453 patent
# cnipa-yearbook-2022-7-4 official
madrid-applications city 2021 official-statistics 49 application
madrid-applications city 2022 official-statistics 62 application
madrid-applications province 2021 official-statistics 80 application
madrid-applications province 2022 official-statistics 87 application
madrid-applications nation 2021 official-statistics 5928 application
madrid-applications nation 2022 official-statistics 5827 application
madrid-applications changchun 2021 official-statistics 8 application
madrid-applications changchun 2022 official-statistics 13 application
madrid-applications shenyang 2021 official-statistics 5 application
madrid-applications shenyang 2022 official-statistics 6 application
madrid-applications chengdu 2021 official-statistics 46 application
madrid-applications chengdu 2022 official-statistics 39 application
madrid-applications xian 2021 official-statistics 23 application
madrid-applications xian 2022 official-statistics 17 application
madrid-applications nanjing 2021 official-statistics 91 application
madrid-applications nanjing 2022 official-statistics 74 application
madrid-applications hangzhou 2021 official-statistics 177 application
madrid-applications hangzhou 2022 official-statistics 162 application
madrid-applications qingdao 2021 official-statistics 36 application
madrid-applications qingdao 2022 official-statistics 74 application
madrid-applications ningbo 2021 official-statistics 115 application
madrid-applications ningbo 2022 official-statistics 123 application
madrid-applications guangzhou 2021 official-statistics 266 application
madrid-applications guangzhou 2022 official-statistics 395 application
# gmw-20250518 news-of-official
invention-applications dongfeng 2024 dongfeng-2025 6297 application
invention-grants dongfeng 2024 dongfeng-2025 1906 patent
valid-inventions dongfeng 2024 dongfeng-2025 9821 patent
# gzdaily-20251101 news-of-official
high-value-inventions-per-10k guangzhou 2025-06 plan 41.4 patent-per-10k
# huangshi-20240430 official
registered-trademarks huangshi-etdz 2024-03 plan 2810 trademark
inventions-per-10k huangshi 2024-03 plan 8.37 patent-per-10k
# hubei-ipo-20240415 news-of-official
gi-protected-products province 2023 official-statistics 165 geographical-indication
# hunan-20250923 official
inventions-per-10k changsha 2025-07 resident-population 77.23 patent-per-10k
valid-inventions changsha 2025-07 official-statistics 81989 patent
# jimu-20230224 news-of-official
invention-grants zone 2022 plan 2425 patent
invention-grants-growth zone 2022 plan 68.05 percent-change
invention-grants/enterprise zone 2022 plan 2312 patent
invention-grants-growth/enterprise zone 2022 plan 72.67 percent-change
valid-inventions zone 2023-02 official-statistics 6452 patent provisional
high-value-inventions zone 2023-02 official-statistics 1691 patent provisional
pledge-financing zone 2022 zone-press-2023 6500 wan-yuan
pledge-financing-total zone 2023-02 zone-press-2023 3.8 yi-yuan provisional
# scio-20220114 official
high-value-inventions-per-10k nation 2021 plan 7.5 patent-per-10k
# scio-2025 news-of-official
high-value-inventions nation 2025 official-statistics 2292000 patent
invention-grants nation 2025 plan 972000 patent
trademark-registrations nation 2025 official-statistics 4206000 trademark
registered-trademarks nation 2025 trademarks-mainland 49877000 trademark
madrid-applications nation 2025 official-statistics 6718 application
gi-products nation 2025 official-statistics 5066 geographical-indication
# thepaper-202201 news-of-official
pledge-financing nation 2021 patent-trademark-pledge 3098 yi-yuan
# wuhan-white-paper-2020 official
invention-applications city 2020 official-statistics 34635 application
patent-grants city 2020 official-statistics 58923 patent
invention-grants city 2020 plan 14667 patent
inventions-per-10k city 2020 plan 51.87 patent-per-10k
pct-applications city 2020 plan 1389 application
trademark-registrations city 2020 official-statistics 67206 trademark
registered-trademarks city 2020 plan 335600 trademark
gi-trademarks city 2020 official-statistics 40 geographical-indication
gi-protected-products city 2020 official-statistics 8 geographical-indication
# xinhua-20251210 news-of-official
high-value-inventions-per-10k nation 2025-06 plan 15.3 patent-per-10k
# xinhua-20260123 news-of-official
high-value-inventions-per-10k nation 2025 plan 16 patent-per-10k
valid-inventions nation 2025 official-statistics 5320000 patent
"""

#: Source; below: indicator, area, year, definition, minimum, unit, kind, default
TARGETS = """
# changjiang-daily-20211214
invention-applications city 2025 official-statistics 45000 application exceed yes
# hubei-daily-20220127
copyright-registrations province 2025 higher-plan 120000 copyright-registration reach yes
# hubei-ipo-20250220
valid-inventions province 2025 official-statistics 230000 patent annual yes
high-value-inventions-per-10k province 2025 plan 15 patent-per-10k annual no
registered-trademarks province 2025 plan 1300000 trademark annual yes
pct-applications province 2025 plan 2000 application annual no
pledge-financing province 2025 higher-plan 320 yi-yuan annual yes
# hubei-ipo-20260227
valid-inventions province 2026 official-statistics 230000 patent annual yes
high-value-inventions-per-10k province 2026 plan 15 patent-per-10k annual yes
registered-trademarks province 2026 plan 1400000 trademark annual yes
pledge-financing province 2026 higher-plan 500 yi-yuan annual yes
# wuhan-protection-area-plan-2024
high-value-inventions-per-10k city 2025 plan 40 patent-per-10k exceed yes
copyright-registrations city 2025 higher-plan 85000 copyright-registration reach yes
# wuhan-strong-city-plan-2022
trademarks-per-10k-entities city 2025 official-statistics 2800 trademark-per-10k-entities reach yes
pledge-financing city 2025 higher-plan 30 yi-yuan reach yes
"""


def rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(text: str) -> list[tuple[str, ...]]:
    """Each line with the words of its source line before it."""
    found, source = [], ()
    for line in text.strip().splitlines():
        if line.startswith("# "):
            source = tuple(line[2:].split())
        else:
            found.append((*source, *line.split()))
    return found


UNITS = {row["id"]: row["unit"] for row in rows("indicators")}
OBSERVATIONS = {
    (
        row["source"],
        f"{row['indicator']}/{row['series']}".removesuffix("/total"),
        *map(row.get, ("area", "period", "basis")),
    ): row
    for row in rows("observations")
}


def test_eighty_figures_and_fifteen_targets_were_to_be_entered():
    assert (len(listed(FIGURES)), len(listed(TARGETS))) == (80, 15)


@pytest.mark.parametrize("line", listed(FIGURES), ids=lambda line: "-".join(line[2:5]))
def test_figure(line):
    source, confidence, indicator, area, period, basis, value, unit, *provisional = line
    row = OBSERVATIONS[source, indicator, area, period, basis]
    assert (row["value"], row["unit"] or UNITS[row["indicator"]], row["confidence"]) == (value, unit, confidence)
    assert (row["qualifier"], row["status"]) == ("exact", *(provisional or ["final"]))


@pytest.mark.parametrize("line", listed(TARGETS), ids=lambda line: "-".join(line[1:4]))
def test_target(line):
    names = ("source", "indicator", "area", "year", "basis")
    (row,) = [row for row in rows("targets") if tuple(row[name] for name in names) == line[:5]]
    found = (row["minimum"], row["unit"] or UNITS[row["indicator"]], row["kind"], row["default"])
    assert found == line[5:]
    assert row["maximum"] == ""


def test_the_rounded_national_grants_of_2022_are_superseded_by_the_exact_ones():
    old = OBSERVATIONS["cns-20230424", "invention-grants", "nation", "2022", "plan"]
    assert (old["value"], old["status"]) == ("798000", "superseded")


def test_the_groups_figures_have_an_area_and_definitions_of_their_own():
    areas = {row["id"]: row["level"] for row in rows("areas")}
    group = [row for row in OBSERVATIONS.values() if areas[row["area"]] == "group"]
    assert {row["area"] for row in group} == {"dongfeng"}
    others = {row["basis"] for row in OBSERVATIONS.values() if areas[row["area"]] != "group"}
    assert {row["basis"] for row in group} == {"dongfeng-2022", "dongfeng-2025"} and not others & {
        row["basis"] for row in group
    }


def test_a_stated_population_is_a_definition_of_its_own():
    stated = [row for row in OBSERVATIONS.values() if row["basis"] == "resident-population"]
    assert [(row["area"], row["value"]) for row in stated] == [("changsha", "77.23")]


#: The contradictions the search found, each with its two values
DISCREPANCIES = {
    "ecommerce-239": ("239", "317"),
    "wuhan-patent-cases-2020": ("65", "317"),
    "wuhan-inventions-per-10k-2020": ("41", "51.87"),
    "wuhan-gi-target": ("45", "40+8"),
    "wuhan-high-value-target": ("28", ">40"),
    "nation-grants-2022": ("798000", "798347"),
    "nation-valid-inventions": ("3596901", "2773287"),
    "hubei-high-value-2025": ("12", "15"),
    "pledge-total-2023": ("3.8", "3"),
    "nation-gi-products": ("2544", "5066"),
    "nation-trademarks-scope": ("49777000", "49877000"),
    "dongfeng-valid-inventions": ("4635", "9821"),
}


def test_contradictions_are_told():
    found = {row["id"]: (row["value_a"], row["value_b"]) for row in rows("discrepancies")}
    assert DISCREPANCIES.items() <= found.items()
    assert "workstation-place" in found
