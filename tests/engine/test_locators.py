import pytest

from ipportal.base.text import chinese_number


@pytest.mark.parametrize(
    ("text", "value"), [("一", 1), ("九", 9), ("十", 10), ("十二", 12), ("二十", 20), ("四十三", 43)]
)
def test_chinese_numbers(text, value):
    assert chinese_number(text) == value


def test_other_words_are_no_number():
    with pytest.raises(ValueError, match="substring"):
        chinese_number("甲")
