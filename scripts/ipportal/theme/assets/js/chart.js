// Charts: words of every mark by keyboard, pointer and touch; and the button that loads the interactive version.
(() => {
  document.querySelectorAll(".ip-figure").forEach((figure) => {
    const tip = Object.assign(document.createElement("p"), { className: "ip-chart-tip", hidden: true });
    tip.setAttribute("aria-hidden", "true");
    const hide = () => { tip.hidden = true; };
    const show = (mark) => {
      const at = mark.getBoundingClientRect(), around = figure.getBoundingClientRect();
      tip.textContent = mark.dataset.say;
      tip.hidden = false;
      const half = tip.offsetWidth / 2 + 4, middle = at.left + at.width / 2 - around.left;
      tip.style.left = `${Math.max(half, Math.min(middle, around.width - half))}px`;
      tip.style.top = `${at.top - around.top}px`;
    };
    figure.querySelectorAll("svg.ip-chart").forEach((svg) => {
      const marks = [...svg.querySelectorAll("[data-say]")];
      if (!marks.length) return;
      svg.setAttribute("role", "group");
      marks.forEach((mark, place) => {
        mark.setAttribute("role", "img");
        mark.setAttribute("aria-label", mark.dataset.say);
        mark.setAttribute("tabindex", place ? -1 : 0);
        mark.addEventListener("focus", () => show(mark));
        mark.addEventListener("blur", hide);
        mark.addEventListener("pointerenter", () => show(mark));
        mark.addEventListener("pointerleave", hide);
        mark.addEventListener("keydown", (event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (event.key === "Escape") hide();
          if (!step) return;
          event.preventDefault();
          const next = marks[(place + step + marks.length) % marks.length];
          mark.setAttribute("tabindex", -1);
          next.setAttribute("tabindex", 0);
          next.focus();
        });
      });
    });
    figure.append(tip);
  });
  const load = (source) => new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed });
    document.head.append(script);
  });
  document.querySelectorAll(".ip-figure-live").forEach((button) => {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled")) return;
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.busy;
      try {
        if (!window.ipVega) await load(button.dataset.vega);
        if (!window.ipLive) await load(button.dataset.live);
        await window.ipLive(button);
        button.remove();
      } catch {
        button.textContent = words;
        button.removeAttribute("aria-disabled");
        button.parentElement.append(Object.assign(document.createElement("span"), { className: "ip-meta", textContent: button.dataset.fail, role: "status" }));
      }
    });
  });
})();
