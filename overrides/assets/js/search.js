// Search: a dialog over the Pagefind index, which is fetched only when the dialog opens.
// “/” opens, arrows walk the results, Enter follows, Esc closes and gives focus back.
(() => {
  const dialog = document.getElementById("search");
  const opener = document.querySelector("[data-search]");
  if (!dialog?.showModal || !opener) return;
  const part = (selector) => dialog.querySelector(selector);
  const input = part("input[type=search]"), list = part(".ip-search-list"), say = part(".ip-search-say");
  const kinds = part(".ip-search-kinds"), more = part(".ip-search-more");
  const words = dialog.dataset;
  const PAGE = 8;
  let engine, found = [], shown = 0, turn = 0;

  const load = async () => {
    if (engine) return engine;
    const base = new URL(words.index, location.href);
    engine = await import(new URL("pagefind.js", base).href);
    await engine.options({ baseUrl: new URL("..", base).pathname, excerptLength: 24 });
    await engine.init();
    const { kind = {} } = await engine.filters();
    for (const name of ["", ...Object.keys(kind)]) {
      const label = document.createElement("label");
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: "kind", value: name, checked: !name });
      label.append(radio, name || words.all);
      kinds.append(label);
    }
    kinds.hidden = !Object.keys(kind).length;
    return engine;
  };

  // Pagefind escapes the text and adds only <mark>; rebuild it from text nodes, so nothing else can become markup
  const excerpt = (html, into) => {
    const doc = new DOMParser().parseFromString(html, "text/html");
    for (const node of doc.body.childNodes) {
      if (node.nodeName === "MARK") into.append(Object.assign(document.createElement("mark"), { textContent: node.textContent }));
      else into.append(node.textContent);
    }
    return into;
  };

  const entry = (result) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: result.url, textContent: result.meta.title });
    item.append(link);
    if (result.meta.kind) item.append(" ", Object.assign(document.createElement("span"), { className: "ip-badge", textContent: result.meta.kind }));
    const parts = result.sub_results.filter((sub) => sub.url !== result.url).slice(0, 2);
    item.append(excerpt(result.excerpt, document.createElement("p")));
    if (parts.length) {
      const inner = document.createElement("ul");
      for (const sub of parts) {
        const row = document.createElement("li");
        row.append(Object.assign(document.createElement("a"), { href: sub.url, textContent: sub.title }));
        inner.append(row);
      }
      item.append(inner);
    }
    return item;
  };

  const showMore = async (mine) => {
    const results = await Promise.all(found.slice(shown, shown + PAGE).map((hit) => hit.data()));
    if (mine !== turn) return;
    list.append(...results.map(entry));
    shown += results.length;
    more.hidden = shown >= found.length;
  };

  const find = async () => {
    const mine = ++turn;
    const query = input.value.trim();
    if (!query) { list.replaceChildren(); say.textContent = ""; more.hidden = true; return; }
    say.textContent = words.wait;
    try {
      await load();
      const kind = part("input[name=kind]:checked")?.value;
      const { results } = await engine.search(query, { filters: kind ? { kind } : {} });
      if (mine !== turn) return;
      found = results;
      shown = 0;
      list.replaceChildren();
      more.hidden = true;
      say.textContent = results.length ? words.some.replace("{n}", results.length) : words.none;
      await showMore(mine);
    } catch (error) {
      engine = undefined;
      say.textContent = words.fail;
    }
  };

  const open = () => {
    if (dialog.open) return;
    opener.focus(); // where Esc leads back to
    dialog.showModal();
    input.focus();
    input.select();
    load().catch(() => { engine = undefined; say.textContent = words.fail; });
  };

  let timer;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 180); });
  kinds.addEventListener("change", find);
  more.addEventListener("click", () => showMore(turn));
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === input) { event.preventDefault(); clearTimeout(timer); find().then(() => part(".ip-search-list a")?.focus()); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target.type === "radio") return;
    const stops = [input, ...list.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });
  opener.hidden = false;
})();
