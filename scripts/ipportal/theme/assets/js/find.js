// What the search dialog asks: a small list first (see site/search.py), then Pagefind's index, both fetched only when
// somebody searches. The list leads from what people type to what the pages say (the other script, the sound of
// characters, a slip, an everyday word) and knows titles and headings; Pagefind finds the words in the text. Chinese is
// indexed character by character, so every word inside a compound is found, in every browser, without a dictionary.
const HAN = /\p{Script=Han}/u, LATIN = /[a-zü]+(?:['’ ]+[a-zü]+)*/g;
const TOKENS = /\p{Script=Han}|[^\p{Script=Han}\p{P}\p{S}\s]+/gu;
const BETWEEN = "[\\p{P}\\p{S}\\s]{0,3}";
const LONGEST = 80, MOST = 40, LINES = 3, [SHORT, LONG] = [[24, 76], [60, 140]];
const [OPEN, CLOSE, STOP] = ["\ue000", "\ue001", "\ue002"];
const tokens = (text) => text.toLowerCase().replace(/(\d),(?=\d{3})/g, "$1").match(TOKENS) || [];
const stem = (word) => (word.length > 3 ? word.replace(/(?:ied|ies)$/, "y").replace(/(.{3})(?:ements?|ments?|ings?|ed|es|s|e)$/, "$1") : word);

/** Open the index at `base` (ends in “pagefind/”) for pages in `lang`, zh or en. */
export const open = async (base, lang) => {
  const engine = await import(new URL("pagefind.js", base).href);
  await engine.options({ baseUrl: new URL("..", base).pathname, noWorker: true });
  await engine.init();
  const read = (name) => fetch(new URL(`${name}.${lang}.json`, base)).then((answer) => answer.json());
  const index = prepared(engine, lang === "zh", await read("words"), base);
  // the lines that answer known needs, once somebody has one
  index.lines = async () => (index.answers = index.answers || (await read("answers")).map(([need, about, text, url, phone, general]) => (
    { need, about: index.form(about), general, text, url: new URL(url, index.site).href, phone })));
  return { kinds: index.kinds.filter(Boolean), find: (query, kind, asked) => find(index, query, kind, asked) };
};

const prepared = (engine, chinese, list, base) => {
  // what is compared: Chinese as it stands, other writing by the stems of its words
  const form = (text) => (chinese ? tokens(text).join("") : ` ${tokens(text).map(stem).join(" ")} `);
  const meanings = new Map();
  for (const [written, ...typed] of list.words) for (const word of typed) meanings.set(form(word), [...(meanings.get(form(word)) || []), written]);
  const said = [...list.words.flat(), ...list.pages.flatMap((page) => page.slice(4))].map((text) => text.toLowerCase());
  const corpus = said.join("\n");
  const sounds = new Map();
  for (const [, sound, characters] of (list.sounds || "").matchAll(/([a-z]+)([^ a-z]+)/g)) {
    for (const character of characters) sounds.set(character, [...(sounds.get(character) || []), sound]);
  }
  const idle = new Set(list.idle.map(form));
  return {
    engine, chinese, base, site: new URL("..", base), form, meanings, said, corpus, sounds, idle,
    pages: list.pages.map(([id, weight, kind, , title, ...heads]) => ({ id, weight, kind: list.kinds[kind], title: form(title), heads: heads.map(form) })),
    lengths: new Map(list.pages.map(([id, , , length]) => [id, length])),
    usual: list.pages.reduce((sum, page) => sum + page[3], 0) / list.pages.length,
    kinds: list.kinds,
    latin: new Set(corpus.match(/[a-zü]+/g)),
    longest: Math.max(...[...meanings.keys(), ...idle].map((word) => word.length)),
    folds: new Map(list.folds ? [...list.folds[0]].map((old, at) => [old, [...list.folds[1]][at]]) : []),
    needs: Object.entries(list.needs).map(([need, typed]) => [need, typed.map(form)]),
    found: new Map(),
  };
};

/**
 * Pages for a query, best first; `also`: what else was looked for, `answers`: lines that answer a known need, `more`:
 * how many pages hold it that are shown only when `asked` for (or when their `kind` is chosen).
 */
const find = async (index, query, kind, asked) => {
  const typed = query.normalize("NFKC").toLowerCase().slice(0, LONGEST).trim();
  const folded = [...typed].map((one) => index.folds.get(one) || one).join("");
  const { text, also } = index.chinese ? await written(index, folded) : await corrected(index, folded);
  const units = await parted(index, text);
  const ranked = await rank(index, units, text);
  const parts = units.filter((unit) => !unit.extra).length;
  const wanted = kind ? (page) => page.kind === kind : asked ? (page) => !page.weight : (page) => page.weight;
  const hits = ranked.filter(wanted).filter(({ score }, at, [first]) => score > first.score / 40).slice(0, MOST);
  const words = units.flatMap((unit) => unit.texts);
  return {
    hits: hits.map((hit) => ({ ...hit, show: async () => shown(index, await fragment(index, hit.id), units) })),
    loose: !hits.length || hits[0].covered < parts,
    also: [...new Set([...also, ...words.filter((one) => !index.form(folded).includes(index.form(one)))])].slice(0, 4),
    answers: await answers(index, text, words),
    more: kind || asked ? 0 : ranked.filter(({ weight, covered }) => !weight && covered === parts).length,
  };
};

/** What Pagefind keeps of a page. It would give it only with a search; older browsers have to ask for everything. */
const fragment = async (index, id) => {
  if (!window.DecompressionStream) {
    index.all = index.all || index.engine.search(null).then(({ results }) => new Map(results.map((result) => [result.id, result])));
    const data = await (await index.all).get(id).data();
    return { ...data, url: data.raw_url || data.url };
  }
  const bytes = await (await fetch(new URL(`fragment/${id}.pf_fragment`, index.base))).blob();
  const packed = new Uint8Array(await bytes.slice(0, 1).arrayBuffer())[0] === 0x1f;
  const text = await new Response(packed ? bytes.stream().pipeThrough(new DecompressionStream("gzip")) : bytes).text();
  return JSON.parse(text.replace(/^pagefind_dcd/, ""));
};

/** Chinese as the pages write it: pinyin becomes characters, a character that fits nowhere becomes the one that does. */
const written = async (index, typed) => {
  const also = [];
  const spelt = typed.replace(LATIN, (run) => {
    const sound = run.replace(/[^a-zü]/g, "").replace(/ü/g, "v");
    if (sound.length < 3 || run.split(" ").every((word) => index.meanings.has(word) || index.latin.has(word))) return run;
    const found = characters(index, sound);
    if (found) also.push(found);
    return found || run;
  });
  const mended = await Promise.all(spelt.split(/(\p{Script=Han}+)/u).map((run) => (HAN.test(run) ? mend(index, run) : run)));
  if (mended.join("") !== spelt) also.push(mended.join(""));
  return { text: mended.join(""), also };
};

/** The words that sound like this in the list, the most frequent of the longest first; the rest is spelt on its own. */
const characters = (index, sound) => {
  const counts = new Map();
  let longest = 0;
  const walk = (text, at, rest, taken) => {
    if (!rest || longest <= sound.length - rest.length) {
      if (taken && sound.length - rest.length > longest) { longest = sound.length - rest.length; counts.clear(); }
      if (taken && sound.length - rest.length === longest) counts.set(taken, (counts.get(taken) || 0) + 1);
    }
    for (const one of index.sounds.get(text[at]) || []) {
      if (rest.startsWith(one)) walk(text, at + 1, rest.slice(one.length), taken + text[at]);
      else if (rest && taken && one.startsWith(rest)) walk(text, at + 1, "", taken + text[at]);
    }
  };
  for (const text of index.said) for (let at = 0; at < text.length; at += 1) walk(text, at, sound, "");
  const best = [...counts].filter(([text]) => text.length > 1).sort((one, two) => two[1] - one[1])[0];
  if (!best) return "";
  const rest = sound.slice(longest);
  const after = rest ? characters(index, rest) : "";
  return rest && !after ? "" : best[0] + after;
};

/** A run of characters with those changed that stand beside their neighbours nowhere on the site. */
const mend = async (index, run) => {
  const known = async (pair) => [...pair].some((one) => index.idle.has(one)) || index.corpus.includes(pair) || (await inText(index, pair)).size > 0;
  const pairs = await Promise.all([...run].slice(1).map((one, at) => known(run[at] + one)));
  let text = run;
  for (let at = 0; at < run.length; at += 1) {
    const sides = [pairs[at - 1], pairs[at]].filter((side) => side !== undefined);
    if (!sides.length || sides.some(Boolean)) continue;
    const [before, after] = [text.slice(Math.max(0, at - 2), at), text.slice(at + 1, at + 3)];
    const tries = [[before, after], [before.slice(-1), after], [before, after.slice(0, 1)], [before.slice(-1), after.slice(0, 1)], [before, ""], ["", after]];
    for (const [left, right] of tries) {
      if (left.length + right.length < (run.length > 2 ? 2 : 1)) continue;
      const counts = new Map();
      for (const [, one] of index.corpus.matchAll(new RegExp(`${left}(\\p{Script=Han})(?=${right})`, "gu"))) counts.set(one, (counts.get(one) || 0) + 1);
      const like = (one) => (index.sounds.get(one) || []).some((sound) => (index.sounds.get(run[at]) || []).includes(sound));
      const best = [...counts].sort((one, two) => like(two[0]) - like(one[0]) || two[1] - one[1])[0];
      if (best) { text = text.slice(0, at) + best[0] + text.slice(at + 1); pairs[at] = true; break; }
    }
  }
  return text;
};

/** English with slips put right: a word that stands nowhere becomes the nearest word of the list. */
const corrected = async (index, typed) => {
  const also = [];
  const vocabulary = new Map();
  for (const word of tokens(index.corpus)) vocabulary.set(word, (vocabulary.get(word) || 0) + 1);
  const stems = new Set([...vocabulary.keys()].map(stem));
  const words = await Promise.all(typed.split(/\s+/).map(async (word) => {
    const bare = tokens(word).join("");
    if (bare.length < 4 || /\d/.test(bare) || stems.has(stem(bare)) || index.idle.has(index.form(bare)) || (await inText(index, bare)).size) return word;
    const near = [...vocabulary].map(([one, count]) => [one, distance(bare, one), count]).filter(([, far]) => far <= (bare.length > 7 ? 2 : 1));
    const best = near.sort((one, two) => one[1] - two[1] || two[2] - one[2])[0];
    if (best) also.push(best[0]);
    return best ? best[0] : word;
  }));
  return { text: words.join(" "), also };
};

/** How many letters differ: one changed, left out, put in, or two exchanged each count as one. */
const distance = (one, two) => {
  if (Math.abs(one.length - two.length) > 2) return 9;
  let [last, row] = [[], [...Array(two.length + 1).keys()]];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= two.length; j += 1) {
      const same = one[i - 1] === two[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + !same);
      if (i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1]) next[j] = Math.min(next[j], last[j - 2] + 1);
    }
    [last, row] = [row, next];
  }
  return row[two.length];
};

