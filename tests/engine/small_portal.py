"""Small made-up portals for tests: only what a test names exists."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ipportal.analysis.progress import judge
from ipportal.base.periods import PartialDate, Period
from ipportal.base.quantities import Notation, UnitKind
from ipportal.base.text import Text
from ipportal.data.model import TOTAL, Area, Basis, Indicator, Observation, Portal, Series, Source, Target, Unit
from ipportal.data.plans import Plan, PlanState
from ipportal.data.settings import Identity, Settings

COUNT = UnitKind("count", divisible=False, additive=True, minimum=Decimal(0))
MONEY = UnitKind("money", Notation.MONEY, additive=True, minimum=Decimal(0))
SHARE = UnitKind("percent", Notation.PERCENT, minimum=Decimal(0), maximum=Decimal(100))
RATIO = UnitKind("ratio", per_head=True, minimum=Decimal(0))
PIECE = Unit("piece", Text("件", "patents"), "patent", COUNT, "piece", Decimal(1))
WAN_PIECE = Unit("wan-piece", Text("万件", "10,000 patents"), "10,000 patents", COUNT, "piece", Decimal(10000))
YUAN = Unit("yuan", Text("元", "yuan"), "yuan", MONEY, "yuan", Decimal(1))
WAN_YUAN = Unit("wan-yuan", Text("万元", "10,000 yuan"), "10,000 yuan", MONEY, "yuan", Decimal(10000))
YI_YUAN = Unit("yi-yuan", Text("亿元", "100 million yuan"), "100 million yuan", MONEY, "yuan", Decimal(10**8))
PERCENT = Unit("percent", Text("%", "%"), "%", SHARE, "percent", Decimal(1))
UNITS = {unit.id: unit for unit in (PIECE, WAN_PIECE, YUAN, WAN_YUAN, YI_YUAN, PERCENT)}

ZONE = Area("zone", Text("某经开区", "The Zone"), Text("经开区", "Zone"), "zone", 1)
CITY = Area("city", Text("某市", "The City"), Text("全市", "City"), "city", 2)
PROVINCE = Area("province", Text("某省", "The Province"), Text("全省", "Province"), "province", 3)
NATION = Area("nation", Text("全国", "China"), Text("全国", "China"), "nation", 4)
AREAS = {area.id: area for area in (ZONE, CITY, PROVINCE, NATION)}

BASES = {
    "plan": Basis(
        "plan", Text("规划口径", "plan definition"), Text("规划使用的口径。", "The definition the plan uses.")
    ),
    "web": Basis("web", Text("官网口径", "website definition"), Text("另一种口径。", "Another definition.")),
}
DRAFT = Source(
    "plan-draft",
    Text("规划征求意见稿", "Plan draft"),
    "规划（征求意见稿）",
    Text("某经开区", "The Zone"),
    None,
    None,
    "none",
    "plan",
    "zh-Hans",
)
SITE = Source(
    "zone-site-20220315",
    Text("管委会官网，2022-03-15", "Zone website, 15 Mar 2022"),
    "专利数据发布",
    Text("某经开区管委会", "Zone administration"),
    PartialDate.parse("2022-03-15"),
    "https://zone.example/a",
    "official",
    "website",
    "zh-Hans",
)
SOURCES = {source.id: source for source in (DRAFT, SITE)}


PLANS = (Plan("2021-2025", Text("某规划", "The Plan"), 2021, 2025, 2020, "plan", PlanState.CLOSED),)

SERIES = {
    TOTAL: Series(TOTAL, None, None, Text("合计", "Total"), 0),
    "enterprise": Series("enterprise", None, "applicant", Text("企业", "Enterprises"), 1),
    "university": Series("university", None, "applicant", Text("高校", "Universities"), 2),
}


def settings(as_of: str = "2026-11-22", plans: Iterable[Plan] | None = None) -> Settings:
    return Settings(
        id="sample",
        name=Text("某某公开门户", "Sample Open Portal"),
        short_name=Text("某某", "Sample"),
        tagline=Text("测试用", "for tests"),
        url="",
        organiser=Text("某单位", "An office"),
        contact=Text("某处", "Somewhere"),
        contact_url="",
        plans=PLANS if plans is None else tuple(plans),
        as_of=date.fromisoformat(as_of),
        identity=Identity(None, None, None),
        small_count_threshold=3,
        jump_factor=3.0,
    )


def indicator(
    id: str = "grants",
    *,
    unit: Unit = PIECE,
    direction: str = "up",
    measure_type: str = "annual-flow",
    group: str = "core",
    order: int = 1,
    name: Text | None = None,
    precision: int = 0,
) -> Indicator:
    return Indicator(
        id=id,
        group=group,
        topic="patents",
        order=order,
        name=name or Text("发明专利授权量", "Invention patents granted"),
        short=name or Text("发明授权", "Grants"),
        unit=unit,
        precision=precision,
        direction=direction,
        measure_type=measure_type,
        attribute="expected",
        definition=Text("当年授权的发明专利数量。", "Invention patents granted in the year."),
        definition_origin="portal",
        note=None,
    )


def observation(
    period: str | int,
    value: str | int | Decimal,
    *,
    indicator: str = "grants",
    area: str = "zone",
    series: str = TOTAL,
    basis: str = "plan",
    unit: Unit = PIECE,
    qualifier: str = "exact",
    status: str = "final",
    source: str = "plan-draft",
    confidence: str = "plan",
    line: int = 2,
) -> Observation:
    return Observation(
        indicator=indicator,
        area=area,
        series=series,
        period=Period.parse(str(period)),
        basis=basis,
        value=Decimal(value),
        unit=unit,
        qualifier=qualifier,
        status=status,
        source=source,
        locator=Text("表 2", "Table 2") if source == "plan-draft" else Text("正文", "main text"),
        confidence=confidence,
        note=None,
        line=line,
    )


def target(
    minimum: str | int | Decimal | None = None,
    maximum: str | int | Decimal | None = None,
    *,
    id: str = "grants-2025",
    indicator: str = "grants",
    kind: str = "reach",
    year: int = 2025,
    basis: str = "plan",
    unit: Unit = PIECE,
    default: bool = True,
) -> Target:
    low, high = (None if bound is None else Decimal(bound) for bound in (minimum, maximum))
    place = Text("表 2", "Table 2")
    return Target(
        id, None, indicator, "zone", year, basis, low, high, unit, kind, default, None, "plan-draft", place, None, 2
    )


def portal(
    observations: Iterable[Observation] = (),
    targets: Iterable[Target] = (),
    *,
    indicators: Iterable[Indicator] | None = None,
    as_of: str = "2026-11-22",
    plans: Iterable[Plan] | None = None,
    **others: object,
) -> Portal:
    known = tuple(indicators) if indicators is not None else (indicator(),)
    empty: dict[str, object] = {
        "packages": {},
        "discrepancies": (),
        "sections": {},
        "measures": {},
        "measure_indicators": (),
        "institutions": {},
        "roles": (),
        "systems": (),
        "updates": (),
        "case_statistics": (),
        "case_stories": {},
        "events": (),
        "observances": (),
        "incentives": (),
        "services": {},
        "glossary": {},
        "awards": (),
        "enterprises": (),
    }
    return Portal(
        settings=settings(as_of, plans),
        sources=SOURCES,
        areas=AREAS,
        bases=BASES,
        units=UNITS,
        series=SERIES,
        indicators={record.id: record for record in known},
        observations=tuple(observations),
        targets=tuple(targets),
        **(empty | others),
    )


def told(values, *, kind="reach", as_of="2026-11-22", rows=None, minimum=300, maximum=None, others=(), **of_indicator):
    found = rows or [observation(*value) for value in values]
    goal = target(minimum, maximum, kind=kind)
    world = portal(found, [goal, *others], indicators=[indicator(**of_indicator)], as_of=as_of)
    return world, judge(world, goal)
