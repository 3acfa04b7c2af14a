// Conveniences: a print button beside the dates, a copy button on every citation, embed snippet and code block.
(() => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  if (!navigator.clipboard) return;
  const words = document.getElementById("words").dataset;
  document.querySelectorAll(".ip-cite, .md-typeset pre:not(.ip-cite pre)").forEach((block) => {
    const text = block.matches("pre") ? block : block.querySelector("[data-copy], pre, p");
    if (!text) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "ip-copy", textContent: words.copy });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.innerText.trim());
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    block.matches("pre") ? block.after(button) : block.append(button);
  });
})();
