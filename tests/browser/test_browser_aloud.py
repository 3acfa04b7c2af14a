"""Reading aloud: what is on show is spoken once, in order and as people say it; it can be held, led on and ended."""

import re
from calendar import month_name
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import category

import pytest
from playwright.sync_api import Browser, expect

from support.tree import Page, Tree
from support.visit import Visit, visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LANGUAGES = ("zh", "en")
EVERYTHING = pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.slow)])

# A voice that notes what it is given: sentence by sentence, at once or (with `window.slow`) when it is told to.
VOICE = """
window.said = [];
class Words { constructor(text) { this.text = text; } }
Object.defineProperty(window, 'SpeechSynthesisUtterance', {value: Words});
Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
  getVoices: () => [{lang: 'zh-CN'}],
  speak(words) { window.said.push(words); if (!window.slow) queueMicrotask(() => words.onend()); },
  cancel() { const words = window.said.at(-1); if (words && window.slow) queueMicrotask(() => words.onerror()); },
})});
try { localStorage.setItem('ip-mode', 'elder'); } catch { /* about:blank */ }
"""

# What is on show in the main text, in order: texts as they stand, and for cells of tables the name of their column.
# Buttons, fields, filters, code, checksums, lists of file formats and what is hidden from screen readers are no text;
# of drawings it is the words of their marks.
ON_SHOW = """() => {
  const left = `button, input, select, textarea, pre, script, style, .ip-filter, .ip-downloads, .ip-figure-embed,
    .ip-sum, .headerlink, [aria-hidden=true], [role=status], [aria-live], svg`;
  const seen = node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const holder = node.parentElement;
    return holder.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false})
      && [...range.getClientRects()].some(box => box.width > 1 && box.height > 1);
  };
  const main = document.getElementById('content'), found = [];
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let cell = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === 1) {
      if (node.matches('svg') && !node.closest('[aria-hidden=true]') && node.getBoundingClientRect().width)
        for (const mark of node.querySelectorAll('[role=img][aria-label]'))
          found.push(['', mark.getAttribute('aria-label'), node.closest('[lang]').lang]);
      continue;
    }
    if (!node.data.trim() || node.parentElement.closest(left) || !seen(node)) continue;
    const own = node.parentElement.closest('td, th');
    if (own?.closest('thead')) continue;
    let head = '';
    if (own && own !== cell && own.parentElement.cells.length > 1) {
      const heads = own.closest('table').tHead?.rows;
      if (/[\\p{L}\\p{N}]/u.test(own.textContent))
        head = heads?.[heads.length - 1]?.cells[own.cellIndex]?.textContent ?? '';
    }
    cell = own;
    found.push([head, node.data, node.parentElement.closest('[lang]').lang]);
  }
  return found;
}"""

