// The interactive version of one chart: Vega with its interpreter, so a strict policy stays strict.
// Colours are the page's own, read from the custom properties at the moment of loading.
window.ipLive = async (figure, files) => {
  const still = [...figure.querySelectorAll(":scope > :has(> svg.ip-chart)")].find((part) => part.offsetParent);
  const answer = await fetch(still.matches(".ip-wide") ? files.spec : files.specNarrow);
  if (!answer.ok) throw new Error(answer.status);
  let text = await answer.text();
  const style = getComputedStyle(figure);
  for (const [role, colour] of Object.entries(window.ipVega.colours)) {
    const own = style.getPropertyValue(`--chart-${role === "other" ? "series-4" : role}`).trim();
    if (own) text = text.replaceAll(`"${colour}"`, JSON.stringify(own));
  }
  const place = Object.assign(document.createElement("div"), { className: "ip-live" });
  const chinese = document.documentElement.lang.startsWith("zh");
  still.before(place);
  try {
    await window.ipVega.embed(place, JSON.parse(text), {
      mode: "vega-lite",
      renderer: "svg",
      ast: true,
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      config: { font: style.getPropertyValue("--sans").trim() },
      ...(chinese ? { formatLocale: window.ipVega.locales.format, timeFormatLocale: window.ipVega.locales.time } : {}),
    });
    const svg = place.querySelector("svg");
    // The library describes every part in English. Only the marks are told, in the words they bring along.
    place.parentElement.querySelectorAll(".ip-live, .ip-live [aria-roledescription]").forEach((part) => {
      const mark = part.getAttribute("role") === "graphics-symbol";
      for (const name of mark ? ["aria-roledescription"] : ["role", "aria-roledescription", "aria-label"]) part.removeAttribute(name);
      if (mark) part.setAttribute("role", "img");
    });
    svg.setAttribute("role", "group");
    svg.classList.add("ip-chart");
    return svg;
  } catch (error) {
    place.remove();
    throw error;
  }
};
