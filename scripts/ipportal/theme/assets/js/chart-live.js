// The interactive version of one chart: Vega with its interpreter, so a strict policy stays strict.
// Colours are the page's own, read from the custom properties at the moment of loading.
window.ipLive = async (button) => {
  const figure = button.closest(".ip-figure");
  const still = [...figure.querySelectorAll(".ip-wide, .ip-narrow")].find((part) => part.offsetParent);
  const narrow = still.classList.contains("ip-narrow");
  const answer = await fetch(narrow ? button.dataset.specNarrow : button.dataset.spec);
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
      config: { aria: false, font: style.getPropertyValue("--sans").trim() },
      ...(chinese ? { formatLocale: window.ipVega.locales.format, timeFormatLocale: window.ipVega.locales.time } : {}),
    });
    const svg = place.querySelector("svg");
    // The library describes every part in English; the figure's own words say it better.
    svg.querySelectorAll("[aria-roledescription]").forEach((part) => {
      ["role", "aria-roledescription", "aria-label"].forEach((name) => part.removeAttribute(name));
    });
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", figure.querySelector(".ip-figure-title").textContent);
    still.hidden = true;
    still.style.display = "none";
    place.tabIndex = -1;
    place.focus();
  } catch (error) {
    place.remove();
    throw error;
  }
};
