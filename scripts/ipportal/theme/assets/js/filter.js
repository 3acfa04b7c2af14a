// Filters a list or table in place. <form class="ip-filter" data-filter="#list" hidden> holds inputs whose names are data
// attributes of the entries: a checkbox or select named "state" keeps entries with data-state equal to a chosen value
// (several values in an entry are parted by spaces); type=search looks into the entry's text. Without scripts all is shown.
(() => {
  const words = document.getElementById("words").dataset;
  document.querySelectorAll("form.ip-filter[data-filter]").forEach((form) => {
    const entries = [...document.querySelectorAll(`${form.dataset.filter} [data-entry]`)];
    if (!entries.length) return;
    const say = form.querySelector("output") ?? form.appendChild(document.createElement("output"));
    const apply = () => {
      const wanted = {};
      let text = "";
      for (const field of form.elements) {
        if (field.type === "search") text = field.value.trim().toLowerCase();
        else if (field.name && field.value && (field.checked || field.tagName === "SELECT")) (wanted[field.name] ??= []).push(field.value);
      }
      const fits = (entry) => Object.entries(wanted).every(([name, values]) => (entry.dataset[name] ?? "").split(" ").some((value) => values.includes(value)))
        && (!text || entry.textContent.toLowerCase().includes(text));
      entries.forEach((entry) => { entry.hidden = !fits(entry); });
      const shown = entries.filter((entry) => !entry.hidden).length;
      say.textContent = shown ? words.filterSome.replace("{n}", shown).replace("{all}", entries.length) : words.filterNone;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    form.hidden = false;
    apply();
    addEventListener("pageshow", apply); // after “back” some browsers give fields other values than the list was shown by
  });
})();
