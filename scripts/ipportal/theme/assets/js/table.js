// Sorts tables (.ip-sort) by the column whose heading is pressed, and puts this site's real address into ready lines of
// code and citations (.ip-site). Without scripts the tables are complete in their own order and the lines name the local server.
(() => {
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const number = (text) => Number(text.replaceAll(",", "").replace("−", "-"));
  const sortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "ip-sort-by" });
      const sign = Object.assign(document.createElement("span"), { className: "ip-sort-sign" });
      sign.setAttribute("aria-hidden", "true");
      button.append(...head.childNodes, sign);
      head.append(button);
      const figures = head.classList.contains("num");
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const next = now === "ascending" ? "descending" : now === "descending" ? null : "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        const rows = [...original];
        if (next) {
          head.setAttribute("aria-sort", next);
          const sign = next === "ascending" ? 1 : -1;
          const text = new Map(rows.map((row) => [row, row.cells[column].textContent.trim()]));
          rows.sort((a, b) => {
            const [x, y] = [text.get(a), text.get(b)];
            if (!x || !y) return Number(!x) - Number(!y);
            return sign * (figures ? number(x) - number(y) : collator.compare(x, y));
          });
        }
        body.append(...rows);
      });
    });
  };
  // a folded table gets its buttons when it is opened: there are many, and the page is to be ready soon
  document.querySelectorAll("table.ip-sort").forEach((table) => {
    const fold = table.closest("details:not([open])");
    if (fold) fold.addEventListener("toggle", () => sortable(table), { once: true });
    else sortable(table);
  });
  if (location.protocol.startsWith("http")) {
    document.querySelectorAll("[data-root] .ip-site, .ip-site[data-root]").forEach((place) => {
      place.textContent = new URL(place.closest("[data-root]").dataset.root, location.href).href + (place.dataset.after ?? "");
    });
  }
})();