/** What is sought, part by part: [{texts, weight, extra}]; `texts` are one thing in several words, `extra` what need not be there. */
const parted = async (index, text) => {
  const units = [];
  const add = (found, weight, more = {}) => {
    const meant = index.meanings.get(index.form(found)) || [];
    if (!units.some((unit) => unit.texts[0] === found)) units.push({ texts: [found, ...meant], weight, ...more });
  };
  const words = tokens(text), size = index.longest;
  const bare = [];
  // of a long word, its parts in titles and headings count as well
  const apart = (run) => {
    for (let at = 1; at < run.length && run.length > 3; at += 1) if (inList(index, run[at - 1] + run[at])) add(run[at - 1] + run[at], 0.6, { extra: true });
  };
  const flush = async () => {
    for (const run of bare.splice(0).join(" ").replace(/(\p{Script=Han}) (?=\p{Script=Han})/gu, "$1").split(" ").filter(Boolean)) {
      const each = [...run];
      if (!HAN.test(run) || (each.length === 1 && words.length === 1)) add(run, 1);
      else if (each.length > 1) {
        const there = inList(index, run) || (await inText(index, run)).size;
        if (there) add(run, 1);
        if (!there) for (let at = 1; at < each.length; at += 1) add(each[at - 1] + each[at], 0.5);
        else if (!inList(index, run)) apart(each);
      }
    }
  };
  const joint = index.chinese ? "" : " ";
  for (let at = 0; at < words.length; ) {
    let length = Math.min(size, words.length - at);
    let part = "";
    for (; length; length -= 1) {
      part = words.slice(at, at + length).join(joint);
      if (index.meanings.has(index.form(part)) || index.idle.has(index.form(part))) break;
    }
    if (length) await flush();
    if (!length) bare.push(words[at]);
    else if (index.meanings.has(index.form(part))) {
      add(part, 1);
      if (index.chinese) apart([...part]);
    }
    at += length || 1;
  }
  await flush();
  const whole = words.join(joint);
  if (words.length > 1 && (!units.length || units.length > 1 || units[0].texts[0] !== whole) && (inList(index, whole) || (words.length < 7 && (await inText(index, whole)).size))) add(whole, 1.5, { extra: units.length > 0 });
  return units;
};

