// Search: a dialog over the index, which is fetched only when the dialog opens. What is found is in find.js.
// Ctrl+K opens, arrows walk the results, Enter follows, Esc closes and gives focus back.
(() => {
  const dialog = document.getElementById("search");
  const opener = document.querySelector("[data-search]");
  if (!dialog?.showModal || !opener) return;
  const part = (selector) => dialog.querySelector(selector);
  const input = part("input[type=search]"), list = part(".ip-search-list"), say = part(".ip-search-say");
  const kinds = part(".ip-search-kinds"), more = part(".ip-search-more"), asked = part(".ip-search-asked"), lines = part(".ip-search-lines");
  const words = dialog.dataset;
  const PAGE = 4, SECTIONS = 2;
  let finder, found = [], shown = 0, turn = 0;
  const element = (name, properties, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };

  // A page opened from a file may not read other files; that is no fault, and the site map still helps.
  const fromFile = location.protocol === "file:";
  // Old browsers do not run compiled code under this site's policy, and the index is read by such code.
  const tooOld = () => {
    try { return !new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); } catch { return true; }
  };
  const hindered = () => (fromFile ? words.file : tooOld() ? words.old : "");
  const load = async () => {
    if (hindered()) throw new Error(hindered());
    finder ??= import(new URL(words.find, location.href)).then((code) => code.open(new URL(words.index, location.href), words.lang));
    const { kinds: known } = await finder;
    if (kinds.childElementCount > 1) return finder;
    const order = words.kinds.split("|");
    for (const name of ["", ...known.sort((one, two) => order.indexOf(one) - order.indexOf(two))]) {
      const radio = element("input", { type: "radio", name: "kind", value: name, checked: !name });
      kinds.append(element("label", {}, radio, name || words.all));
    }
    kinds.hidden = !known.length;
    return finder;
  };

  const fail = () => {
    finder = undefined;
    say.textContent = hindered() || words.fail;
    // a page that was open over an update asks for a script that is gone
    if (!hindered()) say.append(" ", element("a", { href: location.pathname + location.search, textContent: document.getElementById("words").dataset.again }));
  };

  const line = ({ text, url, phone }) => {
    const item = element("li", {});
    if (phone) item.append(element("a", { className: "ip-tel", href: `tel:${phone}`, textContent: phone }));
    item.append(element("a", { href: url, textContent: text }));
    return item;
  };

  const entry = ({ url, title, section, kind, excerpt, sections }) => {
    const item = element("li", {}, element("a", { href: url, textContent: section ? `${title} › ${section}` : title }));
    if (kind) item.append(" ", element("span", { className: "ip-badge", textContent: kind }));
    item.append(element("p", {}, ...excerpt.map(({ text, marked }) => (marked ? element("mark", { textContent: text }) : text))));
    const rows = sections.slice(0, SECTIONS).map((section) => element("li", {}, element("a", { href: section.url, textContent: section.title })));
    if (rows.length) item.append(element("ul", {}, ...rows));
    return item;
  };

  const showMore = async (mine) => {
    const results = await Promise.all(found.slice(shown, shown + PAGE).map((hit) => hit.show()));
    if (mine !== turn) return;
    list.append(...results.map(entry));
    shown += results.length;
    more.hidden = shown >= found.length;
  };

  const summary = ({ hits, loose, also }) => {
    if (!hits.length) return words.none;
    if (loose) return words.loose;
    return words.some.replace("{n}", hits.length) + (also.length ? words.also.replace("{words}", also.join(words.comma)) : "");
  };

  const clear = () => {
    list.textContent = "";
    lines.textContent = "";
    more.hidden = asked.hidden = true;
  };

  const find = async (all) => {
    const mine = ++turn;
    const query = input.value.trim();
    if (!query) { clear(); say.textContent = ""; return; }
    say.textContent = words.wait;
    try {
      const answer = await (await load()).find(query, part("input[name=kind]:checked")?.value, all === true);
      if (mine !== turn) return;
      found = answer.hits;
      shown = 0;
      clear();
      lines.append(...answer.answers.map(line));
      say.textContent = summary(answer);
      asked.hidden = !answer.more;
      asked.textContent = words.asked.replace("{n}", answer.more);
      await showMore(mine);
    } catch { fail(); }
  };

  const open = () => {
    if (dialog.open) return;
    opener.focus(); // where Esc leads back to
    dialog.showModal();
    input.focus();
    input.select();
    load().catch(fail);
  };

  let timer;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 180); });
  kinds.addEventListener("change", find);
  more.addEventListener("click", async () => {
    const at = list.childElementCount;
    await showMore(turn);
    list.children[at]?.querySelector("a").focus();
  });
  asked.addEventListener("click", () => { find(true); input.focus(); });
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === input && !event.isComposing) {
      event.preventDefault();
      clearTimeout(timer);
      find().then(() => part(".ip-search-lines a, .ip-search-list a")?.focus());
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target.type === "radio") return;
    const stops = [input, ...dialog.querySelectorAll(".ip-search-lines a, .ip-search-list a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });
  opener.hidden = false;
})();
