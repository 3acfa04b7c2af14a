// In a drawing shown inside another page: tells that page how tall it is, when asked and when that changes. Anybody may
// hear it, since it says nothing else.
(() => {
  if (parent === window) return;
  const tell = () => parent.postMessage({ portalDrawing: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
  addEventListener("message", ({ data }) => data === "portalDrawing" && tell());
  addEventListener("load", tell);
  if (window.ResizeObserver) new ResizeObserver(tell).observe(document.body);
})();
