"""A walk through a page with the Tab key alone."""

from playwright.sync_api import Page

STEP_LIMIT = 600

# What has the focus, whether it shows, and whether it can be seen. null once the focus has left the page.
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const box = e.getBoundingClientRect();
  const drawn = (element, part) => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  };
  // A link may fill its card with a pseudo-element, or let the card around it show the ring.
  let ring = drawn(e) || drawn(e, '::before') || drawn(e, '::after');
  for (let around = e.parentElement; around && !around.matches('main, body'); around = around.parentElement)
    ring ||= around.matches('li, article') && drawn(around);
  return {
    key: [...document.querySelectorAll('*')].indexOf(e),
    html: e.outerHTML.slice(0, 110),
    ring,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth
  };
}"""
# Radio buttons of one name are one stop.
CONTROLS = """() => {
  const all = [...document.querySelectorAll(
      'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])')]
    .filter(e => !e.disabled && e.tabIndex >= 0 && !e.closest('[inert]'))
    .filter(e => e.checkVisibility({visibilityProperty: true}));
  const groups = new Set(all.filter(e => e.type === 'radio').map(e => e.name));
  return all.filter(e => e.type !== 'radio').length + groups.size;
}"""


def focused(screen: Page) -> dict | None:
    """The element that has the focus: ``key``, ``html``, ``ring`` (it shows) and ``seen`` (it is on the screen)."""
    return screen.evaluate(FOCUSED)


def walk(screen: Page) -> list[str]:
    """Step through the whole page; gives what a reader without a mouse would stumble over."""
    expected = screen.evaluate(CONTROLS)
    stops: dict[int, dict] = {}
    for _ in range(STEP_LIMIT):
        screen.keyboard.press("Tab")
        stop = focused(screen)
        if stop is None or stop["key"] in stops:
            break
        stops[stop["key"]] = stop
    faults = [f"focus does not show: {stop['html']}" for stop in stops.values() if not stop["ring"]]
    faults += [f"focus out of sight: {stop['html']}" for stop in stops.values() if not stop["seen"]]
    if len(stops) < expected:
        faults.append(f"the keyboard reaches {len(stops)} of {expected} controls")
    return faults


# Gives the focus to all that takes it, folded parts included, forwards and backwards, and looks whether something
# lies over it. What is larger than the screen is judged by what of it is on the screen. Tables that are laid out when
# they come into sight would need a frame for each step. Given a number, about so many of a page, evenly spread.
COVERED = """async most => {
  document.querySelectorAll('details').forEach(fold => { fold.open = true; });
  document.querySelectorAll('.ip-table-tall').forEach(table => { table.style.contentVisibility = 'visible'; });
  await new Promise(done => setTimeout(done, 200)); // folds that open get their tools
  const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}));
  const step = most ? Math.ceil(all.length / most) : 1;
  const stops = all.filter((_, place) => place % step === 0);
  const fault = e => {
    e.focus();
    if (document.activeElement !== e) return 'takes no focus';
    let seen = 0, under = 0, by;
    for (const box of e.getClientRects()) for (const across of [.1, .5, .9]) for (const down of [.2, .5, .8]) {
      const [left, above] = [Math.max(box.left, 0), Math.max(box.top, 0)];
      const [right, below] = [Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
      const top = document.elementFromPoint(left + (right - left) * across, above + (below - above) * down);
      if (!top || right < left || below < above) continue;
      if (e.contains(top) || top.contains(e) || top.closest('label')?.control === e) seen += 1;
      else { under += 1; by = top; }
    }
    return under > seen / 2 ? `under ${by.outerHTML.slice(0, 50)}` : seen ? '' : 'out of sight';
  };
  const faults = [stops, [...stops].reverse()].flatMap(order => order.map(e => [fault(e), e]));
  return faults.filter(([said]) => said).map(([said, e]) => `${e.outerHTML.slice(0, 70)}: ${said}`);
}"""
