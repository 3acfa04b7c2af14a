"""The accessibility statement: each claim has a test that proves it, each limit a date, in both languages."""

import ast
import re
from pathlib import Path

import pytest

from support.checks import PAGE_CHECKS

ROOT = Path(__file__).resolve().parents[2]
STATEMENT = ROOT / "scripts/ipportal/docs"
EVERY_PAGE = "instance/site/test_site_pages.py::test_every_page"
HEARD = "browser/test_browser_heard.py"
#: How each claim begins in both languages, and what proves it; in brackets, the check of every page that does
PROOFS = {
    ("各类页面用中文和英文", "Pages of every kind pass"): (
        "browser/test_browser_pages.py::test_every_kind_of_page_in_a_folder_under_a_strict_policy",
        f"{HEARD}::test_larger_type_and_the_dark_pass_every_rule",
    ),
    ("链接、按钮和输入框", "Links, buttons and fields"): (
        "browser/test_browser_use.py::test_the_keyboard_reaches_everything_and_shows_where_it_is",
        f"{HEARD}::test_nothing_covers_what_has_the_focus",
    ),
    ("提示文字和菜单", "Esc closes tips"): (
        f"{HEARD}::test_words_of_a_mark_stay_under_the_pointer_and_go_with_esc",
        f"{HEARD}::test_the_meaning_of_a_term_goes_with_esc",
        f"{HEARD}::test_more_hits_keep_the_focus_and_single_letters_are_free",
        "browser/test_browser_use.py::test_the_menu_of_a_phone",
    ),
    ("链接的名称", "The name of a link"): (f"{EVERY_PAGE}[link_names]",),
    ("每段文字", "Every text is marked"): (f"{EVERY_PAGE}[language_marks]",),
    ("数据表的每一列", "Every column and every row"): (f"{EVERY_PAGE}[tables]", f"{EVERY_PAGE}[row_headers]"),
    ("每张图都有标题", "Every chart has a title"): (
        f"{EVERY_PAGE}[text_alternatives]",
        "engine/test_charts.py::test_every_number_that_is_told_stands_in_the_table",
    ),
    ("颜色从不单独", "Colour never carries"): (f"{EVERY_PAGE}[states]",),
    ("页面缩到很窄", "However narrow"): (
        "browser/test_browser_pages.py::test_every_page_on_a_phone",
        "browser/test_engines.py::test_pages_fit_a_phone_begin_on_the_first_screen_and_raise_nothing",
    ),
    ("关闭脚本后", "With scripts switched off"): (
        "browser/test_browser_pages.py::test_every_kind_of_page_in_a_folder_under_a_strict_policy",
    ),
    ("长者模式提供", "The mode for older readers"): (
        "browser/test_browser_use.py::test_larger_type_is_kept_and_sound",
    ),
    ("朗读把页面", "Reading aloud speaks"): (
        "browser/test_browser_aloud.py::test_everything_on_show_is_spoken_once_and_no_sign",
    ),
    ("用读屏软件 Orca", "With the screen reader Orca"): (
        "browser/test_orca.py::test_a_screen_reader_comes_to_the_values_of_a_chart",
        "browser/test_orca.py::test_a_screen_reader_says_where_a_link_leads_out_of_the_site",
    ),
}


def lines(lang: str, part: int) -> list[str]:
    """The list below a heading of the statement."""
    text = (STATEMENT / lang / "about/accessibility.md").read_text(encoding="utf-8")
    return re.findall(r"^- (.*)$", text.split("\n## ")[part], re.MULTILINE)


@pytest.mark.parametrize(("place", "lang"), enumerate(("zh", "en")))
def test_every_claim_has_its_proof(place: int, lang: str) -> None:
    claims = lines(lang, 1)
    unproven = [claim for claim, begins in zip(claims, PROOFS, strict=True) if not claim.startswith(begins[place])]
    assert claims and not unproven, unproven


@pytest.mark.parametrize("proof", sorted({proof for proofs in PROOFS.values() for proof in proofs}))
def test_every_proof_is_a_test(proof: str) -> None:
    file, _, name = proof.partition("::")
    name, _, check = name.partition("[")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not check or check.removesuffix("]") in PAGE_CHECKS


def test_every_limit_is_named_in_both_languages_with_its_date() -> None:
    dates = [
        [re.findall(r"[（(](\d{4}-\d{2}-\d{2})[）)][。.]$", limit) for limit in lines(lang, 2)] for lang in ("zh", "en")
    ]
    assert dates[0] and dates[0] == dates[1] and all(len(found) == 1 for found in dates[0])
