// Progressive enhancement of the pages: everything also works without scripts.
"use strict";

const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const stored = (store, name, fallback) => {
  try { return JSON.parse(store.getItem(name)) ?? fallback; } catch { return fallback; }
};
const keep = (store, name, value) => {
  try { store.setItem(name, JSON.stringify(value)); } catch { /* storage is disabled */ }
};

// ── Live updates ──────────────────────────────────────────────────────────────────────────────────

if (window.htmx) {
  root.classList.add("live");
  // The only Trusted Types policy: it allows HTML from text, and never scripts.
  const refuse = () => { throw new TypeError("No script comes from an attribute."); };
  const rules = { createHTML: text => text, createScript: refuse };
  const policy = window.trustedTypes ? trustedTypes.createPolicy("llmanac", rules) : rules;
  htmx.registerExtension("llmanac", { init: api => api.initSecurity(policy, refuse, refuse) });

  // Search for text that was typed before this script had loaded.
  document.addEventListener("htmx:after:init", event => {
    const field = one("#query");
    if (event.target.id === "search" && field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);

  // Empty fields are left out of the URL. While the user types, the history entry is replaced, so that one step
  // back leaves the search.
  let typing = false;
  document.addEventListener("htmx:config:request", event => {
    const { ctx } = event.detail;
    const body = ctx.request.body;
    if (body instanceof FormData) {
      for (const name of new Set(body.keys())) {
        const values = body.getAll(name).filter(value => value !== "");
        body.delete(name);
        for (const value of values) body.append(name, value);
      }
      const plain = [...body.keys()].every(name => name === "featured");
      if (plain && body.get("featured") === "true") body.delete("featured");
      if (body.get("query")) body.delete("featured");
    }
    const types = ctx.sourceEvent?.target?.id === "query" || ctx.sourceEvent?.type === "input";
    if (types && typing) { ctx.replace = "true"; ctx.push = null; }
    typing = types;
  });
}

// ── Light and dark ────────────────────────────────────────────────────────────────────────────────

const isDark = () => getComputedStyle(root).colorScheme === "dark" ||
  (getComputedStyle(root).colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

one("form.theme")?.addEventListener("submit", event => {
  event.preventDefault();
  const theme = isDark() ? "light" : "dark";
  root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `llmanac_theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
  window.dispatchEvent(new Event("llmanac:theme"));
});

// ── Models selected for comparison, kept across searches ──────────────────────────────────────────

const MOST_CHOSEN = 6;
let chosen = stored(sessionStorage, "chosen", []);

function showChosen() {
  const tray = one("form.tray");
  for (const box of all('input[name="ids"][form="compare"]')) {
    box.checked = chosen.includes(box.value);
    box.disabled = !box.checked && chosen.length >= MOST_CHOSEN;
  }
  if (!tray) return;
  tray.classList.toggle("has", chosen.length > 0);
  for (const field of all('input[type="hidden"]', tray)) field.remove();
  const here = new Set(all('input[name="ids"][form="compare"]').map(box => box.value));
  for (const id of chosen) {
    if (here.has(id)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "ids", value: id });
    tray.append(field);
  }
  if (chosen.length) one(".chosen", tray).textContent = `${chosen.length} of ${MOST_CHOSEN}: ${chosen.join(", ")}`;
}

function choose(id, wanted) {
  chosen = chosen.filter(other => other !== id);
  if (wanted && chosen.length < MOST_CHOSEN) chosen.push(id);
  keep(sessionStorage, "chosen", chosen);
  showChosen();
}

document.addEventListener("change", event => {
  const box = event.target;
  if (box.matches?.('input[name="ids"][form="compare"]')) choose(box.value, box.checked);
});

// ── Copying ───────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("click", async event => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text);
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1600);
});

// ── Range sliders: two thumbs over the counted steps ──────────────────────────────────────────────

const tokens = value => value >= 1e6 ? `${+(value / 1e6).toPrecision(3)}M` : value >= 1e3 ? `${+(value / 1e3).toPrecision(3)}K` : `${value}`;
const WRITTEN = { TOKENS: tokens, USD: value => value ? `$${value}` : "free" };

function addSlider(bars) {
  if (one(".slider", bars)) return;
  const written = WRITTEN[bars.dataset.unit];
  const steps = bars.dataset.steps.split(" ").map(Number);
  const [lower, upper] = bars.dataset.inputs.split(" ").map(name => one(`input[name="${name}"]`));
  if (!upper) return; // a filter without an upper bound has its number field alone
  const slider = Object.assign(document.createElement("div"), { className: "slider" });
  const summary = Object.assign(document.createElement("p"), { className: "slider-says" });
  const thumbs = [lower, upper].map((field, end) => {
    const thumb = document.createElement("input");
    Object.assign(thumb, { type: "range", min: 0, max: steps.length + 1, step: 1 });
    thumb.setAttribute("aria-label", `${bars.dataset.label} ${end ? "up to" : "from"}`);
    slider.append(thumb);
    return thumb;
  });
  // A thumb at position n is at the n-th step; before the first and after the last it sets no bound.
  const isSet = [place => place > 0, place => place <= steps.length];
  const value = place => steps[place - 1];
  const read = () => {
    thumbs[0].value = lower.value === "" ? 0 : steps.findLastIndex(step => step <= +lower.value) + 1;
    const above = steps.findIndex(step => step >= +upper.value);
    thumbs[1].value = upper.value === "" || above < 0 ? steps.length + 1 : above + 1;
    describe();
  };
  const describe = () => {
    const texts = thumbs.map((thumb, end) => isSet[end](+thumb.value) ? written(value(+thumb.value)) : null);
    summary.textContent = texts[0] && texts[1] ? `${texts[0]} to ${texts[1]}` : texts[0] ? `from ${texts[0]}` : texts[1] ? (texts[1] === "free" ? "free" : `up to ${texts[1]}`) : "any";
    thumbs.forEach((thumb, end) => thumb.setAttribute("aria-valuetext", texts[end] ?? "any"));
  };
  thumbs.forEach((thumb, end) => {
    thumb.addEventListener("input", event => {
      event.stopPropagation();
      if (+thumbs[0].value > +thumbs[1].value) thumb.value = thumbs[1 - end].value;
      if (end && thumb.value === "0") thumb.value = 1;
      describe();
    });
    thumb.addEventListener("change", event => {
      event.stopPropagation();
      const field = end ? upper : lower;
      field.value = isSet[end](+thumb.value) ? value(+thumb.value) : "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
  bars.append(slider, summary);
  read();
  bars.reread = read;
}

// ── Keyboard shortcuts ────────────────────────────────────────────────────────────────────────────

const GO = { m: "/", e: "/estimate", n: "/changes", h: "/hosts", s: "/sources" };
let going = false;

const rows = () => all(".rows tbody tr").filter(row => one("a.go", row));
const current = () => document.activeElement?.closest?.(".rows tbody tr");

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(current());
  const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step))];
  one("a.go", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function openHelp() {
  const help = one("#help");
  if (help && !help.open) help.showModal();
}

const ACTIONS = {
  "/": () => { const field = one("#query"); if (field) { field.focus(); field.select(); } else location.href = "/"; },
  j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
  x: () => one('input[name="ids"]:not(:disabled)', current() ?? document.createElement("p"))?.click(),
  c: () => one("form.tray")?.requestSubmit(),
  g: () => { going = true; setTimeout(() => { going = false; }, 1200); },
  "?": openHelp,
};

document.addEventListener("keydown", event => {
  const field = event.target;
  const isField = field.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (event.key === "Escape" && isField) { field.blur(); return; }
  if (event.key === "ArrowDown" && field.id === "query" && rows().length) { event.preventDefault(); move(1); return; }
  if (isField || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  const isArrow = event.key.startsWith("Arrow");
  if (!isArrow && !stored(localStorage, "shortcuts", true)) return;
  // Arrow keys move between rows only when one has the focus; elsewhere they scroll, or select within a group.
  if (isArrow && !current()) return;
  if (going && GO[event.key]) { going = false; location.href = GO[event.key]; return; }
  const action = ACTIONS[event.key];
  if (action) { event.preventDefault(); action(); }
});

const helpButton = one("#help-button");
if (helpButton) {
  helpButton.hidden = false;
  helpButton.addEventListener("click", openHelp);
}
const shortcuts = one("#shortcuts");
if (shortcuts) {
  shortcuts.checked = stored(localStorage, "shortcuts", true);
  shortcuts.addEventListener("change", () => keep(localStorage, "shortcuts", shortcuts.checked));
}

// ── After loading and after every update ──────────────────────────────────────────────────────────

function refresh() {
  showChosen();
  for (const button of all("button.copy")) button.hidden = false;
  for (const bars of all(".bars")) { addSlider(bars); bars.reread?.(); }
}
document.addEventListener("htmx:after:swap", refresh);
refresh();
