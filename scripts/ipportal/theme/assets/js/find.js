// What the search dialog asks: Pagefind's index with two things added, all of it fetched only when somebody searches.
// Chinese is indexed character by character, so a query is looked up as a phrase: every word inside a compound is
// found, in every browser, without a dictionary. And words people type lead to the words the pages use.
const HAN = /\p{Script=Han}/u;
const TOKENS = /\p{Script=Han}|[^\p{Script=Han}\p{P}\p{S}\s]+/gu;
const BETWEEN = "[\\p{P}\\p{S}\\s]{0,3}";
const [OPEN, CLOSE, STOP] = ["\ue000", "\ue001", "\ue002"];
const BEFORE = 24, AFTER = 76, LOOSE = 20;
const tokens = (text) => text.toLowerCase().match(TOKENS) ?? [];

/** Open the index at `base` (ends in “pagefind/”) for pages in `lang`, zh or en. */
export const open = async (base, lang) => {
  const engine = await import(new URL("pagefind.js", base).href);
  await engine.options({ baseUrl: new URL("..", base).pathname, excerptLength: 24 });
  await engine.init();
  const [{ kind = {} }, words] = await Promise.all([
    engine.filters(),
    fetch(new URL(`words.${lang}.json`, base)).then((answer) => answer.json()),
  ]);
  return { kinds: Object.keys(kind), find: (query, chosen) => find({ engine, chinese: lang === "zh" }, words, query, chosen) };
};

/** Pages that hold the query, or what it means in the words of the site; failing that, pages that hold parts of it. */
const find = async (index, words, query, kind) => {
  const options = { filters: kind ? { kind } : {} };
  const meant = meanings(words, query);
  const replaced = meant.map(([typed, written]) => query.toLowerCase().replace(typed.toLowerCase(), written));
  const also = [...new Set(meant.map(([, written]) => written))];
  let readings = [...new Set([query, ...replaced, ...also])];
  let hits = await together(index, readings, options);
  const loose = !hits.length;
  if (loose) {
    readings = parts(query);
    hits = (await together(index, readings, options)).slice(0, LOOSE);
  }
  const sought = readings.flatMap((text) => text.split(/\s+/)).map(tokens).filter((phrase) => phrase.length);
  return { hits: hits.map((hit) => ({ ...hit, show: async () => shown(await hit.data(), index.chinese && sought) })), loose, also };
};

/** Rows of the list of words that speak of something in the query: [[typed, written], …]. */
const meanings = (words, query) => {
  const whole = ` ${tokens(query).join(" ")} `;
  return words.filter(([typed]) => whole.includes(` ${tokens(typed).join(" ")} `));
};

/** Hits of several readings together; a page that answers more than one stands higher. */
const together = async (index, readings, options) => {
  const found = new Map();
  // one after the other: Pagefind answers with what it has loaded when two questions overlap
  for (const text of readings) {
    for (const { id, score, data } of await answers(index, text, options)) found.set(id, { id, data, score: score + (found.get(id)?.score ?? 0) });
  }
  return [...found.values()].sort((one, two) => two.score - one.score);
};

/** Pages that hold every phrase of a text. Pagefind ranks the characters; pages that hold them as the phrase come first. */
const answers = async ({ engine, chinese }, text, options) => {
  if (!chinese || !HAN.test(text)) return (await engine.search(text, options)).results;
  const phrases = text.split(/\s+/).map(tokens).filter((phrase) => phrase.length);
  let { results } = await engine.search(phrases.flat().join(" "), options);
  for (const phrase of phrases.filter((phrase) => phrase.length > 1)) {
    const exact = await engine.search(`"${phrase.join(" ")}"`, options);
    const ids = new Set(exact.results.map((result) => result.id));
    results = results
      .filter((result) => ids.has(result.id))
      .map(({ id, score, words, data }) => ({ id, words, data, score: score * Math.sqrt(inPhrase(words, phrase.length)) }));
  }
  return results;
};

