// Replaces the server's SVG plots with interactive ones, made from the data in the SVG.
"use strict";

(() => {
const EPOCH = 719163; // Python's ordinal of 1 January 1970
const MOST_LABELS = 24;
const REACH = 18; // pixels from the pointer to a point
const PRICES = [0.001, 0.01, 0.1, 1, 10, 100, 1000];
const CONTEXTS = [1e3, 4e3, 16e3, 32e3, 64e3, 128e3, 256e3, 512e3, 1e6, 2e6, 4e6, 1e7];

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const money = value => `$${value.toFixed(4).replace(/(\.\d\d\d*?)0+$/, "$1")}`;
const day = seconds => new Date(seconds * 1000).toISOString().slice(0, 10);
const tokens = value => value >= 1e6 ? `${+(value / 1e6).toPrecision(3)}M` : value >= 1e3 ? `${+(value / 1e3).toPrecision(3)}K` : `${value}`;
const SAYS = {
  context: tokens,
  date: value => day((value - EPOCH) * 86400).slice(0, 7),
  popularity: value => `${Math.round(value * 100)}%`,
};

/** A colour of the style sheet as the canvas needs it, with light-dark() resolved. */
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function style() {
  const { fontFamily } = getComputedStyle(document.body);
  const line = colour("--line"), soft = colour("--soft");
  return {
    accent: colour("--accent"), ink: colour("--ink"), panel: colour("--panel"), soft, fontFamily,
    axis: { stroke: soft, font: `11px ${fontFamily}`, grid: { stroke: line, width: 1 }, ticks: { show: false } },
  };
}

function padded(logarithmic) {
  return (_, low, high) => {
    if (!logarithmic) { const room = (high - low) * 0.04 || 1; return [low - room, high + room]; }
    const room = Math.max(0.05 * Math.log10(high / low), 0.12);
    return [10 ** (Math.log10(low) - room), 10 ** (Math.log10(high) + room)];
  };
}

const within = (marks, low, high) => marks.filter(mark => mark >= low && mark <= high);
const overlap = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

// ── The scatter plot ──────────────────────────────────────────────────────────────────────────────

function pointsOf(drawing) {
  return all("a[data-x]", drawing).reverse().map(link => ({
    x: +link.dataset.x, y: +link.dataset.y, href: link.getAttribute("href"),
    says: link.querySelector("title").textContent, name: link.getAttribute("aria-label"),
  }));
}

/** Write labels beside as many points as possible without overlaps. */
function writeNames(plot, points, look) {
  const { ctx } = plot, { left, top, width, height } = plot.bbox, scale = devicePixelRatio;
  const places = points.map(point => [plot.valToPos(point.x, "x", true), plot.valToPos(point.shown, "y", true)]);
  const taken = places.map(([x, y]) => [x - 5 * scale, y - 5 * scale, x + 5 * scale, y + 5 * scale]);
  const named = new Set();
  ctx.save();
  Object.assign(ctx, { font: `${11 * scale}px ${look.fontFamily}`, fillStyle: look.ink, textBaseline: "middle", textAlign: "left" });
  points.forEach((point, own) => {
    const [x, y] = places[own];
    const outside = x < left || x > left + width || y < top || y > top + height;
    if (outside || named.size >= MOST_LABELS || named.has(point.name)) return;
    const wide = ctx.measureText(point.name).width;
    for (const start of [x + 8 * scale, x - 8 * scale - wide]) {
      const box = [start, y - 7 * scale, start + wide, y + 7 * scale];
      const hits = taken.some((other, place) => place !== own && overlap(box, other));
      if (hits || start < left || start + wide > left + width) continue;
      taken.push(box);
      named.add(point.name);
      ctx.fillText(point.name, start, y);
      break;
    }
  });
  ctx.restore();
}

function scatter(figure, canvas, drawing) {
  const points = pointsOf(drawing);
  if (!points.length) return null;
  const look = style(), kind = figure.dataset.plot, logarithmic = kind === "context";
  // Free offers are drawn one step below the lowest price, since a logarithmic axis has no zero.
  const least = Math.min(...points.filter(point => point.y > 0).map(point => point.y), 1);
  const free = points.some(point => point.y === 0) ? 10 ** (Math.floor(Math.log10(least) * 2) / 2 - 0.5) : 0;
  for (const point of points) point.shown = point.y || free;
  const sorted = points.toSorted((one, other) => one.x - other.x);
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  let near = null;

  const follow = plot => {
    const { left, top } = plot.cursor;
    const away = point => Math.hypot(plot.valToPos(point.x, "x") - left, plot.valToPos(point.shown, "y") - top);
    const closest = left < 0 ? null : points.reduce((best, point) => (away(point) < away(best) ? point : best));
    near = closest && away(closest) < REACH ? closest : null;
    plot.over.classList.toggle("at-point", near !== null);
    tip.hidden = near === null;
    if (!near) return;
    tip.textContent = near.says;
    const x = plot.over.offsetLeft + plot.valToPos(near.x, "x") - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(0, Math.min(x, canvas.clientWidth - tip.offsetWidth))}px`;
    tip.style.top = `${plot.over.offsetTop + plot.valToPos(near.shown, "y") - 38}px`;
  };

  const plot = new uPlot({
    width: canvas.clientWidth,
    height: 290,
    legend: { show: false },
    cursor: { points: { show: false }, x: false, y: false, drag: { x: true, y: true, uni: 12 } },
    scales: { x: { time: false, distr: logarithmic ? 3 : 1, range: padded(logarithmic) }, y: { distr: 3, range: padded(true) } },
    axes: [
      {
        ...look.axis, size: 28, space: 90,
        values: (_, marks) => marks.map(mark => (mark === null ? "" : SAYS[kind](mark))),
        ...(logarithmic && { splits: (_, __, low, high) => within(CONTEXTS, low, high), filter: (_, marks) => marks }),
      },
      {
        ...look.axis, size: 50,
        splits: (_, __, low, high) => [...(free ? [free] : []), ...within(PRICES, Math.max(low, free * 1.5), high)],
        filter: (_, marks) => marks,
        values: (_, marks) => marks.map(mark => (mark === free ? "free" : `$${mark}`)),
      },
    ],
    series: [{}, { stroke: null, paths: () => null, points: { show: true, size: 9, fill: look.accent, stroke: look.panel, width: 1 } }],
    hooks: { setCursor: [follow], draw: [plot => writeNames(plot, points, look)] },
  }, [sorted.map(point => point.x), sorted.map(point => point.shown)], canvas);

  canvas.append(tip);
  let pressed = null;
  plot.over.addEventListener("mousedown", event => { pressed = [event.clientX, event.clientY]; });
  plot.over.addEventListener("click", event => {
    const still = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 4;
    if (still && near) location.href = near.href;
  });
  return { plot, tip };
}

// ── The history of prices ─────────────────────────────────────────────────────────────────────────

function timeline(_, canvas, drawing) {
  const lines = all("path[data-steps]", drawing).map(path => ({
    rate: path.dataset.rate,
    until: Date.parse(path.dataset.last) / 1000,
    steps: path.dataset.steps.trim().split(" ").map(step => step.split(":")).map(([when, price]) => [Date.parse(when) / 1000, price === "" ? null : +price]),
  }));
  if (!lines.length) return null;
  const look = style();
  const days = [...new Set(lines.flatMap(line => [line.until, ...line.steps.map(([when]) => when)]))].sort((one, other) => one - other);
  const at = (line, when) => line.steps.findLast(([begin]) => begin <= when)?.[1] ?? null;
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  const follow = plot => {
    const { left } = plot.cursor;
    tip.hidden = left < 0;
    if (left < 0) return;
    const when = Math.min(Math.max(plot.posToVal(left, "x"), days[0]), days.at(-1));
    tip.textContent = [day(when), ...lines.map(line => { const price = at(line, when); return `${line.rate} ${price === null ? "–" : money(price)}`; })].join(" · ");
    const x = plot.over.offsetLeft + left - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(0, Math.min(x, canvas.clientWidth - tip.offsetWidth))}px`;
    tip.style.top = "0px";
  };
  const colours = { output: look.accent, input: look.soft };
  const plot = new uPlot({
    width: canvas.clientWidth,
    height: 210,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_, __, high) => [0, high * 1.08 || 1] } },
    axes: [
      { ...look.axis, size: 28, space: 100, values: (_, marks) => marks.map(day) },
      { ...look.axis, size: 60, values: (_, marks) => marks.map(mark => `$${+mark.toPrecision(3)}`) },
    ],
    series: [{}, ...lines.map(line => ({ label: line.rate, stroke: colours[line.rate], width: 2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } }))],
    hooks: { setCursor: [follow] },
  }, [days, ...lines.map(line => days.map(when => at(line, when)))], canvas);
  canvas.append(tip);
  return { plot, tip };
}

// ── Replacing the SVG plots, and restoring them ───────────────────────────────────────────────────

const KINDS = [[".plot .canvas", "svg.scatter", scatter], [".history .canvas", "svg.timeline", timeline]];
const shown = new Map();

function activate() {
  if (!window.uPlot) return;
  for (const [place, selector, make] of KINDS) {
    for (const canvas of all(place)) {
      const drawing = canvas.querySelector(selector);
      const made = drawing && !shown.has(canvas) && make(canvas.closest("figure"), canvas, drawing);
      if (!made) continue;
      drawing.classList.add("replaced");
      shown.set(canvas, { ...made, drawing });
    }
  }
}

function restore() {
  for (const { plot, tip, drawing } of shown.values()) {
    plot.destroy();
    tip.remove();
    drawing.classList.remove("replaced");
  }
  shown.clear();
}

function redraw() { restore(); activate(); }

let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  redraw();
});
addEventListener("llmanac:theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
document.addEventListener("htmx:before:swap", restore);
document.addEventListener("htmx:after:swap", activate);
activate();
})();
