// Before a link leaves for another site, say so and let the reader decide. Without scripts the link simply works.
(() => {
  const dialog = document.getElementById("leave");
  if (!dialog?.showModal) return;
  const go = dialog.querySelector("[data-leave-go]");
  const to = dialog.querySelector(".ip-leave-to");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link === go) { dialog.close(); return; }
    if (!/^https?:$/.test(link.protocol) || link.host === location.host) return;
    if (/(^|\.)gov\.cn$/.test(link.hostname)) return; // government sites are not “other” sites
    event.preventDefault();
    go.href = link.href;
    to.textContent = decodeURI(link.href);
    dialog.showModal(); // Esc closes it and gives focus back to the link
  });
})();
