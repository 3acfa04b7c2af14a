// Conveniences: a print button beside the dates, a copy button on every citation, embed snippet and code block.
(() => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  if (!navigator.clipboard) return;
  const words = document.getElementById("words").dataset;
  document.querySelectorAll(".ip-cite, .md-typeset pre:not(.ip-cite pre)").forEach((block) => {
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
