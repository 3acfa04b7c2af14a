// Conveniences: menu and contents, a print button beside the dates, folded text on paper, places where Chinese headings
// may break, and a copy button on every citation, embed snippet and code block.
(() => {
  // The panels close over the heading that was chosen. Where there are no popovers, a class does their work.
  const popovers = "showPopover" in HTMLElement.prototype;
  document.querySelectorAll("[popover]").forEach((panel) => {
    const openers = document.querySelectorAll(`[popovertarget="${panel.id}"]`);
    const toggle = (open) => {
      panel.classList.toggle("is-open", open);
      if (open) panel.querySelector("a").focus();
      else if (panel.contains(document.activeElement)) openers[0].focus();
    };
    const close = () => {
      if (!popovers) toggle(false);
      else if (panel.matches(":popover-open")) panel.hidePopover();
    };
    panel.addEventListener("click", (event) => event.target.closest("a") && close());
    panel.addEventListener("focusout", ({ relatedTarget: next }) => next && !panel.contains(next) && close());
    if (popovers) return;
    document.documentElement.classList.add("has-panels");
    openers.forEach((opener) => opener.addEventListener("click", () => toggle(!panel.classList.contains("is-open"))));
    document.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
    document.addEventListener("click", (event) => event.target.closest(`#${panel.id}, [popovertarget]`) || toggle(false));
  });

  // Browsers leave what has the focus where it is when an edge of it can be seen; in a table all of it shall be seen.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(".ip-table-scroll :focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // Esc takes the explanation of a term away and leaves the focus where it is.
  document.addEventListener("keydown", (event) => {
    const term = event.key === "Escape" && document.activeElement.closest(".ip-term");
    if (!term) return;
    term.classList.add("is-quiet");
    term.addEventListener("blur", () => term.classList.remove("is-quiet"), { once: true });
  });

  // Paper shows what is folded; letters are printed one by one. Style sheets alone do it in new browsers only.
  const folded = () => document.querySelectorAll("main details:not([open])");
  addEventListener("beforeprint", () => folded().forEach((fold) => {
    if (!fold.closest(".ip-letters")) fold.open = fold.dataset.printing = true;
  }));
  addEventListener("afterprint", () => document.querySelectorAll("[data-printing]").forEach((fold) => {
    fold.open = false;
    delete fold.dataset.printing;
  }));

  // WebKit does not break after Chinese punctuation where words stay whole.
  if (window.CSS?.supports("-webkit-nbsp-mode", "normal")) {
    document.querySelectorAll(":lang(zh) :is(h1, h2, h3, h4), .ip-fact strong").forEach((heading) => {
      const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
      const parts = [];
      while (texts.nextNode()) parts.push(texts.currentNode);
      parts.forEach((text) => text.replaceWith(...text.data.split(/([^，。；：、！？）」”]*[，。；：、！？）」”]+)/).filter(Boolean).flatMap((part) => [part, document.createElement("wbr")])));
    });
  }

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  if (!navigator.clipboard) return;
  const words = document.getElementById("words").dataset;
  document.querySelectorAll(".ip-cite, .md-typeset pre").forEach((block) => {
    if (block.parentElement.closest(".ip-cite")) return;
    const text = block.matches("pre") ? block : block.querySelector("[data-copy]") ?? block.querySelector("pre, p");
    if (!text) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "ip-copy", textContent: words.copy });
    const name = block.matches("pre") ? block.previousElementSibling?.matches(".ip-code-name") && block.previousElementSibling.firstElementChild : block.querySelector("b") ?? block.closest("details")?.querySelector("summary");
    if (name) button.setAttribute("aria-description", name.textContent.trim());
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.innerText.trim());
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    if (block.matches("pre")) {
      const frame = Object.assign(document.createElement("div"), { className: "ip-code" });
      block.replaceWith(frame);
      frame.append(block, button);
    } else block.append(button);
  });
})();
