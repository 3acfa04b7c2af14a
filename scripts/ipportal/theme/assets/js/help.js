// Answer pages: the last day reckoned from a day the reader enters, and the way for the reader's wish moved to the front.
(() => {
  const day = (text) => { const [year, month, date] = text.split("-").map(Number); return new Date(Date.UTC(year, month - 1, date)); };
  // A month or year later is the same day of that month, or its last day where it has none (31 January + 1 month).
  const later = (from, length, unit) => {
    if (unit === "days") return new Date(from.getTime() + length * 864e5);
    const months = unit === "years" ? length * 12 : length;
    const end = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0));
    return new Date(Math.min(end, Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, from.getUTCDate())));
  };
  document.querySelectorAll(".ip-reckon").forEach((box) => {
    const [label, output] = [box.querySelector("label"), box.querySelector("output")];
    const input = label.appendChild(Object.assign(document.createElement("input"), { type: "date" }));
    const words = new Intl.DateTimeFormat(box.dataset.lang, { dateStyle: "long", timeZone: "UTC" });
    box.hidden = false;
    const tell = () => {
      const last = input.value && later(day(input.value), Number(box.dataset.length), box.dataset.unit);
      output.textContent = last && !Number.isNaN(last.getTime()) ? output.dataset.before + words.format(last) : "";
    };
    input.addEventListener("input", tell);
    tell();
  });
  const lead = () => {
    const way = /^#way-[a-z0-9-]+$/.test(location.hash) && document.querySelector(location.hash);
    if (way && way.parentElement.matches(".ip-ways")) { way.parentElement.prepend(way); way.scrollIntoView(); way.focus(); }
  };
  addEventListener("hashchange", lead);
  lead();
})();
