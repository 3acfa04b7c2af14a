import pytest

from ipportal.base.text import chinese_number, is_chinese, locator_label


@pytest.mark.parametrize(
    ("locator", "english"),
    [
        ("正文", "main text"),
        ("表2；二（三）", "Table 2; section 2(3)"),
        ("表1、表2", "Table 1, Table 2"),
        ("一（一）发展基础", "section 1(1)"),
        ("三（一）三", "section 3(1), point 3"),
        ("三（六）2二", "section 3(6)2, point 2"),
        ("三（一）三-2", "section 3(1), point 3-2"),
        ("五（五）", "section 5(5)"),
        ("表6-4 合计", "Table 6-4, 合计"),
        ("收案结案情况", "收案结案情况"),
    ],
)
def test_places_in_sources(locator, english):
    assert locator_label(locator, "en") == english
    assert locator_label(locator, "zh") == locator


@pytest.mark.parametrize(
    ("text", "value"), [("一", 1), ("九", 9), ("十", 10), ("十二", 12), ("二十", 20), ("四十三", 43)]
)
def test_chinese_numbers(text, value):
    assert chinese_number(text) == value


def test_other_words_are_no_number():
    with pytest.raises(ValueError, match="substring"):
        chinese_number("甲")


def test_chinese_is_recognised():
    assert is_chinese("表6-4 合计")
    assert not is_chinese("Table 2")
