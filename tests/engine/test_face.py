"""The look, as far as it can be measured without a browser: contrast, words in both languages, weight."""

import re
from pathlib import Path

import jinja2
import pytest

ROOT = Path(__file__).parents[2]
THEME = ROOT / "scripts/ipportal/theme"
TOKENS = (THEME / "assets/css/tokens.css").read_text(encoding="utf-8")

LIGHT = ":root {"
DARK = "@media (prefers-color-scheme: dark) {"
MORE = "@media (prefers-contrast: more) {"
MORE_DARK = "@media (prefers-contrast: more) and (prefers-color-scheme: dark) {"
ELDER = ':root[data-mode="elder"] {'

#: Blocks of declarations that apply together, the later ones winning
SCHEMES = {
    "light": [LIGHT],
    "dark": [LIGHT, DARK],
    "light, more contrast": [LIGHT, MORE],
    "dark, more contrast": [LIGHT, DARK, MORE, MORE_DARK],
    "elder": [LIGHT, ELDER],
    "elder on a dark system": [LIGHT, DARK, ELDER],
}

GROUNDS = ["paper", "panel", "tint"]
#: (text, ground): words on their ground
TEXT = [(word, ground) for word in ("ink", "soft", "main", "seal", "amber") for ground in GROUNDS] + [
    ("on-main", "main"),
    ("on-banner", "banner"),
    ("ink", "main-soft"),
    ("main", "main-soft"),
    ("ink", "seal-soft"),
    ("seal", "seal-soft"),
    ("ink", "amber-soft"),
    ("amber", "amber-soft"),
    ("ink", "gap"),
    ("soft", "gap"),
]
#: (mark, ground): borders of controls, lines of charts, the ring around what has the focus
MARKS = [(mark, ground) for mark in ("edge", "focus") for ground in GROUNDS] + [
    (f"chart-series-{n}", "panel") for n in range(1, 5)
]


def block(opening: str) -> str:
    """The declarations of the first block with this opening line, its nested braces included."""
    start = re.search(rf"^{re.escape(opening)}$", TOKENS, re.MULTILINE)
    assert start, f"tokens.css has no block {opening}"
    return TOKENS[start.end() : TOKENS.index("\n}", start.end())]


def palette(scheme: str) -> dict[str, str]:
    colours: dict[str, str] = {}
    for opening in SCHEMES[scheme]:
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block(opening)))
    return colours


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stand_out_from_their_ground(scheme):
    colours = palette(scheme)
    least = 7 if "contrast" in scheme or "elder" in scheme else 4.5
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text, ground in TEXT
        if contrast(colours[text], colours[ground]) < least
    }
    assert not weak


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_stand_out_from_their_ground(scheme):
    colours = palette(scheme)
    weak = {
        f"{mark} on {ground}": round(contrast(colours[mark], colours[ground]), 2)
        for mark, ground in MARKS
        if contrast(colours[mark], colours[ground]) < 3
    }
    assert not weak


def test_elder_mode_sets_running_text_at_18_points():
    elder = block(ELDER)
    percent = float(re.search(r"font-size: (\d+)%", elder)[1])
    rem = float(re.search(r"--text-2: ([\d.]+)rem", elder)[1])
    assert rem * 16 * percent / 100 == pytest.approx(24, abs=0.05)
    assert percent == 130


def test_elder_script_is_small():
    assert (THEME / "assets/js/elder.js").stat().st_size < 3000


def files(*suffixes: str) -> list[Path]:
    return sorted(p for p in THEME.rglob("*") if p.suffix in suffixes)


@pytest.mark.parametrize("path", files(".html", ".css", ".js", ".svg"), ids=lambda p: str(p.relative_to(THEME)))
def test_no_foreign_host_and_nothing_inline(path):
    text = path.read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text)) - {"www.w3.org"}
    assert hosts <= {"beian.miit.gov.cn", "beian.mps.gov.cn"}, "only the two filing registers may be linked"
    if path.suffix == ".html":
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), "inline style or handler"


def phrases() -> dict[str, list[str]]:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(THEME), autoescape=True)
    module = environment.get_template("partials/strings.html").make_module({"config": {"theme": {"language": "zh"}}})
    return module.phrases


def test_every_phrase_is_said_in_both_languages():
    assert [key for key, (zh, en) in phrases().items() if not (zh and en)] == []


def test_every_phrase_is_used_and_every_use_is_known():
    known = set(phrases())
    templates = {p: p.read_text(encoding="utf-8") for p in files(".html") if p.name != "strings.html"}
    used = {key for text in templates.values() for key in re.findall(r"""s\.t\(['"]([\w.-]+)['"]\)""", text)}
    looked_up = {key for key in known if any(f'"{key}"' in text for text in templates.values())}
    assert used <= known
    listed = {f"page.{kind}" for text in templates.values() for kind in re.findall(r'"([a-z]+)"', text)}
    assert known - used - looked_up - listed == set()
