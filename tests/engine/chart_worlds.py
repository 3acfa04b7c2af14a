"""Small made-up portals that show a chart function every kind of case it must cope with."""

from decimal import Decimal

from small_portal import PERCENT, PIECE, WAN_PIECE, WAN_YUAN, indicator, observation, portal, target

from ipportal.base.periods import Period
from ipportal.base.text import LANGS, Text
from ipportal.charts import all_charts
from ipportal.data.model import Award, CaseStatistic, Incentive
from support.portals import real_portal, tiny_portal

SECOND = Text("马德里商标国际注册申请", "Madrid applications")

PLACE = Text("一", "section 1")


def _incentive(id, period, value, kind="paid", qualifier="exact"):
    return Incentive(
        id,
        Period.parse(period),
        "zone",
        kind,
        Decimal(value),
        WAN_YUAN,
        qualifier,
        "plan-draft",
        PLACE,
        "plan",
        None,
        2,
    )


def _award(id, level, kind, grade, count):
    name = Text(f"{level}{kind}{grade}奖", f"{level} {kind} {grade} award")
    return Award(
        id, level, name, grade, kind, count, Period.parse("undated"), "zone", "plan-draft", PLACE, "plan", None, 2
    )


def _case(id, period, statistic, value, ip_type="all", qualifier="exact"):
    number = None if value is None else Decimal(value)
    return CaseStatistic(
        id, Period.parse(period), "city", "court", ip_type, statistic, number, PIECE, qualifier, value is None, None,
        "plan-draft", PLACE, "plan", None, 2,
    )  # fmt: skip


def full_world():
    """Provisional, part-year, other definition, gaps, two targets, areas of every level, money, awards, cases."""
    rows = [
        observation(2018, 423),
        observation(2020, 572),
        observation(2021, 1443),
        observation(2021, 1443, source="zone-site-20220315", confidence="official"),
        observation("2021-07", 699),
        observation("2022-H1", 1212),
        observation("2022-Q3", 300),
        observation(2023, 1600, status="provisional"),
        observation(2019, 9999, status="superseded"),
        observation(2021, 1900, basis="web", qualifier="more-than"),
        observation("undated", 50, basis="web"),
        *(
            observation(2021, value, area=area)
            for area, value in (("city", 20000), ("province", 21000), ("nation", 695946))
        ),
        observation(2021, 1339, indicator="invention-grants", series="enterprise"),
        observation(2021, 1443, indicator="invention-grants"),
        observation("2022-H1", 1164, indicator="invention-grants", series="enterprise"),
        observation("2022-H1", 1212, indicator="invention-grants"),
        observation(2020, "1.3", indicator="marks", unit=WAN_PIECE),
        observation(2020, 5512, indicator="pledges", unit=WAN_YUAN),
        observation(2024, 9000, indicator="pledges", unit=WAN_YUAN, qualifier="about"),
        observation(2020, "12.5", indicator="share", unit=PERCENT),
        observation(2022, "-3.5", indicator="share", unit=PERCENT),
    ]
    targets = [
        target(1700),
        target(1500, id="grants-other", default=False, kind="exceed"),
        target(2, 3, id="marks-2025", indicator="marks", unit=WAN_PIECE, kind="range"),
        target(10000, id="pledges-2025", indicator="pledges", unit=WAN_YUAN),
        target(None, 5, id="share-2025", indicator="share", unit=PERCENT),
        target(20, id="empty-2025", indicator="empty"),
    ]
    indicators = [
        indicator(),
        indicator(
            "marks",
            unit=WAN_PIECE,
            order=2,
            measure_type="year-end-stock",
            name=Text("有效注册商标总量", "Registered trademarks"),
        ),
        indicator("pledges", unit=WAN_YUAN, order=3, name=Text("质押融资登记金额", "Pledge financing")),
        indicator("share", unit=PERCENT, order=4, direction="down", name=Text("退回比例", "Share returned")),
        indicator("empty", order=5, group="commitment", name=Text("专利代理机构", "Patent agencies")),
        indicator("invention-grants", group="context", order=7, name=Text("发明授权", "Invention grants")),
    ]
    return portal(
        rows,
        targets,
        indicators=indicators,
        packages={name: tiny_portal().packages[name] for name in ("cases", "recognition")},
        incentives=(
            _incentive("a", "2019", "572.008"),
            _incentive("b", "2020", "892.1"),
            _incentive("c", "2018/2020", "2000", qualifier="nearly"),
            _incentive("d", "2021", "2000", kind="committed"),
        ),
        awards=(
            _award("x", "national", "invention", "excellence", 12),
            _award("y", "provincial", "design", "gold", 2),
            _award("z", "national", "competition", "second", 1),
        ),
        case_statistics=(
            _case("n22", "2022", "cases-new", 7582),
            _case("n24", "2024", "cases-new", 6316, qualifier="nearly"),
            _case("c24", "2024", "cases-closed", None),
            _case("n24p", "2024", "cases-new", 507, "patent"),
            _case("n24t", "2024", "cases-new", 1527, "trademark"),
            _case("n24c", "2024", "cases-new", 3590, "copyright"),
        ),
    )


REAL = real_portal()
CHARTS = [("real", chart) for chart in all_charts(REAL)] + [("made up", chart) for chart in all_charts(full_world())]


def layers(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def data_rows(spec):
    """Rows of marks that stand for values: they carry the words for screen readers."""
    return [row for layer in spec["layer"] if "description" in layer["encoding"] for row in layer["data"]["values"]]


def sizes():
    return [(chart, lang, width) for _, chart in CHARTS for lang in LANGS for width in chart.widths]


def column(table, key, lang):
    """The bare values of one column of a chart's table."""
    place = [one.key for one in table.columns].index(key)
    return [row[place].raw[lang] for row in table.rows]