const inList = ({ pages, form }, text) => pages.some((page) => page.title.includes(form(text)) || page.heads.some((head) => head.includes(form(text))));

/** How much of each page's text is about a phrase, 0 to 1, by the id of the page. */
const inText = async (index, text) => {
  if (index.found.has(text)) return index.found.get(text);
  const phrase = tokens(text);
  const { results } = await index.engine.search(`"${phrase.join(" ")}"`);
  // as BM25 reckons: the more often the better, less so in longer pages
  const found = new Map(results.map(({ id, words }) => {
    const often = words.length / phrase.length;
    return [id, often / (often + 0.6 + (2.4 * index.lengths.get(id)) / index.usual)];
  }));
  index.found.set(text, found);
  return found;
};

/** What texts are compared by: two neighbouring characters, or words. */
const pairs = (index, text) => (index.chinese ? [...text].slice(1).map((next, at) => text[at] + next) : text.split(" ")).filter((one) => one.trim().length > 1);

/** Pages by how well title, headings and text answer each part, those of more weight first. */
const rank = async (index, units, text) => {
  const scores = new Map();
  const note = (id, score, covered) => {
    const page = scores.get(id) || { id, score: 0, covered: 0 };
    scores.set(id, { id, score: page.score + score, covered: page.covered + covered });
  };
  const parts = units.filter((unit) => !unit.extra).length || 1, alone = parts === 1;
  for (const unit of units) {
    const best = new Map();
    for (const [at, one] of unit.texts.entries()) {
      const form = index.form(one);
      const share = (where) => (where.includes(form) ? 0.4 + (0.6 * form.length) / where.length : 0);
      for (const { id, title, heads } of index.pages) {
        // where it is all that is sought, what somebody put into the list counts more than what happens to be written alike
        const value = Math.max((at && alone ? 1.5 : 1) * Math.max(3 * share(title) + 2 * alone * (title === form), 1.3 * Math.max(0, ...heads.map(share))), best.get(id) || 0);
        if (value) best.set(id, value);
      }
      // words of the list and long names lead to titles and headings; the text is only read for others
      if (best.size && (at || tokens(one).length > 6)) continue;
      for (const [id, value] of await inText(index, one)) best.set(id, (best.get(id) || 0) + value);
    }
    const rare = Math.log(1 + index.pages.length / (1 + best.size));
    for (const [id, value] of best) note(id, value * unit.weight * rare, !unit.extra);
  }
  const typed = [...new Set(pairs(index, index.form(text)))];
  for (const { id, title } of typed.length > 1 ? index.pages : []) {
    const other = new Set(pairs(index, title));
    const same = typed.filter((pair) => other.has(pair)).length / (typed.length + other.size);
    if (same > (scores.has(id) ? 0 : 0.2)) note(id, 8 * same, 0);
  }
  const ranked = index.pages.filter(({ id }) => scores.has(id)).map((page) => ({ ...page, ...scores.get(page.id) })).map((page) => ({ ...page, score: page.score * (page.weight || 1) * (0.4 + (0.6 * page.covered) / parts) }));
  return ranked.sort((one, two) => two.score - one.score);
};

