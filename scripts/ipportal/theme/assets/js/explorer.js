// Finds rows of a register in sorted blocks on any static host; files/registers.py tells how they lie. What is asked in
// the order of the rows (year, kind, class) is read a page at a time. Whatever needs more says how much it is and waits
// for a press. The address holds what is asked. Without this script the page has its counts, charts and files.
const PAGE = 50; // rows
const LIGHT = 60e3; // bytes of an index that nobody is asked about
const MOST = [32e6, 200000]; // bytes that are read for one question, rows that are kept of them
const NAMES = 20; // names of parties to choose from
const TOGETHER = 6; // requests at a time
const chinese = document.documentElement.lang.startsWith("zh");
const lang = chinese ? "zh" : "en";
const figure = (value) => value.toLocaleString("en");
const weight = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`);
const plain = (text) => text.normalize("NFKC").toUpperCase().replace(/\s/g, "");
const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

/** What went wrong, by the name of the words that say it. */
class Fault extends Error {
  constructor(kind, facts = {}) {
    super(kind);
    Object.assign(this, { kind, facts });
  }
}

/** The order of the bytes of UTF-8, in which names lie. */
const later = (one, other) => {
  const [a, b] = [[...one], [...other]];
  const place = a.findIndex((sign, at) => sign !== b[at]);
  return place < 0 ? false : place >= b.length || a[place].codePointAt(0) > b[place].codePointAt(0);
};

/** The files of a register. What has been read is kept, packed as it came, so that nothing is read twice. */
const opened = async (address) => {
  let edition = "";
  const read = async (path, signal, from, to) => {
    const headers = to ? { Range: `bytes=${from}-${to - 1}` } : {};
    const asked = fetch(new URL(path + edition, address), { signal, headers, cache: edition ? "default" : "no-cache" });
    const answer = await asked.catch((error) => { throw signal?.aborted ? error : new Fault("offline"); });
    if (!answer.ok) throw new Fault("missing");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return to && answer.status !== 206 ? bytes.subarray(from, to) : bytes; // some servers send the whole file
  };
  const unpacked = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text()
    .catch(() => { throw new Fault("changed"); });

  const index = JSON.parse(new TextDecoder().decode(await read(address.href)));
  edition = `?${index.edition}`;
  const { block_rows: lines, pack_blocks: pack } = index;

  /** What the index of a part says, and where in its pack each block begins. */
  const inside = async (part, signal) => {
    if (part.inside) return part.inside;
    const told = JSON.parse(await unpacked(await read(`${part.name}.idx`, signal)));
    let end = 0;
    const starts = told.blocks.map((length, number) => (end = number % pack ? end : 0, (end += length) - length));
    return (part.inside = { ...told, starts, kept: new Map() });
  };

  /** The texts of blocks of a part in their order; those side by side come with one request. */
  const texts = async function* (part, numbers, signal) {
    const { blocks, starts, kept } = await inside(part, signal);
    const runs = [];
    for (const number of numbers) {
      const run = runs.at(-1);
      if (run && run.at(-1) === number - 1 && number % pack && kept.has(number) === kept.has(number - 1)) run.push(number);
      else runs.push([number]);
    }
    const fetched = async (run) => {
      if (kept.has(run[0])) return;
      const [from, last] = [starts[run[0]], run.at(-1)];
      const bytes = await read(`${part.name}-${Math.floor(last / pack)}.pack`, signal, from, starts[last] + blocks[last]);
      for (const number of run) kept.set(number, bytes.subarray(starts[number] - from, starts[number] - from + blocks[number]));
    };
    for (let place = 0; place < runs.length; place += TOGETHER) {
      const next = runs.slice(place, place + TOGETHER);
      await Promise.all(next.map(fetched));
      for (const number of next.flat()) yield [number, await unpacked(kept.get(number))];
    }
  };

  /** The numbers of the blocks that hold the rows of a range. */
  const numbers = ({ from, to }) => {
    const first = Math.floor(from / lines);
    return Array.from({ length: Math.ceil(to / lines) - first }, (_, place) => first + place);
  };

  /** Bytes still to be read for ranges: those of blocks whose index is not here are estimated. */
  const missing = (ranges) => {
    const wanted = new Map();
    for (const range of ranges) wanted.set(range.part, new Set([...(wanted.get(range.part) ?? []), ...numbers(range)]));
    let bytes = 0;
    for (const [part, blocks] of wanted) {
      const usual = part.packed / Math.ceil(part.rows / lines);
      if (!part.inside) bytes += part.bytes + usual * blocks.size;
      else for (const number of blocks) bytes += part.inside.kept.has(number) ? 0 : part.inside.blocks[number];
    }
    return bytes;
  };

  /** Give each row of ranges, as a line, to `take`. */
  const rows = async (ranges, signal, take, tell = () => {}) => {
    const wanted = new Map();
    for (const range of ranges) wanted.set(range.part, [...(wanted.get(range.part) ?? []), range]);
    await Promise.all([...wanted.keys()].map((part) => inside(part, signal)));
    const all = [...wanted].map(([part, own]) => [part, own, [...new Set(own.flatMap(numbers))]]);
    const sum = all.reduce((blocks, each) => blocks + each[2].length, 0);
    let done = 0;
    for (const [part, own, blocks] of all) {
      for await (const [number, text] of texts(part, blocks, signal)) {
        signal.throwIfAborted();
        const found = text.split("\n"), first = number * lines;
        if (found.length !== Math.min(lines, part.rows - first)) throw new Fault("changed");
        for (const { from, to } of own) {
          for (const line of found.slice(Math.max(0, from - first), Math.max(0, to - first))) take(line, part);
        }
        tell((done += 1) / sum);
      }
    }
  };

  /** Names of parties that begin with a text, in their order: `[name, rows, blocks counted over all parts]`. */
  const parties = async (text, signal) => {
    const part = (index.parties.name = "parties", index.parties);
    const { first } = await inside(part, signal);
    const begin = Math.max(0, first.findLastIndex((name) => !later(name, text)));
    const found = [];
    for (let number = begin; number < first.length && found.length < NAMES; number += 1) {
      if (number > begin && !first[number].startsWith(text)) break;
      for await (const [, block] of texts(part, [number], signal)) {
        found.push(...block.split("\n").map((line) => line.split("\t")).filter(([name]) => name.startsWith(text)));
      }
    }
    return found.slice(0, NAMES);
  };
  return { index, inside, missing, rows, parties };
};

/** Ranges of rows that lie in some blocks, which are counted over all parts. */
const within = (ranges, steps, { partitions, block_rows: lines }) => {
  let [number, sum] = [0, 0];
  const starts = new Map(partitions.map((part) => [part, (number += Math.ceil(part.rows / lines)) - Math.ceil(part.rows / lines)]));
  const blocks = steps.split(",").map((step) => (sum += Number(step)));
  return ranges.flatMap(({ part, from, to }) => blocks.map((block) => (block - starts.get(part)) * lines)
    .filter((first) => first < to && first + lines > from && first >= 0 && first < part.rows)
    .map((first) => ({ part, from: Math.max(from, first), to: Math.min(to, first + lines) })));
};

/** The part of ranges that one page shows. */
const clipped = (ranges, first, count) => {
  const found = [];
  for (const { part, from, to } of ranges) {
    const start = Math.min(to, from + first), end = Math.min(to, start + count);
    if (end > start) found.push({ part, from: start, to: end });
    first -= start - from;
    count -= end - start;
  }
  return found;
};

/** Add rows of a kind in a part. */
const counted = (counts, { name }, kind, count) => counts.set(`${name}\t${kind}`, (counts.get(`${name}\t${kind}`) ?? 0) + count);

const explorer = (root) => {
  const words = root.dataset;
  const form = root.querySelector("form");
  const [say, ask, names, results, pages, take] = ["say", "ask", "names", "rows", "pages", "take"]
    .map((name) => root.querySelector(`.ip-explorer-${name}`));
  const body = results.querySelector("tbody");
  const made = (name, facts) => Object.assign(document.createElement(name), facts);
  const bar = made("progress", { className: "ip-explorer-bar", ariaLabel: words.bar, hidden: true });
  const goal = made("input", { type: "number", min: 1, value: 1 });
  const list = made("datalist", { id: `${results.getAttribute("aria-labelledby")}-classes` });
  ask.after(bar);
  pages.querySelector("label").firstElementChild.after(" ", goal);
  let store, running, selection;

  const told = (text) => { say.textContent = text; };
  const fail = (error) => {
    if (!error.kind) console.error(error);
    const kind = error.kind ?? "changed";
    told(filled(words[kind], error.facts));
    if (kind === "heavy" || kind === "old" || kind === "file") return;
    say.append(" ", made("a", { href: location.href, textContent: document.getElementById("words").dataset.again }));
  };
  const tell = (part) => {
    bar.hidden = part >= 1;
    bar.value = part;
  };

  /** Wait until the reader agrees to read so many bytes; beyond `free`, and what is too much is refused. */
  const agreed = (bytes, free = 0) => new Promise((done, refused) => {
    if (bytes > MOST[0]) return refused(new Fault("heavy", { size: weight(bytes) }));
    if (bytes <= free) return done();
    told("");
    ask.firstElementChild.textContent = filled(words.ask, { size: weight(bytes) });
    ask.hidden = false;
    ask.lastElementChild.onclick = () => {
      ask.hidden = true;
      told(words.busy);
      say.focus();
      done();
    };
  });

  /** The parts that a question is about, and within them the ranges of rows of its kind and class. */
  const ranged = async (wanted, signal) => {
    const { partitions, classes } = store.index;
    const known = partitions.filter((part) => part.name !== "unknown");
    const order = wanted.sort === "old" ? known : [...known].reverse();
    const parts = [...order, ...partitions.filter((part) => part.name === "unknown")].filter((part) => !wanted.year || part.name === wanted.year);
    const asked = plain(wanted.class ?? "");
    // a class that is told closer than the groups is looked for in the rows of its group
    const whole = classes.some(([group]) => plain(group).startsWith(asked));
    const near = whole ? "" : classes.map(([group]) => plain(group)).filter((group) => group && asked.startsWith(group)).sort().at(-1);
    if (asked && near !== undefined) {
      if (parts.length > 1) await agreed(parts.reduce((sum, part) => sum + (part.inside ? 0 : part.bytes), 0));
      await Promise.all(parts.map((part) => store.inside(part, signal)));
    }
    const fits = (group) => !asked || (whole ? plain(group).startsWith(asked) : plain(group) === near);
    const ranges = [], counts = new Map();
    for (const part of parts) {
      let row = 0;
      for (const [kind, group, count] of asked && part.inside ? part.inside.groups : part.kinds.map(([kind, count]) => [kind, "", count])) {
        const last = ranges.at(-1);
        if ((!wanted.kind || kind === wanted.kind) && fits(asked ? group : "")) {
          if (last?.part === part && last.to === row) last.to += count;
          else ranges.push({ part, from: row, to: row + count });
          counted(counts, part, kind, count);
        }
        row += count;
      }
    }
    return { ranges, counts, closer: asked && !whole ? asked : "" };
  };

  /** What a line must hold beside lying in its range: closer class, party, words; null where that is nothing. */
  const tested = (wanted, closer) => {
    const { columns, class: group, party } = store.index;
    const place = (name) => columns.findIndex((column) => column.name === name);
    const parts = (wanted.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const tests = [];
    if (parts.length) tests.push((line) => { const low = line.toLowerCase(); return parts.every((part) => low.includes(part)); });
    if (closer) tests.push((line) => plain(line.split("\t")[place(group)]).startsWith(closer));
    if (wanted.party) tests.push((line) => line.split("\t")[place(party)].split("; ").includes(wanted.party));
    return tests.length ? (line) => tests.every((test) => test(line)) : null;
  };

  const ordered = (lines, sort) => {
    const [sign, name] = sort.startsWith("-") ? [-1, sort.slice(1)] : [1, sort];
    const place = store.index.columns.findIndex((column) => column.name === name);
    const { type, codes } = store.index.columns[place];
    const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const value = (cell) => (type === "integer" ? Number(cell) : codes?.[cell]?.[lang] ?? cell);
    const keyed = lines.map((line) => { const cell = line.split("\t")[place]; return [cell, value(cell), line]; });
    const before = type === "string" || type === "parties" ? compare : (one, other) => (one < other ? -1 : Number(one > other));
    return keyed.sort(([a, one], [b, other]) => (!a || !b ? Number(!a) - Number(!b) : sign * before(one, other))).map((each) => each[2]);
  };

  /** Show the names that begin with what was typed, each leading to its rows. */
  const choose = (found) => {
    names.replaceChildren(...found.map(([name, count]) => {
      const button = made("button", { type: "button", textContent: name });
      button.addEventListener("click", () => {
        form.elements.party.value = name;
        changed();
      });
      const item = made("li");
      item.append(button, ` ${filled(words.free, { n: figure(Number(count)) })}`);
      return item;
    }));
    names.hidden = !found.length;
    told(found.length ? words.choose : words.nobody);
  };

  const drawn = (counts) => {
    const sum = (test) => [...counts].reduce((all, [key, count]) => all + (test(...key.split("\t")) ? count : 0), 0);
    const years = [...root.querySelectorAll("[data-year]")];
    const top = Math.max(1, ...years.map((year) => sum((name) => name === year.dataset.year)));
    for (const year of years) {
      let foot = 100;
      for (const part of year.children) {
        const height = (100 * sum((name, kind) => name === year.dataset.year && kind === part.dataset.kind)) / top;
        part.setAttribute("height", height);
        part.setAttribute("y", (foot -= height));
      }
    }
    root.querySelector(".ip-explorer-most").textContent = figure(top);
    const kinds = [...root.querySelectorAll("[data-sum]")];
    const most = Math.max(1, ...kinds.map((kind) => sum((_, name) => name === kind.dataset.sum)));
    for (const kind of kinds) {
      const count = sum((_, name) => name === kind.dataset.sum);
      kind.querySelector("b").textContent = figure(count);
      kind.querySelector("rect").setAttribute("width", (100 * count) / most);
    }
  };

  /** The cells of a line as people read them. */
  const row = (line) => {
    const cells = made("tr");
    line.split("\t").forEach((cell, place) => {
      const { title, codes } = store.index.columns[place];
      const one = made(place ? "td" : "th", { textContent: codes?.[cell]?.[lang] ?? cell });
      if (cell.length > 24) one.className = "is-long";
      if (place) one.dataset.label = title[lang];
      else one.scope = "row";
      cells.append(one);
    });
    return cells;
  };

  const page = async (signal) => {
    const { ranges, lines, count } = selection;
    const last = Math.max(1, Math.ceil(count / PAGE));
    const number = Math.min(last, Math.max(1, Number(new URLSearchParams(location.search).get("page")) || 1));
    const first = (number - 1) * PAGE;
    const shown = lines?.slice(first, first + PAGE) ?? [];
    if (!lines) await store.rows(clipped(ranges, first, PAGE), signal, (line) => shown.push(line));
    body.replaceChildren(...shown.map(row));
    results.hidden = !count;
    results.scrollLeft = 0;
    pages.hidden = last < 2;
    const [back, on] = pages.querySelectorAll("button");
    back.disabled = number === 1;
    on.disabled = number === last;
    Object.assign(goal, { value: number, max: last });
    pages.querySelector("b").textContent = figure(last);
    told(count ? filled(words.some, { from: figure(first + 1), to: figure(first + shown.length), all: figure(count) }) : words.none);
    const cost = lines ? 0 : store.missing(ranges);
    take.hidden = !count;
    const heavy = cost > MOST[0] || count > MOST[1];
    take.firstElementChild.disabled = heavy;
    take.lastElementChild.textContent = filled(heavy ? words.whole : cost ? words.cost : words.free, { n: figure(count), size: weight(cost) });
  };

  const found = async (wanted, signal) => {
    let { ranges, counts, closer } = await ranged(wanted, signal);
    if (wanted.party) {
      await agreed(store.index.parties.inside ? 0 : store.index.parties.bytes, LIGHT);
      const near = await store.parties(wanted.party, signal);
      const exact = near.find(([name]) => name === wanted.party);
      if (!exact) return choose(near);
      ranges = within(ranges, exact[2], store.index);
    }
    const test = tested(wanted, closer);
    const sorted = wanted.sort && wanted.sort !== "old";
    let count = ranges.reduce((sum, range) => sum + range.to - range.from, 0), lines = null;
    if (test || sorted) {
      if (!test && count > MOST[1]) throw new Fault("heavy", { size: weight(store.missing(ranges)) });
      await agreed(store.missing(ranges));
      [lines, counts] = [[], new Map()];
      const kind = store.index.columns.findIndex((column) => column.name === store.index.kind);
      await store.rows(ranges, signal, (line, part) => {
        if (test && !test(line)) return;
        if (lines.push(line) > MOST[1]) throw new Fault("many", { n: figure(MOST[1]) });
        counted(counts, part, line.split("\t")[kind] ?? "", 1);
      }, tell);
      if (sorted) lines = ordered(lines, wanted.sort);
      count = lines.length;
    }
    selection = { ranges, lines, count };
    drawn(counts);
    await page(signal);
  };

  /** Do what the address asks; `same` while only the page is another. */
  const show = async (same) => {
    running?.abort();
    const { signal } = (running = new AbortController());
    told(words.busy);
    for (const part of [ask, bar, ...(same ? [] : [names, results, pages, take])]) part.hidden = true;
    try {
      store ??= await opened(new URL(words.register, document.baseURI));
      if (form.elements.class && !list.options.length) {
        form.elements.class.after(list);
        form.elements.class.setAttribute("list", list.id);
        list.append(...store.index.classes.filter(([name]) => name).map(([name, count]) => new Option(figure(count), name)));
      }
      if (same && selection) await page(signal);
      else await found(Object.fromEntries(new FormData(form)), signal);
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
    if (!signal.aborted) bar.hidden = true;
  };

  /** Put what was chosen into the address, as a step in the browser's history. */
  const changed = (number) => {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value.trim()) asked.set(name, value.trim());
    if (number > 1) asked.set("page", number);
    const query = asked.toString();
    history.pushState(null, "", location.pathname + (query && `?${query}`));
    show(Boolean(number));
  };
  const recall = () => {
    const asked = new URLSearchParams(location.search);
    for (const field of form.elements) {
      if (field.name) field.value = asked.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    show();
  };
  const turn = (number) => {
    changed(Math.max(1, number || 1));
    results.focus();
    results.scrollIntoView({ block: "start" });
  };

  form.addEventListener("change", (event) => event.target.tagName === "SELECT" && changed());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  form.addEventListener("reset", () => setTimeout(changed));
  pages.addEventListener("click", ({ target }) => target.dataset.step && turn(Number(goal.value) + Number(target.dataset.step)));
  pages.addEventListener("change", ({ target }) => turn(Math.floor(Number(target.value))));
  take.firstElementChild.addEventListener("click", async () => {
    const { signal } = (running = new AbortController());
    const { columns, name } = store.index;
    try {
      const lines = selection.lines ?? [];
      if (!selection.lines) await store.rows(selection.ranges, signal, (line) => lines.push(line), tell);
      const cells = [columns.map((column) => column.name), ...lines.map((line) => line.split("\t"))];
      const text = cells.map((line) => line.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")).join("\r\n");
      const file = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
      made("a", { href: file, download: `${name}-${store.index.version}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(file), 60e3);
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
    bar.hidden = true;
  });
  addEventListener("popstate", recall);
  if (location.protocol === "file:") return fail(new Fault("file"));
  try {
    new DecompressionStream("deflate-raw");
  } catch {
    return fail(new Fault("old"));
  }
  form.hidden = false;
  recall();
};

document.querySelectorAll(".ip-explorer").forEach(explorer);
