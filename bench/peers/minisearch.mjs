// MiniSearch on the same documents and questions as bench/asking.py, with the same account of it.
//
//   node minisearch.mjs NODE_MODULES DOCUMENTS QUESTIONS PASSES
//
// Set up as its own documentation suggests for a catalog: prefixes, and a typing error in five letters.

import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [nodeModules, documentsFile, questionsFile, passes] = process.argv.slice(2);
const MiniSearch = createRequire(`${nodeModules}/`)("minisearch");
const PAGE = 20;

const documents = [];
for await (const line of createInterface({ input: createReadStream(documentsFile) })) {
  documents.push({ number: documents.length, ...JSON.parse(line) });
}
const questions = JSON.parse(readFileSync(questionsFile, "utf8"));

const memory = () => { globalThis.gc?.(); return process.memoryUsage().rss / 2 ** 20; };
const before = memory();
const index = new MiniSearch({
  idField: "number",
  fields: ["id", "name"],
  searchOptions: { prefix: true, fuzzy: 0.2, combineWith: "AND" },
});
index.addAll(documents);

function filterOf(asked) {
  const wanted = [asked.capabilities ?? []].flat();
  return ({ id }) => {
    const offer = documents[id];
    return (asked.provider === undefined || offer.provider === asked.provider)
      && wanted.every((capability) => offer.capabilities.includes(capability))
      && (asked.open_weights === undefined || offer.open_weights === asked.open_weights)
      && (asked.min_context === undefined || (offer.context !== null && offer.context >= asked.min_context))
      && (asked.min_price === undefined || (offer.price !== null && offer.price >= asked.min_price))
      && (asked.max_price === undefined || (offer.price !== null && offer.price <= asked.max_price));
  };
}

function timeEach() {
  return questions.map(({ parameters }) => {
    const start = performance.now();
    const found = index.search(parameters.query ?? MiniSearch.wildcard, { filter: filterOf(parameters) });
    const page = found.slice(0, PAGE);
    return page.length <= found.length ? performance.now() - start : NaN;
  });
}

const at = (times, share) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))];

const first = timeEach();
const times = Array.from({ length: Number(passes) }, timeEach);
console.log(JSON.stringify({
  entries: documents.length,
  load_ms: null,
  memory_mib: memory() - before,
  first_p99_ms: at(first, 0.99),
  p50_ms: times.map((pass) => at(pass, 0.5)),
  p99_ms: times.map((pass) => at(pass, 0.99)),
  cpu_p99_ms: null,
  kinds: {},
  slowest: [],
}));
