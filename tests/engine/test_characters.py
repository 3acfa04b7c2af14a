import pytest
from hypothesis import given, strategies

from ipportal.base.characters import hidden, mended, odd, runs_in_a_spreadsheet, template_in
from ipportal.base.text import visible

HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200d\u200e\u200f"
    "\u2028\u202a\u202e\u2066\u2069\u2800\u3164\uffa0\ufeff\U000e0041\U000e0101\x08"
)


@pytest.mark.parametrize("char", HIDDEN)
def test_what_nobody_sees_is_told_with_its_code_point(char):
    assert hidden(char)
    (found,) = odd(f"正{char}文")
    assert (found.place, found.meant, str(found)) == (1, "", f"U+{ord(char):04X}")
    assert visible(f"正{char}文") != f"正{char}文"


@pytest.mark.parametrize(
    ("char", "meant"),
    [
        ("\u2f54", "水"),  # Kangxi radical
        ("\u2ecb", "车"),  # radicals supplement, without a normal form
        ("\u2e9f", "母"),  # radicals supplement, with one
        ("\uf92d", "來"),  # compatibility ideograph
        ("\U0002f800", "丽"),
        ("\ufb01", "fi"),
        ("\U0001d400", "A"),
        ("\u0410", "A"),  # Cyrillic
        ("\u039f", "O"),  # Greek
    ],
)
def test_a_look_alike_is_told_with_the_character_that_is_meant(char, meant):
    (found,) = odd(f"a{char}")
    assert found.meant == meant
    assert f"U+{ord(char):04X}" in str(found) and meant in str(found)
    assert mended(f"a{char}") == f"a{meant}"
    assert f"⟨U+{ord(char):04X}⟩" in visible(char)


@pytest.mark.parametrize(
    "text",
    [
        "知识产权“十四五”规划（征求意见稿）",
        "±10 ㎡，第Ⅱ期①",
        "α, β — μ",
        "\ufa0e",
        "⚠\ufe0f 注意",
        "全\u3000角",
        "naïve · ½",
    ],
)
def test_ordinary_words_pass(text):
    assert odd(text) == ()
    assert mended(text) == text


def test_a_selector_without_a_symbol_has_no_meaning():
    assert [one.place for one in odd("字\ufe0f")] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(1)",
        "-2+3|cmd",
        "+1*cmd",
        "\t=1",
        "\r1",
        "  =1",
        "'=1",
        '"+a',
        "＝1",
        "＋a",
        "－a",
        "＠a",
        "\u3000@a",
        "-a",
        ";=1",
        "a; @SUM(1)",
        "1;2;+a",
    ],
)
def test_what_a_spreadsheet_would_run(text):
    assert runs_in_a_spreadsheet(text)


@pytest.mark.parametrize(
    "text", ["", "-5", "+1.5%", "-1,200.50", "a=b", "2021-2025", "—", "“=”号", "1-2", "a; b", "a;-1", "；=1"]
)
def test_what_a_spreadsheet_leaves_alone(text):
    assert not runs_in_a_spreadsheet(text)


@pytest.mark.parametrize(("text", "found"), [("a{{b}}", "{{"), ("{%if%}", "{%"), ("{#x#}", "{#"), ("{a} }} %}", "")])
def test_braces_of_a_template(text, found):
    assert template_in(text) == found


@given(strategies.text())
def test_mended_text_holds_no_look_alike_and_loses_nothing_else(text):
    done = mended(text)
    assert not any(one.meant for one in odd(done))
    assert [char for char in text if hidden(char)] == [char for char in done if hidden(char)]
