// 朗读本页: in 长者模式 the browser's voice reads what is on show in the main text, once and in its order. Tables are read
// as “column: value”, drawings by their marks; signs, buttons, code and checksums are no text for the ear.
(() => {
  const root = document.documentElement, speech = window.speechSynthesis; // missing in Android's WebView; without voices it is silent
  const opener = document.querySelector("[data-read]"), panel = document.getElementById("reading");
  if (!speech || !opener || !panel) return;
  const main = document.getElementById("content");
  const SILENT = "script, style, template, button, input, select, textarea, pre, .ip-filter, .ip-downloads, .ip-figure-embed, .ip-sum, .headerlink, [aria-hidden=true], [role=status], [aria-live]";

  // What is written otherwise than it is said: [sign, Chinese, English]
  const SAID = [
    [/(\d),(?=\d{3})/g, "$1", "$1"],
    [/(\d)\s*[–—]\s*(?=[\d’'])/g, "$1到", "$1 to "],
    [/\s*≥\s*/g, "不少于", " at least "], [/\s*≤\s*/g, "不超过", " at most "], [/\s*≈\s*/g, "约", " about "],
    [/\s*→\s*/g, "变为", " to "], [/\s*×\s*/g, "乘以", " times "], [/\s*÷\s*/g, "除以", " divided by "],
    [/\^/g, "的次方", " to the power of "], [/\s*>\s*/g, "大于", " more than "], [/\s*<\s*/g, "小于", " less than "],
    [/(^|[\s(（：:])[−-](?=\d)/g, "$1负", "$1minus "], [/\s*−\s*/g, "减去", " minus "],
    [/(^|[\s(（：:])\+(?=\d)/g, "$1正", "$1plus "], [/\s*\+\s*/g, "加", " plus "], [/\s*=\s*/g, "等于", " equals "],
    [/℃|°C/g, "摄氏度", " degrees Celsius"],
    [/\s*[·•]\s*/g, "，", ", "],
    [/\s*[\p{Sm}\p{Sk}\p{So}—#]+\s*/gu, " ", " "],
    [/\s+(?=[，。；、：,;:.])/g, "", ""], [/，(?=[，。；、：])|,(?=[,;:.])/g, "", ""],
  ];
  const day = (lang) => (_, year, month, date) => new Date(Date.UTC(year, month - 1, date ?? 1)).toLocaleDateString(lang === "en" ? "en-GB" : "zh-CN", { year: "numeric", month: "long", day: date && "numeric", timeZone: "UTC" });
  const spoken = (text, lang) => {
    const told = text.replace(/\b((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?\b(?!-)/g, day(lang));
    const words = SAID.reduce((said, [sign, zh, en]) => said.replace(sign, lang === "en" ? en : zh), told.replace(/\s+/g, " "));
    return /[\p{L}\p{N}]/u.test(words) ? words.replace(/^[\s，,；;、：:。.]+|[\s，,；;、：:]+$/g, "") : "";
  };

  // Sentences in their order: words, language, and the part of the page they stand in
  const sentences = () => {
    const found = [];
    let text = "", lang = "", at = main, head = null; // head: of the column whose cell has not said anything yet
    const flush = () => {
      const said = spoken(text, lang);
      for (const one of said.replace(/([。！？；]|[.!?;] )/g, "$1\n").split("\n")) if (one.trim()) found.push({ text: one.trim(), lang, at });
      text = "";
    };
    const rest = () => { text += lang === "en" ? ", " : "，"; };
    const add = (words, owner) => {
      if (head && words.trim()) {
        const column = head;
        head = null;
        add(column.textContent.trim() + (lang === "en" ? ": " : "："), column);
      }
      const own = (owner.closest("[lang]") ?? root).lang.startsWith("en") ? "en" : "zh-CN";
      if (own !== lang && words.trim()) { flush(); lang = own; }
      text += words;
    };
    const shown = (part, style) => style.display === "contents" || ((part.checkVisibility?.({ visibilityProperty: true }) ?? true) && [...part.getClientRects()].some((box) => box.width > 1 && box.height > 1));
    const table = (part) => {
      const heads = [...(part.tHead?.rows[part.tHead.rows.length - 1]?.cells ?? [])];
      if (part.caption) walk(part.caption);
      flush();
      for (const row of [...part.tBodies, part.tFoot ?? []].flatMap((body) => [...(body.rows ?? [])])) {
        if (!shown(row, getComputedStyle(row))) continue;
        at = row;
        for (const cell of row.cells) {
          if (!shown(cell, getComputedStyle(cell)) || !spoken(cell.textContent, root.lang)) continue;
          head = row.cells.length > 1 && heads[cell.cellIndex]?.textContent.trim() ? heads[cell.cellIndex] : null;
          walk(cell);
          head = null;
          rest();
        }
        flush();
      }
    };
    const walk = (part) => {
      for (const child of part.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) add(child.data, part);
        if (child.nodeType !== Node.ELEMENT_NODE || child.matches(SILENT)) continue;
        if (child.matches("br")) { rest(); continue; }
        const style = getComputedStyle(child);
        if (!shown(child, style)) continue;
        const apart = !/^(inline|contents|ruby)/.test(style.display) || child.matches("svg");
        if (apart) { flush(); at = child; }
        if (child.matches("table")) table(child);
        else if (child.matches("svg")) {
          for (const mark of child.querySelectorAll("[role=img][aria-label]")) { at = mark; add(mark.getAttribute("aria-label"), child); flush(); }
        } else {
          if (/^inline-/.test(style.display)) text += " ";
          walk(child);
          if (/^inline-/.test(style.display)) text += " ";
        }
        if (apart) { flush(); at = part; }
      }
    };
    walk(main);
    flush();
    return found;
  };

  const RATES = [0.7, 0.9, 1.2];
  const button = (name) => panel.querySelector(`[data-read-${name}]`);
  const pause = button("pause"), rate = button("rate"), rates = rate.dataset.readRate.split("|");
  let queue = [], place = 0, turn = 0, speed = 1, current;
  const mark = (part) => {
    main.querySelector(".is-read")?.classList.remove("is-read");
    part?.classList.add("is-read");
    part?.scrollIntoView({ block: "nearest" });
  };
  const hush = () => { turn += 1; speech.cancel(); };
  const held = (on) => { pause.textContent = on ? pause.dataset.on : pause.dataset.off; };
  const stop = () => {
    hush();
    mark();
    queue = [];
    if (panel.contains(document.activeElement)) opener.focus();
    panel.hidden = true;
    root.classList.remove("is-reading");
    opener.textContent = opener.dataset.off;
  };
  const speak = () => {
    const mine = ++turn, next = queue[place];
    if (!next) return stop();
    held(false);
    mark(next.at);
    current = Object.assign(new SpeechSynthesisUtterance(next.text), { lang: next.lang, rate: RATES[speed] });
    // Only the sentence now spoken leads on: one that is cut short says so too.
    current.onend = current.onerror = () => { if (mine === turn) { place += 1; speak(); } };
    speech.speak(current);
  };
  const told = () => { rate.textContent = rate.dataset.name + rates[speed]; };
  opener.addEventListener("click", () => {
    if (queue.length) return stop();
    queue = sentences();
    place = 0;
    panel.hidden = !queue.length;
    root.classList.toggle("is-reading", queue.length > 0);
    opener.textContent = opener.dataset.on;
    speak();
  });
  // A pause that every browser keeps: the sentence is given up, and begun again afterwards.
  pause.addEventListener("click", () => {
    if (pause.textContent === pause.dataset.on) return speak();
    hush();
    held(true);
  });
  button("next").addEventListener("click", () => {
    hush();
    const { at } = queue[place];
    while (queue[place]?.at === at) place += 1;
    speak();
  });
  rate.addEventListener("click", () => {
    speed = (speed + 1) % RATES.length;
    told();
    if (pause.textContent === pause.dataset.on) return;
    hush();
    speak();
  });
  button("stop").addEventListener("click", stop);
  const show = () => {
    opener.hidden = root.dataset.mode !== "elder" || !speech.getVoices().length;
    if (opener.hidden && queue.length) stop();
  };
  speech.addEventListener?.("voiceschanged", show); // voices arrive late
  document.addEventListener("ip-mode", show);
  addEventListener("pagehide", stop);
  told();
  show();
})();