/** The share of the places found that stand in a row of at least `length` neighbours. */
const inPhrase = (places, length) => {
  let rows = 0, row = 1;
  places.forEach((place, at) => {
    if (places[at + 1] === place + 1) { row += 1; return; }
    if (row >= length) rows += row;
    row = 1;
  });
  return rows / places.length;
};

/** Parts of a query that found nothing as a whole: its words, and in Chinese any two neighbouring characters. */
const parts = (query) => {
  const units = tokens(query);
  const pairs = units.slice(1).map((unit, at) => units[at] + unit).filter((pair) => /^\p{Script=Han}{2}$/u.test(pair));
  return [...new Set([...pairs, ...units.filter((unit) => !HAN.test(unit) && unit.length > 2)])];
};

/** What the list shows of a page (`sought`: the phrases of a Chinese query): title, kind, an excerpt as [{text, marked}], and the sections that hold the words. */
const shown = (data, sought) => {
  const { title, kind } = data.meta;
  if (!sought) {
    const sections = data.sub_results.filter((part) => part.url !== data.url && part.title !== title);
    return { url: data.url, title, kind, excerpt: marked(data.excerpt), sections };
  }
  const patterns = sought.map((phrase) => new RegExp(phrase.map(literal).join(BETWEEN), "giu"));
  const units = data.content.split(/\s+/);
  const heads = data.anchors.filter((anchor) => /^h[2-6]$/.test(anchor.element) && anchor.text);
  const sections = heads
    .map((head, at) => ({ head, text: plain(units.slice(head.location, heads[at + 1]?.location).join(" ")) }))
    .filter(({ text }) => patterns.some((pattern) => text.search(pattern) >= 0))
    .map(({ head }) => ({ title: plain(head.text), url: `${data.url}#${head.id}` }));
  const name = plain(title);
  const text = plain(data.content).slice(name.length).trim();
  return { url: data.url, title: name, kind, excerpt: excerpt(text, patterns), sections };
};

/** The stretch of a Chinese text that holds most of what was sought; its beginning where it holds nothing. */
const excerpt = (text, patterns) => {
  const from = (place) => Math.max(0, place - BEFORE);
  const holds = (place) => patterns.filter((pattern) => text.slice(from(place), place + AFTER).search(pattern) >= 0).length;
  const places = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(({ index }) => index));
  const best = places.sort((one, two) => holds(two) - holds(one) || one - two)[0] ?? 0;
  let piece = text.slice(from(best), best + AFTER);
  for (const pattern of patterns) piece = piece.replace(pattern, `${OPEN}$&${CLOSE}`);
  return split(`${from(best) ? "…" : ""}${piece}${best + AFTER < text.length ? "…" : ""}`);
};

/** Pagefind escapes the text and adds only <mark>: read it as text, so nothing else can become markup. */
const marked = (html) => {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const signed = [...body.childNodes].map((node) => (node.nodeName === "MARK" ? OPEN + node.textContent + CLOSE : node.textContent));
  return split(signed.join("").replace(/([.,;:!?”]+)\ue001/g, "\ue001$1")); // a stop after a word is not part of it
};

/** Text with signs around what is marked → [{text, marked}]; marks inside marks count once. */
const split = (text) => {
  let depth = 0;
  const pieces = [];
  for (const piece of text.split(/([\ue000\ue001])/)) {
    if (piece === OPEN) depth += 1;
    else if (piece === CLOSE) depth -= 1;
    else if (piece) pieces.push({ text: piece, marked: depth > 0 });
  }
  return pieces;
};

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Text of the index as it stands on the page: the index has spaces between Chinese characters, and stops after parts. */
const plain = (text) =>
  text
    .replace(/\.(\s+|$)/g, STOP)
    .replace(/([\p{Script=Han}“”‘’…—、。〈-】！-～])\s+/gu, "$1")
    .replace(/\s+(?=[\p{Script=Han}“”‘’…—、。〈-】！-～])/gu, "")
    .replaceAll(STOP, " ");
