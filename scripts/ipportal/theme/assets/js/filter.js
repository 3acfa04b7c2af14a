// Filters a list or table in place. <form class="ip-filter" data-filter="#list" hidden> holds inputs whose names are data
// attributes of the entries: a checkbox or select named "state" keeps entries with data-state equal to a chosen value
// (several values in an entry are parted by spaces); type=search looks into the entry's text. The address holds what is
// chosen, so it survives reloading, back and forward, and can be passed on. Without scripts all is shown.
(() => {
  const words = document.getElementById("words").dataset;
  document.querySelectorAll("form.ip-filter[data-filter]").forEach((form, place) => {
    const entries = [...document.querySelectorAll(`${form.dataset.filter} [data-entry]`)];
    if (!entries.length) return;
    const say = form.querySelector("output") ?? form.appendChild(document.createElement("output"));
    const fields = [...form.elements].filter((field) => field.name || field.type === "search");
    const key = (field) => (place ? `${place}-` : "") + (field.name || "find");
    const value = (field) => (field.type === "search" ? field.value.trim() : field.checked || field.tagName === "SELECT" ? field.value : "");
    const apply = () => {
      const wanted = {};
      let text = "";
      for (const field of fields) {
        if (field.type === "search") text = value(field).toLowerCase();
        else if (value(field)) (wanted[field.name] ??= []).push(value(field));
      }
      const fits = (entry) => Object.entries(wanted).every(([name, values]) => (entry.dataset[name] ?? "").split(" ").some((one) => values.includes(one)))
        && (!text || entry.textContent.toLowerCase().includes(text));
      entries.forEach((entry) => { entry.hidden = !fits(entry); });
      const shown = entries.filter((entry) => !entry.hidden).length;
      say.textContent = shown ? words.filterSome.replace("{n}", shown).replace("{all}", entries.length) : words.filterNone;
    };
    // A choice is a step in the browser's history, a letter typed is not.
    const changed = (step) => {
      apply();
      const asked = new URLSearchParams(location.search);
      fields.forEach((field) => asked.delete(key(field)));
      fields.forEach((field) => value(field) && asked.append(key(field), value(field)));
      const query = asked.toString();
      history[step](null, "", location.pathname + (query && `?${query}`) + location.hash);
    };
    const recall = () => {
      const asked = new URLSearchParams(location.search);
      fields.forEach((field) => {
        const values = asked.getAll(key(field));
        if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
        else field.value = values[0] ?? "";
        if (field.selectedIndex === -1) field.selectedIndex = 0;
      });
      apply();
    };
    form.addEventListener("input", (event) => changed(event.target.type === "search" ? "replaceState" : "pushState"));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => changed("pushState")));
    form.hidden = false;
    recall();
    addEventListener("popstate", recall);
    addEventListener("pageshow", recall); // after “back” some browsers give fields other values than the list was shown by
  });
})();