/** The lines that answer a known need, best first: [{text, url, phone}]; those about what is sought, or any of the need. */
const answers = async (index, text, words) => {
  const form = index.form(text);
  const needs = index.needs.filter(([, typed]) => typed.some((word) => form.includes(word)));
  const numbers = tokens(text).filter((word) => /^\d{3,}$/.test(word));
  if (!needs.length && !numbers.length) return [];
  const lines = await index.lines();
  const parts = (of) => of.flatMap((one) => pairs(index, index.form(one))).filter((one) => !index.idle.has(index.form(one)));
  const [own, meant] = [new Set(parts([text])), new Set(parts(words))];
  const has = (about, one) => about.includes(index.chinese ? one : ` ${one} `);
  const weighed = [...new Set([...own, ...meant])].map((one) => [one, lines.filter(({ about }) => has(about, one)).length]).filter(([, many]) => many);
  // a word of the need itself that stands in one or two lines is no subject but chance; words of the list name offices only
  const chance = new Set(parts(needs.flatMap(([, typed]) => typed.filter((word) => form.includes(word)))));
  const worth = ([one, many], need) => (own.has(one) ? +(many > (chance.has(one) ? 2 : 0)) : 0.3 * (need === "cost")) / many;
  const scored = lines.map((answer) => ({ ...answer, value: weighed.reduce((sum, one) => sum + (has(answer.about, one[0]) ? worth(one, answer.need) : 0), 0) }));
  const named = scored.filter((answer) => answer.need === "phone" && numbers.some((number) => answer.about.includes(number)));
  const met = needs.flatMap(([need]) => {
    const of = scored.filter((answer) => answer.need === need).sort((one, two) => two.value - one.value || two.general - one.general);
    const close = of.filter(({ value }) => value && value > of[0].value * 0.7);
    const also = close.length && (need === "time" || need === "phone") ? [] : of.filter(({ general }) => general);
    return [...close, ...also].slice(0, needs.length > 1 ? 2 : LINES);
  });
  return [...new Map([...named, ...met].map(({ text: line, url, phone }) => [line, { text: line, url, phone }])).values()].slice(0, LINES + 1);
};

