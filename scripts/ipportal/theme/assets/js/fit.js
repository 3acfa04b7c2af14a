// For other sites that show drawings of this portal: every frame becomes as tall as its drawing. It may stand anywhere on
// the page, once; it hears only frames that show pages beside this script, and takes nothing from them but a number.
(() => {
  const home = new URL(".", document.currentScript.src);
  const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(home.href));
  addEventListener("message", ({ origin, source, data }) => {
    const height = data && data.portalDrawing;
    if (origin !== home.origin || !Number.isFinite(height) || height < 1 || height > 4000) return;
    for (const frame of frames()) if (frame.contentWindow === source) frame.style.height = `${height}px`;
  });
  const ask = () => frames().forEach((frame) => frame.contentWindow.postMessage("portalDrawing", home.origin));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ask);
  else ask();
})();