# How signs are said, written anew: [sign, Chinese, English]
SIGNS = [
    (r"≥", "不少于", "at least"),
    (r"≤", "不超过", "at most"),
    (r"≈", "约", "about"),
    (r"→", "变为", "to"),
    (r"×", "乘以", "times"),
    (r"÷", "除以", "divided by"),
    (r"=", "等于", "equals"),
    (r">", "大于", "more than"),
    (r"<", "小于", "less than"),
    (r"\^", "的次方", "to the power of"),
    (r"(?<=\d)\s*[—–]\s*(?=[\d’'])", "到", "to"),
    (r"(?:^|(?<=[\s(（：:]))[−-](?=\d)", "负", "minus"),
    (r"−", "减去", "minus"),
    (r"(?:^|(?<=[\s(（：:]))\+(?=\d)", "正", "plus"),
    (r"\+", "加", "plus"),
]
DATE = re.compile(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?\b(?!-)")


def as_said(text: str, language: str) -> str:
    """The letters and digits people say for a text."""

    def day(found: re.Match[str]) -> str:
        year, month, date = (int(part) if part else 0 for part in found.groups())
        if language == "zh":
            return f"{year}年{month}月" + (f"{date}日" if date else "")
        return (f"{date} " if date else "") + f"{month_name[month]} {year}"

    text = DATE.sub(day, " ".join(text.split()))
    for sign, zh, en in SIGNS:
        text = re.sub(sign, zh if language == "zh" else en, text)
    return letters(text)


def letters(text: str) -> str:
    """What remains of words when spaces and punctuation are left out."""
    return "".join(char for char in text if char.isalnum())


@contextmanager
def listener(browser: Browser, site: str, address: str = "") -> Iterator[Visit]:
    """A visitor in 长者模式 whose browser has a voice."""
    with visit(browser, site, alone=True) as visitor:
        visitor.page.add_init_script(VOICE)
        visitor.go(address)
        yield visitor


def heard(visitor: Visit) -> list[tuple[str, str]]:
    """Every sentence of the page as it is given to the voice, with its language."""
    visitor.page.locator("[data-read]").click()
    visitor.page.wait_for_function("document.getElementById('reading').hidden")
    return [tuple(one) for one in visitor.page.evaluate("said.map(words => [words.text, words.lang])")]


def difference(said: str, shown: str) -> str:
    """Where two runs of letters part, with what stands around; nothing where they are one."""
    at = next((i for i, (a, b) in enumerate(zip(said, shown, strict=False)) if a != b), min(len(said), len(shown)))
    around = slice(max(0, at - 20), at + 30)
    return "" if said == shown else f"heard “{said[around]}”, on show “{shown[around]}”"


@EVERYTHING
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_on_show_is_spoken_once_and_no_sign(
    browser: Browser, site: str, tree: Tree, language: str, everything: bool
) -> None:
    pages: list[Page] = tree.of(language) if everything else tree.kinds(language)
    faults = []
    with listener(browser, site) as visitor:
        for page in (p for p in pages if not p.is_error_page and not p.is_old_address and not p.is_frame):
            visitor.go(page.address)
            shown = visitor.page.evaluate(ON_SHOW)
            sentences = heard(visitor)
            said = "".join(letters(text) for text, _ in sentences)
            wanted = "".join(as_said(head, language) + as_said(text, tongue[:2]) for head, text, tongue in shown)
            if apart := difference(said, wanted):
                faults.append(f"{page.path}: {apart}")
            signs = {c for text, _ in sentences for c in text if category(c) in {"Sm", "Sk", "So"} or c in "·•—#"}
            faults += [f"{page.path}: a sign is spoken: {sign}" for sign in sorted(signs)]
            foreign = [text for text, tongue in sentences if tongue == "en" and re.search("[\u3400-\u9fff]{3}", text)]
            faults += [f"{page.path}: Chinese in an English voice: {text[:60]}" for text in foreign[:2]]
            faults += visitor.faults
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:20])


def test_reading_is_held_led_on_made_faster_and_ended(browser: Browser, site: str) -> None:
    with listener(browser, site, "indicators/invention-grants/") as visitor:
        page, panel = visitor.page, visitor.page.locator("#reading")
        page.evaluate("window.slow = true")
        opener, hold = page.locator("[data-read]"), panel.locator("[data-read-pause]")
        last = "said.at(-1)"

        def press(button: str) -> str:
            panel.get_by_role("button", name=button).press("Enter")
            page.wait_for_timeout(50)
            return page.evaluate(f"{last}.text")

        assert not panel.is_visible()
        opener.press("Enter")
        expect(panel).to_be_visible()
        title = page.evaluate(f"{last}.text")
        assert title == page.locator("h1").inner_text()
        expect(page.locator(".is-read")).to_have_text(re.compile(title))
        # the next sentence comes when one ends, the next part when the reader asks
        page.evaluate(f"{last}.onend()")
        assert page.evaluate(f"{last}.text") != title
        before = page.evaluate("said.length")
        following = press("下一段")
        assert page.evaluate("said.length") == before + 1
        # held, nothing more is said, and it goes on with the same sentence
        assert press("暂停") == following
        assert page.evaluate("said.length") == before + 1
        assert press("继续") == following
        expect(hold).to_have_text("暂停")
        rate = page.evaluate(f"{last}.rate")
        assert press("语速：正常") == following
        assert page.evaluate(f"{last}.rate") > rate
        expect(panel.get_by_role("button", name="语速：快")).to_be_focused()
        sides = panel.locator("button").evaluate_all(
            "all => all.flatMap(e => { const box = e.getBoundingClientRect(); return [box.width, box.height]; })"
        )
        assert min(sides) >= 44
        assert visitor.accessibility() == []
        press("停止朗读")
        assert not panel.is_visible()
        expect(opener).to_be_focused()
        assert page.locator(".is-read").count() == 0
        # and it ends when the mode is left
        opener.press("Enter")
        expect(panel).to_be_visible()
        page.locator("[data-elder]").press("Enter")
        assert not panel.is_visible() and not opener.is_visible()
        assert visitor.faults == []
