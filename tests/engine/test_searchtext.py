"""What the search index reads: Chinese character by character, words of neighbouring parts kept apart."""

import re

import pytest

from ipportal.site.search import LANG, apart, as_indexed


def page(lang, main, attribute="data-pagefind-body"):
    return f'<html lang="{lang}"><head><title>题目</title></head><body><nav>导航</nav><main {attribute}>{main}</main>'


def main_of(text):
    return re.search(r"<main [^>]*>(.*)</main>", text, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("知识产权", "知 识 产 权"),
        ("贷款8000万元。", "贷 款 8000 万 元。"),
        ("规划三（六）1", "规 划 三（ 六） 1"),
        ("年度PCT国际专利", "年 度 PCT 国 际 专 利"),
        ("1,234.5 件", "1,234.5 件"),
        ("plain words", "plain words"),
    ],
)
def test_any_two_characters_are_apart(text, expected):
    assert apart(text) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>见<a href='甲乙'>商标</a>页</p>", "<p>见 <a href='甲乙'>商 标</a> 页</p>"),
        ("<span>行政机关</span><span>2021</span>", "<span>行 政 机 关</span> <span>2021</span>"),
        ("<script>var 甲乙</script><!-- 丙丁 --><b>戊己</b>", "<script>var 甲乙</script><!-- 丙丁 --><b>戊 己</b>"),
    ],
)
def test_markup_stays_as_it_is(markup, expected):
    # the spaces between parts stand behind the tags in the result
    found = main_of(as_indexed(page("zh-Hans", markup)))
    assert re.sub(r"\s", "", found) == re.sub(r"\s", "", expected)
    words = re.sub(r"<script.*?</script>|<!--.*?-->|<[^>]*>", "", found, flags=re.DOTALL).split()
    assert words == re.sub(r"<script.*?</script>|<!--.*?-->|<[^>]*>", "", expected, flags=re.DOTALL).split()


def test_only_the_main_part_of_a_chinese_page_is_changed_and_its_language():
    found = as_indexed(page("zh-Hans", "商标"))
    assert f'<html lang="{LANG}"' in found
    assert "<title>题目</title>" in found and "<nav>导航</nav>" in found


def test_english_words_are_kept_apart_where_a_part_ends_and_another_begins():
    found = as_indexed(page("en", "<dt>Terms</dt><dd>trademark</dd> <b>I</b>P <i>专利年费</i>"))
    assert main_of(found) == "<dt>Terms</dt><dd> trademark</dd> <b>I</b>P <i>专利年费</i>"
    assert '<html lang="en"' in found


def test_a_page_that_is_not_to_be_found_is_left_out():
    assert as_indexed(page("zh-Hans", "商标", "id='content'")) is None
