from decimal import Decimal

import pytest
from small_portal import COUNT, MONEY, SHARE

from ipportal.base.quantities import (
    Unit,
    is_spelled,
    number,
    plain,
    quantity,
    quantity_parts,
    signed_number,
    spelled,
    spelling,
)
from ipportal.base.text import Text


def unit(key, zh, en, one, kind=COUNT, base=None, scale=1):
    return Unit(key, Text(zh, en), one, kind, base or key, Decimal(scale))


PATENT = unit("patent", "件", "patents", "patent")
TRADEMARK = unit("trademark", "件", "trademarks", "trademark")
TRADEMARK_WAN = unit("trademark-wan", "万件", "trademarks", "trademark", base="trademark", scale=10000)
YUAN_WAN = unit("cny-wan", "万元", "CNY 10,000", "CNY 10,000", MONEY, "cny", 10000)
YUAN_YI = unit("cny-yi", "亿元", "CNY 100 million", "CNY 100 million", MONEY, "cny", 100000000)
PERCENT = unit("percent", "%", "percent", "percent", SHARE)


@pytest.mark.parametrize(
    ("value", "of", "zh", "en"),
    [
        ("1443", PATENT, "1,443 件", "1,443 patents"),
        ("1", PATENT, "1 件", "1 patent"),
        ("12.41", PATENT, "12.41 件", "12.41 patents"),
        ("1.3", TRADEMARK_WAN, "1.3 万件", "13,000 trademarks"),
        ("33.56", TRADEMARK_WAN, "33.56 万件", "335,600 trademarks"),
        ("5512", YUAN_WAN, "5,512 万元", "CNY 55.12 million"),
        ("572.008", YUAN_WAN, "572.008 万元", "CNY 5.72008 million"),
        ("26.1", YUAN_YI, "26.1 亿元", "CNY 2.61 billion"),
        ("3", YUAN_YI, "3 亿元", "CNY 300 million"),
        ("50", YUAN_WAN, "50 万元", "CNY 500,000"),
        ("87", PERCENT, "87%", "87%"),
        ("-3.5", PATENT, "−3.5 件", "−3.5 patents"),
    ],
)
def test_values_keep_their_exactness_in_both_languages(value, of, zh, en):
    assert quantity(Decimal(value), of, "zh") == zh
    assert quantity(Decimal(value), of, "en") == en


def test_trailing_zeros_of_the_source_stay():
    assert number(Decimal("132.0")) == "132"
    assert number(Decimal("12.50")) == "12.50"


@pytest.mark.parametrize(
    ("qualifier", "zh", "en"),
    [
        ("about", "约 50 件", "about 50 patents"),
        ("more-than", "超过 50 件", "more than 50 patents"),
        ("nearly", "近 50 件", "nearly 50 patents"),
        ("at-least", "不少于 50 件", "at least 50 patents"),
        ("at-most", "不超过 50 件", "at most 50 patents"),
    ],
)
def test_approximations_keep_their_word(qualifier, zh, en):
    assert quantity(Decimal(50), PATENT, "zh", qualifier=qualifier) == zh
    assert quantity(Decimal(50), PATENT, "en", qualifier=qualifier) == en


def test_parts_for_layouts():
    assert quantity_parts(Decimal(1443), PATENT, "zh") == ("1,443", "件")
    assert quantity_parts(Decimal(5512), YUAN_WAN, "en") == ("CNY 55.12 million", "")


def test_units_of_one_base_convert_exactly():
    assert TRADEMARK.convert(Decimal(472269), TRADEMARK_WAN) == Decimal("47.2269")
    assert TRADEMARK_WAN.convert(Decimal("1.3"), TRADEMARK) == Decimal(13000)
    assert TRADEMARK.convert(Decimal(5), TRADEMARK) == Decimal(5)
    with pytest.raises(ValueError, match="patent cannot be expressed in cny-wan"):
        PATENT.convert(Decimal(1), YUAN_WAN)


def test_plain_and_change():
    assert str(plain(Decimal("1.30E+4"))) == "13000"
    assert signed_number(Decimal("1.5227")) == "+152.3%"
    assert signed_number(Decimal("-0.2")) == "−20.0%"
    assert [signed_number(Decimal(share), 0) for share in ("-0.000198", "0", "0.004", "3e-9")] == [
        "−0.02%",
        "0%",
        "+0.4%",
        "≈0%",
    ]
    assert number(Decimal("0.77216"), 4) == "0.7722"


@pytest.mark.parametrize("text", ["0", "150", "-3.5", "0.20", "-0.05", "100.0", "1" * 20])
def test_the_one_spelling_of_a_number(text):
    assert is_spelled(text)
    assert str(spelled(text)) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0150", "150"),
        ("150.", "150"),
        ("+150", "150"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        (".5", "0.5"),
        ("-007.50", "-7.50"),
        ("१५०", "150"),
        ("１５０", "150"),
        ("1_50", ""),
        ("1e5", ""),
        ("--1", ""),
        ("1.2.3", ""),
        ("²", ""),
        ("٫5", ""),
        ("150\n", ""),
        (" 150", ""),
        (".", ""),
        ("", ""),
        ("NaN", ""),
        ("1" * 25, ""),
    ],
)
def test_any_other_spelling_is_refused_and_mended_where_it_is_clear(text, meant):
    assert not is_spelled(text)
    assert spelling(text) == meant
    with pytest.raises(ValueError, match="not a number"):
        spelled(text)


def test_nothing_is_nothing_without_a_sign():
    assert str(plain(Decimal("-0.00"))) == "0"
