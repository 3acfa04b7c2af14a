// The office's page: drop a workbook, mend its cells, see what changes, confirm. What is on the page is kept here and
// sent whole with each request; the program keeps nothing in between and writes nothing before “write”.
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const $ = (id) => document.getElementById(id);
  const put = (text, facts = {}) => text.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
  const say = (text) => { $("say").textContent = text; };
  const make = (tag, text = "", attributes = {}, ...children) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const button = (text, act, look = "") => {
    const made = make("button", text, { type: "button", class: `button ${look}` });
    made.addEventListener("click", act);
    return made;
  };
  // What the workbook is, and what was done to it on this page
  let work = null;
  const fresh = (source) => ({ ...source, cells: {}, mine: [], removal: false, answers: {}, by: "" });
  let waiting = null;
  // Who sits here, once somebody has said so
  let who = "";

  const call = (verb, body = {}, signal = undefined) => fetch(verb, {
    method: "POST", headers: { "Content-Type": "application/json", "X-Office-Token": words.token }, body: JSON.stringify({ lang: words.lang, ...body }), signal });
  const ask = async (verb, body = {}) => {
    waiting = new AbortController();
    try {
      const answer = await call(verb, body, waiting.signal);
      if (answer.ok) return await answer.json();
      say(answer.status === 413 ? words.big : await answer.text());
    } catch (error) {
      say(error.name === "AbortError" ? words.stopped : words.lost);
    }
    return null;
  };
  const show = (part) => ["start", "busy", "result"].forEach((id) => { $(id).hidden = id !== part; });
  const request = () => ({ ...work, answers: Object.values(work.answers).map(({ about, zh, en }) => [about, zh, en || zh]) });

  const send = async (verb, doing) => {
    say("");
    $("busy-file").textContent = `${title()} · ${doing}`;
    $("bar").removeAttribute("value");
    show("busy");
    $("stop").hidden = verb === "write";
    $("stop").focus();
    const watch = setInterval(steps, 400);
    const told = await ask(verb, request());
    clearInterval(watch);
    if (!told) return show(verb === "look" ? "start" : "result");
    if (verb === "write" && told.files) return written(told);
    return shown(told);
  };
  const look = () => send("look", words.reading);
  const title = () => work.files?.map((each) => each.name).join(words.lang === "zh" ? "、" : ", ") ?? words.form;
  // How far the program is; said only when another step begins
  const steps = async () => {
    const told = await call("progress").then((answer) => answer.json()).catch(() => null);
    if (!told?.doing || $("busy").hidden) return;
    $("bar").max = told.of;
    $("bar").value = told.done;
    const text = put(words.step, { n: told.done + 1, of: told.of, doing: told.doing });
    if ($("busy-file").textContent !== text) $("busy-file").textContent = text;
  };

  const read = (file) => new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener("loadend", () => done({ name: file.name, data: String(reader.result ?? "").split(",")[1] ?? "" }));
    reader.readAsDataURL(file);
  });
  const take = async (files) => {
    if (!files.length) return;
    if (files.reduce((all, file) => all + file.size, 0) > 20e6) { say(words.big); return; }
    work = fresh({ files: await Promise.all(files.map(read)) });
    look();
  };
  $("file").addEventListener("change", () => { take([...$("file").files]); $("file").value = ""; });
  for (const kind of ["dragover", "drop", "dragleave"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      $("zone").classList.toggle("over", kind === "dragover");
      if (kind === "drop" && !$("start").hidden) take([...event.dataTransfer.files]);
    });
  }
  $("stop").addEventListener("click", () => waiting?.abort());

  const heads = (...names) => make("thead", "", {}, make("tr", "", {}, ...names.map((name) => make("th", name, { scope: "col" }))));
  const mended = (place) => (place in work.cells ? work.cells[place] : work.cells[place.replace(/![A-Z]+/, "!")] === "" ? null : undefined);

  // The last column of the table: what can be done about one cell
  const remedy = (line, problem) => {
    const place = problem.file ? `${problem.file}/${problem.cell}` : problem.cell;
    const single = /![A-Z]+\d+$/.test(place);
    const cell = make("td");
    const set = (name, value) => { work.cells[name] = value; redraw(); };
    const redraw = () => { const again = remedy(line, problem); cell.replaceWith(again); again.querySelector("button, input")?.focus(); };
    const told = mended(place);
    const answered = work.answers[JSON.stringify(problem.about)];
    if (told !== undefined || work.mine.includes(place) || answered) {
      const text = told === null ? words.cleared : told !== undefined ? put(words.changed, { value: told || words.empty }) : answered ? answered.zh || answered.en : words.mine;
      cell.append(make("div", "", { class: "row" }, make("b", text), button(words.back, () => {
        delete work.cells[place];
        delete work.cells[place.replace(/![A-Z]+/, "!")];
        delete work.answers[JSON.stringify(problem.about)];
        work.mine = work.mine.filter((each) => each !== place);
        redraw();
      }, "plain small")));
      return cell;
    }
    if (problem.code === "workbook-removed") {
      const box = make("input", "", { type: "checkbox" });
      box.checked = work.removal;
      box.addEventListener("change", () => { work.removal = box.checked; });
      cell.append(make("label", "", {}, box, ` ${words.remove}`));
      return cell;
    }
    if (!single) return cell;
    if (problem.sides.length) {
      cell.append(make("div", "", { class: "sides" },
        ...[[words.mine, problem.found, () => { work.mine.push(place); redraw(); }], [words.theirs, problem.sides[1], () => set(place, problem.sides[1])]].map(([name, value, act]) => {
          const side = button(name, act, "plain");
          side.append(make("b", value || words.empty));
          return side;
        })), make("small", put(words.before, { value: problem.sides[0] || words.empty })));
    }
    const field = make("input", "", { type: "text", "aria-label": `${place} ${words.to}`, value: problem.found });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") set(place, field.value); });
    const row = make("div", "", { class: "row" }, field, button(words.done, () => set(place, field.value), "small"));
    if (problem.use && !problem.sides.length) row.append(button(put(words.use, { value: problem.use }), () => set(place, problem.use), "plain small"));
    if (problem.about) row.append(button(words.right, () => cell.replaceChildren(reasons(problem, redraw)), "plain small"));
    else if (!problem.sides.length) row.append(button(words.drop, () => set(place.replace(/![A-Z]+/, "!"), ""), "plain small"));
    cell.append(row);
    return cell;
  };
  const reasons = (problem, redraw) => {
    const fields = ["zh", "en"].map((lang) => make("input", "", { type: "text", "aria-label": words[lang], placeholder: words[lang] }));
    const by = make("input", "", { type: "text", "aria-label": words.who, placeholder: words.who, value: work.by });
    const keep = () => {
      if (!fields[0].value.trim() && !fields[1].value.trim()) return fields[0].focus();
      if (!by.value.trim()) return by.focus();
      work.by = by.value;
      work.answers[JSON.stringify(problem.about)] = { about: problem.about, zh: fields[0].value, en: fields[1].value };
      return redraw();
    };
    setTimeout(() => fields[0].focus());
    return make("div", "", { class: "fields" }, ...fields, by, button(words.done, keep, "small"));
  };

  const shown = (told) => {
    const result = $("result");
    const asked = [...told.problems.map((each) => [each, "stop"]), ...(told.warnings ?? []).map((each) => [each, "ask"])];
    const notes = told.notes ?? [];
    const heading = make("h2", title(), { tabindex: "-1" });
    if (told.exported) heading.append(make("small", put(words.exported, { when: told.exported })));
    const counts = [["mend", told.problems.length, "stop"], ["look", (told.warnings ?? []).length, "ask"], ["tidy", notes.length, "tidy"]];
    result.replaceChildren(heading, make("p", "", { class: "count" }, ...counts.filter(([, n]) => n).map(([name, n, look]) => make("span", put(words[name], { n }), { class: look }))));
    if (asked.length) {
      const body = make("tbody");
      for (const [problem, look] of asked) {
        const line = make("tr", "", { class: look });
        line.append(make("th", problem.cell, { scope: "row" }, ...(work.files?.length > 1 ? [make("small", work.files[problem.file].name)] : [])), make("td", "", {}, make("code", problem.found || words.empty)),
          make("td", "", {}, make("span", problem.message, { class: look }), ...(problem.sides.length ? [] : [make("small", problem.hint)])), remedy(line, problem));
        body.append(line);
      }
      result.append(make("table", "", { class: "cells" }, heads(words.cell, words.found, words.what, words.to), body));
    }
    if (notes.length) result.append(make("details", "", {}, make("summary", put(words.tidy, { n: notes.length })), make("ul", "", {}, ...notes.map((each) => make("li", `${each.cell} ${each.what}`)))));
    const buttons = make("div", "", { class: "row confirm" });
    if (asked.length) buttons.append(button(words.again, look));
    else if (told.parts || told.changes?.length) {
      result.append(...difference(told));
      const by = make("input", "", { type: "text", maxlength: 60, value: work.by || who });
      const confirm = () => {
        if (!by.value.trim()) return by.focus();
        work.by = who = by.value;
        return send("write", words.writing);
      };
      by.addEventListener("keydown", (event) => { if (event.key === "Enter") confirm(); });
      buttons.append(make("label", `${words.by} `, {}, by), button(words.confirm, confirm), make("span", words.all, { class: "soft" }));
    } else result.append(make("p", words.same));
    buttons.append(button(words.other, () => { show("start"); $("file").focus(); }, "plain"));
    result.append(buttons);
    show("result");
    heading.focus();
  };

  const difference = (told) => {
    const lists = make("ul", "", {}, ...told.shared.map((each) => make("li", each)));
    for (const { title, lines } of told.changes) {
      for (const line of lines) {
        const cells = line.cells.map(([name, was, now]) => `${name} ${was ? `${was} → ` : ""}${now || words.empty}`).join("; ");
        lists.append(make("li", `${words.sign[line.sign]} · ${title} · ${line.row}${cells ? ` · ${cells}` : ""}`));
      }
    }
    const pairs = told.pictures ?? [];
    const parts = (told.parts ?? []).filter(([title]) => !pairs.length || title !== words.pictures).map(([title, items]) => make("div", "", {}, make("h3", title), make("table", "", {},
      heads(words.item, words.was, words.now), make("tbody", "", {}, ...items.map(([name, was, now]) => make("tr", "", {}, make("th", name, { scope: "row" }), make("td", was || "—"), make("td", now || "—")))))));
    const pictures = pairs.map(({ titles, svgs }) => make("div", "", { class: "pics" }, ...svgs.map((svg, place) =>
      make("figure", "", {}, make("figcaption", `${place ? words.now : words.was} · ${titles[place]}`), make("img", "", { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, alt: titles[place] })))));
    return [make("h2", words.why), make("p", told.counted), make("h3", words.words), lists, ...parts, ...(pictures.length ? [make("h3", words.pictures), ...pictures] : [])];
  };

  const written = (told) => {
    const title = make("b", `✔ ${words.written}`, { tabindex: "-1" });
    const pages = make("div", "", { "aria-live": "polite" }, make("p", words.finding, { class: "soft" }));
    $("result").replaceChildren(make("p", "", { class: "good" }, title, told.counted), make("div", "", { class: "row" },
      make("a", words.pages, { class: "button", href: words.lang === "en" ? "/en/" : "/" }), button(words.steps.entered, sign, "plain"), button(words.undo, () => undo(told.number), "plain"), button(words.other, () => { show("start"); $("file").focus(); }, "plain")), pages);
    show("result");
    title.focus();
    if (work.rows) keep("", {});
    tables();
    log();
    changed(told.number, pages);
  };
  const changed = async (number, place) => {
    const told = await call("pages", { number }).then((answer) => answer.json()).catch(() => null);
    const found = told?.pages ?? [];
    place.replaceChildren(...(told ? [make(found.length ? "h3" : "p", found.length ? put(words.changedPages, { n: found.length }) : words.noPages)] : []),
      make("ul", "", { class: "pages" }, ...found.map(([title, href]) => make("li", "", {}, make("a", title, { href })))));
  };
  const undo = async (number) => {
    const told = await ask("undo", { number, by: who });
    if (!told) return;
    say(told.problems ? told.problems.map((each) => `${each.message} ${each.hint}`).join(" ") : words.undone);
    show("start");
    log();
  };
  const log = async () => {
    const told = await ask("log");
    if (!told) return;
    $("day").value = told.as_of;
    $("log").replaceChildren(...told.log.map((each) => {
      const what = [each.verb, each.tables || put(words.files, { n: each.files.length }), each.by].filter(Boolean).join(" · ");
      return make("li", "", {}, make("time", each.when), make("span", what), button(words.undo, () => undo(each.number), "plain small"));
    }));
    if (!told.log.length) $("log").append(make("li", words.none));
    signing(told.signoff);
  };

  // The sheet that is under way, or the next one
  const now = new Date();
  $("sign-on").value = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const signing = ({ asked, pending, step, sheet }) => {
    const state = sheet ? words.waits : pending ? put(words.unsigned, { n: pending }) : words.allSigned;
    $("sign-state").replaceChildren(asked || sheet || !pending ? state : words.voluntary, ...(sheet ? [" ", make("a", words.sheet, { href: sheet, target: "_blank" })] : []));
    $("sign").hidden = !sheet && !pending;
    $("sign").dataset.step = step;
    $("sign-who").textContent = words.stepRole[step];
    $("sign-by").value = step === "entered" ? who : "";
    document.querySelector("#sign button").textContent = words.steps[step];
    if (asked && (sheet || pending)) $("signing").open = true;
  };
  const sign = () => { $("signing").open = true; $("sign-by").focus(); };
  $("sign").addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = await ask("signoff", { step: $("sign").dataset.step, by: $("sign-by").value, on: $("sign-on").value });
    if (told) say(told.problems ? told.problems.map((each) => `${each.message} ${each.hint}`).join(" ") : words.signedStep);
    log();
  });

  $("as-of").addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = await ask("as-of", { day: $("day").value });
    if (told) say(told.problems.length ? told.problems.map((each) => `${each.cell}: ${each.message}`).join("\n") : words.asOf);
    log();
  });

  // Rows typed here, or pasted: each field is a value for all rows or one of the pasted columns
  let packages = null;
  // Rows of other tables of the package, kept to be checked together with these
  let kept = { package: "", rows: {} };
  const choice = () => { const [name, table] = $("table").value.split("/"); const found = packages.find((each) => each.name === name); return [found, found?.tables.find((each) => each.name === table)]; };
  const pasted = () => $("paste").value.split(/\r?\n/).filter((line) => line.trim()).map((line) => line.split("\t").map((text) => text.trim()));
  // The tables with their lists as they are now; what was chosen stays
  const tables = async () => {
    if (!$("rows").closest("details").open) return;
    packages = (await ask("tables"))?.packages ?? packages ?? [];
    const chosen = $("table").value;
    $("table").querySelectorAll("optgroup").forEach((each) => each.remove());
    for (const each of packages) $("table").append(make("optgroup", "", { label: each.title, "data-name": each.name }, ...each.tables.map((table) => make("option", table.title, { value: `${each.name}/${table.name}` }))));
    $("table").value = chosen;
    narrow();
    // whoever was quicker than the answer has the old lists before them
    const typed = [...$("fields").querySelectorAll("[name]")].map(({ name, value }) => [name, value]);
    fields();
    for (const [name, value] of typed.filter((each) => each[1])) $(`f-${name}`).value = value;
  };
  $("rows").closest("details").addEventListener("toggle", () => { if (!packages) tables(); });
  const fields = () => {
    const [found, table] = choice();
    const rows = pasted();
    $("fields").replaceChildren();
    document.querySelector("#rows [type=submit]").hidden = !table && !kept.package;
    $("keep").hidden = !table;
    if (!table) return;
    const wide = Math.max(0, ...rows.map((row) => row.length));
    if (rows.length) $("fields").append(make("p", put(words.rows, { n: rows.length, m: wide })));
    $("fields").append(make("div", "", { class: "fields" }, ...table.columns.map((column) => {
      const id = `f-${column.name}`;
      const field = column.choices ? make("select", "", { id, name: column.name }, make("option", words.choose, { value: "" }), ...found.lists[column.choices].map(([value, label]) => make("option", label, { value })), ...fresher(found, column).map(([value, label]) => make("option", label, { value })))
        : make("input", "", { id, name: column.name, type: "text" });
      field.value = column.usual;
      const label = make("label", column.title, { for: id });
      if (column.required) label.append(make("i", ` ${words.must}`));
      const box = make("div", "", {}, label, field, make("small", column.how));
      if (rows.length) {
        const from = make("select", "", { "data-from": column.name, "aria-label": column.title }, make("option", words.fixed, { value: "" }), ...Array.from({ length: wide }, (_, n) => make("option", put(words.column, { n: n + 1, value: rows[0][n] ?? "" }), { value: n })));
        from.addEventListener("change", () => { field.hidden = from.value !== ""; });
        field.before(from);
      }
      return box;
    })));
  };
  $("table").addEventListener("change", fields);
  $("paste").addEventListener("input", fields);
  // Rows that are kept and not written yet can be named by the others
  const fresher = (found, column) => (kept.rows[column.choices.replace(`${found.name}/`, "")] ?? []).filter(({ id }) => id).map((row) => [row.id, row[`name_${words.lang}`] || row.id]);
  // While rows are kept, the others come from the same package
  const narrow = () => {
    for (const group of $("table").querySelectorAll("optgroup")) group.disabled = Boolean(kept.package) && group.dataset.name !== kept.package;
  };
  const keep = (name, rows) => {
    kept = { package: Object.keys(rows).length ? name : "", rows };
    $("kept").replaceChildren(...Object.entries(rows).map(([table, lines]) => {
      const title = packages.find((each) => each.name === name).tables.find((each) => each.name === table).title;
      const drop = () => { const { [table]: gone, ...rest } = rows; keep(name, rest); };
      return make("li", "", { class: "row" }, make("span", put(words.kept, { table: title, n: lines.length })), button(words.unkeep, drop, "plain small"));
    }));
    narrow();
    $("table").value = $("paste").value = "";
    fields();
  };
  const filled = () => {
    const [found, table] = choice();
    if (!table) return [kept.package, kept.rows];
    const from = Object.fromEntries([...document.querySelectorAll("[data-from]")].map((each) => [each.dataset.from, each.value]));
    const fixed = Object.fromEntries([...document.querySelectorAll("#fields [name]")].map((each) => [each.name, each.value]));
    const lines = pasted();
    const rows = (lines.length ? lines : [[]]).map((line) => Object.fromEntries(table.columns.map(({ name }) => [name, from[name] ? line[from[name]] ?? "" : fixed[name]])));
    return [found.name, { ...kept.rows, [table.name]: [...(kept.rows[table.name] ?? []), ...rows] }];
  };
  $("keep").addEventListener("click", () => { keep(...filled()); $("table").focus(); });
  $("rows").addEventListener("submit", (event) => {
    event.preventDefault();
    const [name, rows] = filled();
    work = fresh({ package: name, rows });
    look();
  });

  log();
})();