/** What the list shows of a page: title, kind, address, an excerpt as [{text, marked}], the best section and others. */
const shown = (index, data, units) => {
  const patterns = units.flatMap((unit) => unit.texts).map(tokens).filter((phrase) => phrase.length)
    .map((phrase) => new RegExp(index.chinese ? phrase.map(literal).join(BETWEEN) : phrase.map((word) => `\\b${literal(stem(word))}[\\p{L}\\p{N}]*`).join(BETWEEN), "giu"));
  const clean = index.chinese ? plain : (text) => text.replace(/\s+/g, " ");
  const [title, kind] = [clean(data.meta.title), data.meta.kind];
  const url = new URL(data.url.replace(/^\/|asked\.html$/g, ""), index.site).href;
  const holds = (text) => units.filter((unit) => unit.texts.some((one) => index.form(text).includes(index.form(one))));
  const inTitle = new Set(holds(title));
  const words = data.content.split(/\s+/);
  const places = /asked\.html$/.test(data.url) ? /^(?:h[2-6]|caption)$/ : /^(?:h[2-6]|dt)$/;
  const heads = data.anchors.filter((anchor) => places.test(anchor.element) && anchor.text);
  const sections = heads.map((head, at) => {
    const text = clean(words.slice(head.location, (heads[at + 1] || {}).location).join(" "));
    const value = (found, worth) => found.reduce((sum, unit) => sum + (inTitle.has(unit) ? 0.2 : 1) * unit.weight * worth, 0);
    return { title: clean(head.text), url: `${url}#${head.id}`, at: head.location, text, value: value(holds(head.text), 3) + value(holds(text), 1) };
  }).filter(({ value }) => value).sort((one, two) => two.value - one.value);
  const top = heads.length ? clean(words.slice(0, heads[0].location).join(" ")) : "";
  const left = units.filter((unit) => !inTitle.has(unit));
  const section = left.length && sections.length && (sections[0].value > 2 || holds(top).length < holds(sections[0].text).length) ? sections[0] : null;
  const text = section ? clean(words.slice(section.at).join(" ")).slice(section.title.length) : clean(data.content).slice(title.length);
  return { url: section ? section.url : url, title, kind, section: section ? section.title : "", excerpt: excerpt(text.replace(/^[\s.。]+/, ""), patterns, index.chinese ? SHORT : LONG), sections: sections.filter((one) => one !== section) };
};

/** The stretch of a text that holds most of what was sought; its beginning where it holds nothing. */
const excerpt = (text, patterns, [before, after]) => {
  const from = (place) => (place > before ? text.lastIndexOf(" ", place - before) + 1 || place - before : 0);
  const holds = (place) => patterns.filter((pattern) => text.slice(place, place + after).search(pattern) >= 0).length;
  const places = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(({ index }) => index)).slice(0, 60);
  const best = places.map((place) => [place, holds(place)]).sort((one, two) => two[1] - one[1] || one[0] - two[0])[0];
  const start = best ? Math.max(from(best[0]), best[0] - 2 * before) : 0;
  let piece = text.slice(start, start + before + after);
  for (const pattern of patterns) piece = piece.replace(pattern, `${OPEN}$&${CLOSE}`);
  return split(`${start ? "…" : ""}${piece}${start + before + after < text.length ? "…" : ""}`);
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
