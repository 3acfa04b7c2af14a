// 长者模式: larger type, high contrast, bigger targets, reading aloud. Loaded before the page is painted.
(() => {
  const root = document.documentElement;
  const KEY = "ip-mode";
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (mode) => { try { mode ? localStorage.setItem(KEY, mode) : localStorage.removeItem(KEY); } catch { /* private window: the choice lasts for this page */ } };
  if (remembered() === "elder") root.dataset.mode = "elder";

  const sentences = () => {
    const main = document.getElementById("content");
    return [...main.querySelectorAll("h1, h2, h3, p, li, dt, dd, caption")]
      .filter((el) => el.checkVisibility?.() ?? el.getClientRects().length)
      .filter((el) => !el.closest("[aria-hidden=true], .ip-filter, .ip-calc") && !el.querySelector("p, li"))
      .map((el) => el.innerText.replace(/#$/, "").trim())
      .filter(Boolean);
  };

  const speech = window.speechSynthesis; // missing in Android's WebView; without voices it is silent
  const voice = (button) => {
    const show = (on) => { button.textContent = on ? button.dataset.on : button.dataset.off; };
    button.addEventListener("click", () => {
      if (speech.speaking) { speech.cancel(); show(false); return; }
      const words = sentences().map((text) => Object.assign(new SpeechSynthesisUtterance(text), { lang: root.lang === "en" ? "en" : "zh-CN", rate: 0.9 }));
      if (!words.length) return;
      words[words.length - 1].onend = () => show(false);
      words.forEach((word) => speech.speak(word));
      show(true);
    });
    addEventListener("pagehide", () => speech.cancel());
  };

  document.addEventListener("DOMContentLoaded", () => {
    const elder = document.querySelector("[data-elder]");
    const read = document.querySelector("[data-read]");
    if (!elder) return;
    const show = () => {
      const on = root.dataset.mode === "elder";
      elder.setAttribute("aria-pressed", on);
      if (read) read.hidden = !(on && speech?.getVoices().length);
    };
    elder.addEventListener("click", () => {
      if (root.dataset.mode === "elder") delete root.dataset.mode;
      else root.dataset.mode = "elder";
      remember(root.dataset.mode);
      speech?.cancel();
      show();
    });
    if (read && speech) {
      voice(read);
      speech.addEventListener?.("voiceschanged", show); // voices arrive late
    }
    elder.hidden = false;
    show();
  });
})();
