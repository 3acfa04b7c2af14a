import pytest

from ipportal.base.text import Text, join_list, join_texts, visible


def test_a_text_is_read_by_language():
    assert Text("甲", "A")["zh"] == "甲"
    assert Text("甲", "A")["en"] == "A"


def test_format_fills_texts_language_by_language():
    filled = Text("{n} 项，{what}", "{n} items, {what}").format(n=3, what=Text("核心", "core"))
    assert filled == Text("3 项，核心", "3 items, core")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("12 ", "12␣"),
        ("  12", "␣␣12"),
        ("   ", "␣␣␣"),
        ("", ""),
        ("\ufeffid", "⟨BOM⟩id"),
        ("1\u00a02", "1⟨NBSP⟩2"),
        ("a\tb", "a⇥b"),
        ("a\x07b", "a⟨U+0007⟩b"),
        ("知识 产权", "知识 产权"),
    ],
)
def test_invisible_characters_are_made_visible(raw, shown):
    assert visible(raw) == shown


def test_long_text_is_cut():
    assert visible("x" * 100, limit=10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("items", "zh", "en"),
    [
        ([], "", ""),
        (["甲"], "甲", "甲"),
        (["甲", "乙"], "甲和乙", "甲 and 乙"),
        (["甲", "乙", "丙"], "甲、乙和丙", "甲, 乙 and 丙"),
    ],
)
def test_lists_in_running_text(items, zh, en):
    assert join_list(items, "zh") == zh
    assert join_list(items, "en") == en


def test_texts_are_put_together_language_by_language():
    two = (Text("甲", "A"), Text("乙", "B"))
    assert Text.joined(two) == Text("甲，乙", "A, B")
    assert Text.joined(two, "；", "; ") == Text("甲；乙", "A; B")
    assert join_texts(two) == Text("甲和乙", "A and B")
    assert two[0] + two[1] == Text("甲乙", "AB")
    assert Text.same(3) == Text("3", "3")
    assert Text.each(lambda lang: f"<{lang}>") == Text("<zh>", "<en>")
