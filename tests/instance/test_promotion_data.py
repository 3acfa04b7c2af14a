"""The promotion package: events, observances, incentives, services and terms as the sources have them."""

import csv
import datetime
import re
from pathlib import Path

import pytest

from support.descriptions import complete

PACKAGES = Path(__file__).resolve().parents[2] / "datapackages"
PROMOTION = PACKAGES / "promotion"


def rows(table: str, package: str = "promotion") -> list[dict[str, str]]:
    with (PACKAGES / package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EVENTS = {row["id"]: row for row in rows("events")}
OBSERVANCES = {row["id"]: row for row in rows("observances")}

#: The 33 public events, with their dates; 2018-08 is told under the plan's own month (see below)
PUBLIC_EVENTS = {
    "pilot-park-admitted": "2015-01",
    "fast-track-center-approved": "2018-07",
    "pilot-park-accepted": "2018-08",
    "ip-summit-forum-2018": "2018-10-10",
    "patent-contest-awards-2019": "2019",
    "demo-park-admitted": "2019-07",
    "ip-park-proposed": "2019-11-05",
    "ip-forum-plan-drafting": "2020",
    "patent-figures-may-2020": "2020-07-08",
    "workstation-opened": "2020-11-04",
    "fast-track-center-accepted": "2020-12",
    "center-opens-registration": "2020-12-21",
    "green-industry-ip-center": "2020-12-29",
    "media-tour-2021": "2021-06-18",
    "protection-and-incentive-policy-2021": "2021-09-16",
    "wuhan-ip-plan": "2021-12-09",
    "hubei-ip-plan": "2022-01-26",
    "patent-figures-2021": "2022-02",
    "strong-ip-park-shortlist": "2022-03-11",
    "basic-courts-ip-jurisdiction": "2022-05-01",
    "first-hague-filings": "2022-05-05",
    "rewards-for-2021": "2022-08",
    "strong-ip-park-selected": "2022-09-02",
    "two-new-tribunals": "2022-10",
    "wuhan-strong-ip-city": "2023-02-10",
    "sweet-corn-festival-2023": "2023-06-09",
    "center-wins-contest-2023": "2023-08-23",
    "auto-ip-operation-center": "2025-04",
    "ip-service-cluster": "2025-04-17",
    "overseas-dispute-station": "2025-04-17",
    "wuhan-ip-report-2024": "2025-04-25",
    "wuhan-workstations-2025": "2025-08-22",
    "trademark-law-2026": "2026-06-26",
}

#: The 29 events of the search of 29 November 2026
LATER_EVENTS = {
    "ip-service-tour-hubei-20191202": "2019-12-02",
    "ip-week-hubei-wuhan-20200420": "2020-04-20",
    "hannan-corn-gi-prize-202010": "2020-10",
    "wuhan-white-paper-2020-20210420": "2021-04-20",
    "innovation-33-measures-20210707": "2021-07-07",
    "innovation-centre-opens-20211210": "2021-12-10",
    "dongfeng-applications-2021-20220113": "2022-01-13",
    "development-conference-awards-20220318": "2022-03-18",
    "national-ip-week-2022-20220420": "2022-04-20",
    "wuhan-strong-city-plan-2022": "2022",
    "zone-figures-2022-20230224": "2023-02-24",
    "national-ip-week-2023-20230420": "2023-04-20",
    "hubei-protection-2022-20230518": "2023-05-18",
    "hubei-trademark-cases-2023-20240415": "2024-04-15",
    "national-ip-week-2024-20240420": "2024-04-20",
    "jianghan-ip-week-20240424": "2024-04-24",
    "wuhan-protection-area-plan-20240907": "2024-09-07",
    "hubei-work-plan-2025-20250220": "2025-02-20",
    "national-ip-week-2025-hubei-20250422": "2025-04-22",
    "auto-ip-conference-2025-20250517": "2025-05-17",
    "ip-finance-pilot-20250623": "2025-06-23",
    "wuhan-district-ip-units-20251014": "2025-10-14",
    "cnipa-next-plan-20251128": "2025-11-28",
    "hubei-procuratorate-ip-20251204": "2025-12-04",
    "world-ip-day-2026-theme-20251215": "2025-12-15",
    "national-figures-2025-20260123": "2026-01-23",
    "spc-ip-court-seven-years-20260128": "2026-01-28",
    "hubei-ip-meeting-20260202": "2026-02-02",
    "hubei-work-plan-2026-20260227": "2026-02-27",
}

#: Milestones of section 1 (1) of the draft
MILESTONES = {
    "pledge-financing-pilot": "2016-08",
    "three-in-one-reform": "2017-10",
    "ip-exchange-opened": "2018-05",
    "copyright-hall-opened": "2018-06",
    "pilot-park-accepted": "2018-07",
    "fast-track-center-approved": "2018-07",
    "demo-park-admitted": "2019-07",
    "quality-development-policy-2019": "2019-08",
    "examiners-join-center": "2019-08",
    "examiners-trained": "2019-11",
    "first-ip-operator": "2019-12",
    "workstation-approved": "2020-09",
    "demo-park-work-plans": "2019",
}


def test_all_public_events_are_told():
    assert len(PUBLIC_EVENTS) == 33
    assert len(LATER_EVENTS) == 29
    assert set(EVENTS) == set(PUBLIC_EVENTS) | set(LATER_EVENTS) | set(MILESTONES)
    differing = {key for key, date in (PUBLIC_EVENTS | LATER_EVENTS).items() if EVENTS[key]["date"] != date}
    assert differing == {"pilot-park-accepted"}


def test_a_date_the_sources_dispute_is_said_to_be_disputed():
    accepted = EVENTS["pilot-park-accepted"]
    assert accepted["date"] == "2018-07"
    assert "2018年8月" in accepted["summary_zh"] and "August 2018" in accepted["summary_en"]
    center = EVENTS["fast-track-center-accepted"]["summary_zh"]
    assert all(day in center for day in ("12月20日", "12月21日", "12月10日"))


@pytest.mark.parametrize("key", MILESTONES)
def test_the_milestones_of_the_draft(key):
    assert EVENTS[key]["date"] == MILESTONES[key]
    assert (EVENTS[key]["source"], EVENTS[key]["confidence"]) == ("plan-draft", "plan")


def test_dates_are_real_days_or_months():
    for event in EVENTS.values():
        parts = event["date"].split("-")
        datetime.date(*(int(part) for part in [*parts, "1", "1"][:3]))


@pytest.mark.parametrize(
    ("key", "month", "day", "length", "fixed"),
    [
        ("world-ip-day", "4", "26", "1", "yes"),
        ("national-ip-week", "4", "20", "7", "no"),
        ("china-patent-week", "11", "", "", "no"),
        ("constitution-day", "12", "4", "1", "yes"),
        ("consumer-rights-day", "3", "15", "1", "yes"),
        ("china-brand-day", "5", "10", "1", "yes"),
        ("world-book-copyright-day", "4", "23", "1", "yes"),
        ("science-week", "5", "", "", "no"),
    ],
)
def test_observances(key, month, day, length, fixed):
    row = OBSERVANCES[key]
    assert (row["month"], row["day"], row["length_days"], row["fixed"]) == (month, day, length, fixed)


def test_no_observance_is_fixed_without_a_day():
    assert all(row["day"] and row["month"] for row in OBSERVANCES.values() if row["fixed"] == "yes")


#: Reward money, in 10,000 yuan: period, kind, amount, qualifier, source
INCENTIVES = {
    ("2016/2020", "paid", "1464.108", "exact", "plan-draft"),
    ("2019", "paid", "572.008", "exact", "plan-draft"),
    ("2020", "paid", "892.1", "exact", "plan-draft"),
    ("2018/2020", "paid", "2000", "nearly", "zone-press-20200708"),
    ("2019/2021", "paid", "2355", "exact", "zone-de-20211012"),
    ("2021", "committed", "2000", "at-least", "zone-de-20211012"),
    ("2021", "ceiling", "100", "at-most", "zone-de-20211012"),
    ("2021", "fixed", "100", "exact", "zone-de-20211012"),
}


def test_incentives():
    table = rows("incentives")
    keys = ("period", "kind", "value", "qualifier", "source")
    assert {tuple(row[key] for key in keys) for row in table} == INCENTIVES
    assert {(row["area"], row["unit"]) for row in table} == {("zone", "wan-yuan")}
    assert len(table) == len(INCENTIVES)


def test_services_are_numbered_without_gaps():
    table = rows("services")
    assert sorted(int(row["order"]) for row in table) == list(range(1, len(table) + 1))
    assert len(table) >= 20


def test_services_lead_to_known_indicators_and_carry_their_figure():
    indicators = {row["id"] for row in rows("indicators", "indicators")}
    assert {row["figures"] for row in rows("services")} - {""} <= indicators
    classes = next(row for row in rows("observations", "indicators") if row["indicator"] == "fast-track-design-classes")
    design = next(row for row in rows("services") if row["id"] == "design-pre-examination")
    assert classes["value"] == "54"
    assert "54" in design["conditions_zh"] and "54" in design["conditions_en"]


def test_no_telephone_number_address_or_opening_hour():
    number = re.compile(r"\d{7,}|(?<!\d)(?:1[02]|9[56])\d{3}(?!\d)|\d{3,4}-\d{7,8}|\d-\d{4}-\d{4}")
    clock = re.compile(r"\d{1,2}[:：]\d{2}")
    street = re.compile(r"(路|街|大道)\d+号")
    for table in ("events", "observances", "incentives", "services", "glossary"):
        for row in rows(table):
            for name, cell in row.items():
                if not name.endswith(("_zh", "_en")):
                    continue
                found = {hit.group() for hit in number.finditer(cell)}
                # 12315 is named by the plan draft, 12345 and 12368 are nationwide lines
                assert found <= {"12315", "12345", "12368"}, (table, row["id"], found)
                assert not clock.search(cell) and not street.search(cell), (table, row["id"], name)
                assert not re.search("电话|邮箱|电邮|上班时间|telephone|e-mail", cell), (table, row["id"], name)


def test_the_glossary_covers_the_field():
    terms = rows("glossary")
    assert len(terms) >= 45
    assert {row["topic"] for row in terms} == {
        "patent",
        "trademark",
        "copyright",
        "geographical-indication",
        "trade-secret",
        "international",
        "finance",
        "enforcement",
        "plan",
        "data",
    }
    assert len({row["term_zh"] for row in terms}) == len(terms)
    assert len({row["term_en"].lower() for row in terms}) == len(terms)


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("invention-patent", "20年", "20 years"),
        ("utility-model", "10年", "10 years"),
        ("design-patent", "15年", "15 years"),
        ("trademark", "10年", "10 years"),
        ("priority", "12个月", "12 months"),
        ("hague-agreement", "2022年5月5日", "5 May 2022"),
        ("punitive-damages", "一到五倍", "one to five times"),
        ("non-compete", "两年", "two years"),
    ],
)
def test_terms_of_law_agree_in_both_languages(key, zh, en):
    term = next(row for row in rows("glossary") if row["id"] == key)
    assert zh in term["plain_zh"] and en in term["plain_en"]


def test_figures_with_a_home_elsewhere_are_not_typed_again():
    """Counts of the indicators package stay out of the events' prose: these would be the easiest to forget."""
    prose = "".join(row["summary_zh"] + row["summary_en"] for row in EVENTS.values())
    for value in ("8490", "1443", "1212", "1049", "266", "143家", "514", "170家", "2355", "61家"):
        assert value not in prose, value


def test_areas_are_those_of_the_indicators_package():
    areas = {row["id"] for row in rows("areas", "indicators")}
    assert {row["area"] for row in rows("events") + rows("incentives")} <= areas


def test_the_descriptor_names_every_column():
    data = complete(PROMOTION / "datapackage.json")
    for resource in data["resources"]:
        with (PROMOTION / resource["path"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [field["name"] for field in resource["schema"]["fields"]]
