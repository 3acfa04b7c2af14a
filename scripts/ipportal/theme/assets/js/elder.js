// 长者模式: larger type, high contrast, bigger targets; read.js reads aloud in it. Loaded before the page is painted.
(() => {
  const root = document.documentElement;
  const KEY = "ip-mode";
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (mode) => { try { mode ? localStorage.setItem(KEY, mode) : localStorage.removeItem(KEY); } catch { /* private window: the choice lasts for this page */ } };
  if (remembered() === "elder") root.dataset.mode = "elder";

  document.addEventListener("DOMContentLoaded", () => {
    const elder = document.querySelector("[data-elder]");
    if (!elder) return;
    const show = () => elder.setAttribute("aria-pressed", root.dataset.mode === "elder");
    elder.addEventListener("click", () => {
      if (root.dataset.mode === "elder") delete root.dataset.mode;
      else root.dataset.mode = "elder";
      remember(root.dataset.mode);
      document.dispatchEvent(new Event("ip-mode"));
      show();
    });
    elder.hidden = false;
    show();
  });
})();
