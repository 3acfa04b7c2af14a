// Charts: words of every mark by keyboard, pointer and touch; the button that changes to the interactive version and back;
// and the choice among drawings, which the address holds and style sheets show: here the page stays in its place.
(() => {
  const load = (source) => new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed });
    document.head.append(script);
  });
  document.querySelectorAll(".ip-figure").forEach((figure) => {
    const tip = Object.assign(document.createElement("p"), { className: "ip-chart-tip", hidden: true });
    tip.setAttribute("aria-hidden", "true");
    let leaving;
    const hide = () => { tip.hidden = true; };
    const leave = () => { leaving = setTimeout(hide, 300); }; // time to move the pointer onto the words
    const show = (mark) => {
      clearTimeout(leaving);
      const at = mark.getBoundingClientRect(), around = figure.getBoundingClientRect();
      tip.textContent = mark.getAttribute("aria-label");
      tip.hidden = false;
      const half = tip.offsetWidth / 2 + 4, middle = at.left + at.width / 2 - around.left;
      tip.style.left = `${Math.max(half, Math.min(middle, around.width - half))}px`;
      tip.style.top = `${at.top - around.top}px`;
    };
    const tell = (svg) => {
      const marks = [...svg.querySelectorAll("[role=img][aria-label]")];
      marks.forEach((mark, place) => {
        mark.setAttribute("tabindex", place ? -1 : 0);
        mark.addEventListener("focus", () => show(mark));
        mark.addEventListener("blur", hide);
        mark.addEventListener("pointerenter", () => show(mark));
        mark.addEventListener("pointerleave", leave);
        mark.addEventListener("keydown", (event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          const next = marks[(place + step + marks.length) % marks.length];
          mark.setAttribute("tabindex", -1);
          next.setAttribute("tabindex", 0);
          next.focus();
        });
      });
    };
    figure.querySelectorAll("svg.ip-chart").forEach(tell);
    figure.append(tip);
    tip.addEventListener("pointerenter", () => clearTimeout(leaving));
    tip.addEventListener("pointerleave", leave);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());

    const button = figure.querySelector(".ip-figure-live");
    if (!button) return;
    const words = button.textContent, status = figure.querySelector("[aria-live]");
    const say = (called, told) => { button.textContent = called; status.textContent = told; };
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled")) return;
      const live = figure.querySelector(".ip-live");
      if (live) {
        live.remove();
        figure.classList.remove("is-live");
        return say(words, button.dataset.still);
      }
      button.setAttribute("aria-disabled", "true");
      say(button.dataset.busy, "");
      try {
        if (!window.ipVega) await load(button.dataset.vega);
        if (!window.ipLive) await load(button.dataset.live);
        tell(await window.ipLive(figure, button.dataset));
        figure.classList.add("is-live");
        say(button.dataset.back, button.dataset.done);
      } catch {
        say(words, button.dataset.fail);
        const again = { href: location.pathname + location.search, textContent: document.getElementById("words").dataset.again };
        status.append(" ", Object.assign(document.createElement("a"), again));
      }
      button.removeAttribute("aria-disabled");
    });
  });
  document.querySelectorAll(".ip-picker").forEach((picker) => {
    const links = [...picker.querySelectorAll("a")];
    const drawings = [...picker.parentElement.querySelectorAll(".ip-choices > .ip-figure")];
    const mark = () => {
      const shown = drawings.find((drawing) => `#${drawing.id}` === location.hash) ?? drawings[drawings.length - 1];
      links.forEach((link) => {
        if (link.hash === `#${shown.id}`) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    };
    picker.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const top = scrollY;
      location.hash = link.hash;
      scrollTo(0, top);
    });
    addEventListener("hashchange", mark);
    mark();
  });
})();
