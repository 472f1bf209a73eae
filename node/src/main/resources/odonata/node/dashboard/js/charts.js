// @ts-check
// Charts over time, curves and bars. Each draws into a host element at the host's width.
// Shared with the report: one-line imports, unique top-level names.
import { heightOf, hideTip, setAttr, showTip, svg, widthOf } from './dom.js';
import { clock, mName, si, us } from './format.js';
import { logPos, memberClass, niceMax } from './palette.js';

/** @typedef {import('./types.js').ClusterEvent} Ev */

/** Shape (in a box of 10) and class of each kind of event; the shape says it without the colour. @type {Record<string, [string, string]>} */
const EVENT_SHAPES = {
  join: ['M5 0L10 9H0Z', 'ok'], up: ['M5 0L10 9H0Z', 'ok'],
  drain: ['M5 0L10 5L5 10L0 5Z', 'warn'], leave: ['M0 1H10L5 10Z', 'dim'],
  crash: ['M0 2L2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5Z', 'bad'],
  error: ['M3.500 0H6.500L6 6.500H4ZM4 8H6V10H4Z', 'bad'],
  move: ['M0 3.500H5V0L10 5L5 10V6.500H0Z', 'acc'], rebalance: ['M0 3.500H5V0L10 5L5 10V6.500H0Z', 'acc'],
  load: ['M1 0L10 5L1 10Z', 'user'], replay: ['M1 0L10 5L1 10Z', 'user'],
};

/** @param {string} kind */
export function eventShape(kind) {
  return EVENT_SHAPES[kind] ?? ['M1 1H9V9H1Z', 'dim'];
}

/** A small picture of an event's kind. @param {string} kind */
export function eventIcon(kind) {
  const [d, cls] = eventShape(kind);
  return svg('svg', { class: 'evi s-' + cls, viewBox: '0 0 10 10', width: 9, height: 9, 'aria-hidden': 'true' }, svg('path', { d }));
}

/**
 * Marks events on a time axis: a dashed line, a shape above it, a label where there is room.
 * @param {SVGElement} g @param {Ev[]} events @param {(ms: number) => number} x @param {number} x0 @param {number} x1
 * @param {number} yTop baseline of the labels @param {number} y1 foot of the lines
 */
export function markEvents(g, events, x, x0, x1, yTop, y1) {
  let free = -Infinity, lastX = -Infinity;
  const seen = events.map((e) => ({ e, px: x(e.atMs) })).filter(({ px }) => px >= x0 && px <= x1);
  for (const [i, { e, px }] of seen.entries()) {
    const next = i + 1 < seen.length ? seen[i + 1].px - 6 : Infinity;
    const [d, cls] = eventShape(e.kind);
    const near = px - lastX < 9;
    const m = svg('g', { class: 'evmark s-' + cls, 'data-event': e.kind });
    m.append(svg('line', { class: 'evline', x1: px, x2: px, y1: yTop + 3, y2: y1 }));
    if (!near) m.append(svg('path', { d, transform: `translate(${px - 4.5} ${yTop - 7}) scale(0.9)` }));
    const text = e.kind + (e.member ? ' ' + mName(e.member) : '');
    const w = text.length * 6.2 + 10;
    if (!near && px > free && px + 8 + w < Math.min(next, x1 + 20)) {
      m.append(svg('text', { x: px + 8, y: yTop + 1, class: 'evtext' }, text));
      free = px + 8 + w;
    } else if (!near && px - 8 - w > free) {
      m.append(svg('text', { x: px - 8, y: yTop + 1, 'text-anchor': 'end', class: 'evtext' }, text));
      free = px + 6;
    } else if (px + 6 > free) {
      free = Math.max(free, px + 6);
    }
    if (!near) lastX = px;
    g.append(m);
  }
}

/** Ticks of a time axis. @param {SVGElement} g @param {number} from @param {number} to @param {(ms: number) => number} x @param {number} y0 @param {number} y1 */
export function timeAxis(g, from, to, x, y0, y1) {
  const room = Math.max(1, Math.floor((x(to) - x(from)) / 74));
  const step = [5, 10, 15, 30, 60, 120, 180, 300, 600, 1800, 3600].map((s) => s * 1000).find((s) => (to - from) / s <= room) ?? 7200e3;
  let free = -Infinity;
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
    const px = x(t);
    g.append(svg('line', { class: 'grid', x1: px, x2: px, y1: y0, y2: y1 }));
    const edge = px > x(to) - 20 ? 'end' : px < x(from) + 12 ? 'start' : 'middle';
    const text = clock(t).slice(0, step < 60000 ? 8 : 5), w = text.length * 6.3;
    const left = edge === 'end' ? px - w : edge === 'start' ? px : px - w / 2;
    if (left < free) continue;
    g.append(svg('text', { x: px, y: y1 + 14, 'text-anchor': edge, class: 'n mut' }, text));
    free = left + w + 4;
  }
}

/** @param {SVGElement} g @param {number} max @param {(v: number) => number} y @param {number} x0 @param {number} x1 @param {(v: number) => string} fmt */
function valueAxis(g, max, y, x0, x1, fmt) {
  for (let k = 0; k <= 4; k++) {
    const v = (max * k) / 4;
    g.append(svg('line', { class: 'grid', x1: x0, x2: x1, y1: y(v), y2: y(v) }));
    g.append(svg('text', { x: x0 - 6, y: y(v) + 3.5, 'text-anchor': 'end', class: 'n mut' }, fmt(v)));
  }
}

/** Splits indices into runs without a hole of more than gapMs. @param {number[]} times @param {number} gapMs @returns {[number, number][]} */
function runsOf(times, gapMs) {
  /** @type {[number, number][]} */
  const runs = [];
  let start = 0;
  for (let i = 1; i <= times.length; i++) {
    if (i === times.length || times[i] - times[i - 1] > gapMs) {
      runs.push([start, i - 1]);
      start = i;
    }
  }
  return times.length ? runs : [];
}

/** Index of the time nearest to t. @param {number[]} times @param {number} t */
export function nearest(times, t) {
  let lo = 0, hi = times.length - 1;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (times[mid] < t) lo = mid + 1;
    else hi = mid;
  }
  return lo > 0 && t - times[lo - 1] < times[lo] - t ? lo - 1 : lo;
}

/** Shows the values under the pointer. @param {Element} host @param {SVGSVGElement} root @param {(px: number) => string[]|null} lines */
function hoverOver(host, root, lines) {
  const target = /** @type {HTMLElement} */ (host);
  target.onpointermove = (e) => {
    const r = root.getBoundingClientRect();
    const text = lines(e.clientX - r.left);
    if (text) showTip(e.clientX, e.clientY, text);
    else hideTip();
  };
  target.onpointerleave = hideTip;
}

/** A hole in the samples longer than this is drawn as a hole. */
export const GAP_MS = 3500;

/**
 * Areas stacked over time.
 * @param {Element} host
 * @param {{times: number[], series: {name: string, cls: string, values: number[]}[], from: number, to: number,
 *   events: Ev[], unit: string, height?: number, right?: number, label: string}} m right: room for names; values: NaN where there is no fresh figure
 */
export function timeStack(host, m) {
  const W = widthOf(host), H = m.height ?? 248, L = 46, R = m.right ?? 30, T = 22, B = 22;
  const g = svg('svg', { width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': m.label });
  const sums = m.times.map((_, i) => m.series.reduce((a, s) => a + (s.values[i] || 0), 0));
  const max = niceMax(Math.max(1, ...sums) * 1.05);
  const x = (/** @type {number} */ t) => L + ((t - m.from) / (m.to - m.from)) * (W - L - R);
  const y = (/** @type {number} */ v) => T + (1 - v / max) * (H - T - B);
  valueAxis(g, max, y, L, W - R, si);
  timeAxis(g, m.from, m.to, x, T, H - B);
  const runs = runsOf(m.times, GAP_MS);
  const low = m.times.map(() => 0);
  let labelled = Infinity;
  for (const s of m.series) {
    const up = low.map((v, i) => v + (s.values[i] || 0));
    const cls = s.cls;
    for (const [a, b] of runs) {
      const top = [], foot = [];
      for (let i = a; i <= b; i++) {
        top.push(x(m.times[i]).toFixed(1) + ' ' + y(up[i]).toFixed(1));
        foot.push(x(m.times[i]).toFixed(1) + ' ' + y(low[i]).toFixed(1));
      }
      if (a === b) top.push((x(m.times[a]) + 1.5).toFixed(1) + ' ' + y(up[a]).toFixed(1));
      g.append(svg('path', { class: 'area ' + cls, d: 'M' + top.join('L') + 'L' + foot.reverse().join('L') + 'Z' }));
      g.append(svg('path', { class: 'edge ' + cls, d: 'M' + top.join('L') }));
    }
    const last = m.times.length - 1;
    if (last >= 0) {
      const mid = (y(up[last]) + y(low[last])) / 2;
      if (y(low[last]) - y(up[last]) >= 9 && labelled - mid >= 10) {
        g.append(svg('text', { class: 'mname ' + cls, x: x(m.times[last]) + 4, y: mid + 3.5 }, s.name));
        labelled = mid;
      }
    }
    up.forEach((v, i) => (low[i] = v));
  }
  markEvents(g, m.events, x, L, W - R, 11, H - B);
  host.replaceChildren(g);
  hoverOver(host, g, (px) => {
    if (!m.times.length || px < L || px > W - R + 6) return null;
    const i = nearest(m.times, m.from + ((px - L) / (W - L - R)) * (m.to - m.from));
    const rows = m.series.filter((s) => s.values[i] > 0 || m.series.length <= 6).slice(0, 16);
    return [clock(m.times[i]), 'all: ' + si(sums[i]) + ' ' + m.unit,
      ...rows.map((s) => s.name + ': ' + (Number.isNaN(s.values[i]) ? 'no fresh figure' : si(s.values[i]) + ' ' + m.unit))];
  });
}

/**
 * Lines over time with names at their right ends; a line with NaN has a hole there.
 * @param {Element} host
 * @param {{times: number[], lines: {name: string, cls: string, values: number[]}[], from: number, to: number, events: Ev[],
 *   min: number, max: number, height?: number, left?: number, right?: number, fmt: (v: number) => string, label: string}} m left, right: room for numbers and names
 */
export function timeLines(host, m) {
  const W = widthOf(host), H = heightOf(host, m.height ?? 130, 280), L = m.left ?? 34, R = m.right ?? 58, T = 20, B = 20;
  const g = svg('svg', { width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': m.label });
  const x = (/** @type {number} */ t) => L + ((t - m.from) / (m.to - m.from)) * (W - L - R);
  const y = (/** @type {number} */ v) => T + (1 - (v - m.min) / (m.max - m.min)) * (H - T - B);
  for (let k = 0; k <= 2; k++) {
    const v = m.min + ((m.max - m.min) * k) / 2;
    g.append(svg('line', { class: 'grid', x1: L, x2: W - R, y1: y(v), y2: y(v) }), svg('text', { x: L - 5, y: y(v) + 3.5, 'text-anchor': 'end', class: 'n mut' }, m.fmt(v)));
  }
  timeAxis(g, m.from, m.to, x, T, H - B);
  markEvents(g, m.events, x, L, W - R, 10, H - B);
  /** @type {{y: number, text: SVGTextElement}[]} */
  const names = [];
  for (const line of m.lines) {
    let d = '', pen = false, prev = 0, lastY = NaN;
    m.times.forEach((t, i) => {
      const v = line.values[i];
      if (!Number.isFinite(v)) { pen = false; return; }
      d += (pen && t - prev <= GAP_MS ? 'L' : 'M') + x(t).toFixed(1) + ' ' + y(Math.min(m.max, v)).toFixed(1);
      if (!pen) d += 'h0.1';
      pen = true;
      prev = t;
      lastY = y(Math.min(m.max, v));
    });
    if (d) g.append(svg('path', { class: 'line ' + line.cls, d }));
    if (Number.isFinite(lastY)) names.push({ y: lastY + 3.5, text: svg('text', { class: 'lname ' + line.cls, x: W - R + 5 }, line.name) });
  }
  for (const n of apart(names, 12, T + 4, H - B + 3)) {
    setAttr(n.text, 'y', n.y.toFixed(1));
    g.append(n.text);
  }
  host.replaceChildren(g);
  hoverOver(host, g, (px) => {
    if (!m.times.length || px < L || px > W - R + 6) return null;
    const i = nearest(m.times, m.from + ((px - L) / (W - L - R)) * (m.to - m.from));
    return [clock(m.times[i]), ...m.lines.map((l) => l.name + ': ' + (Number.isFinite(l.values[i]) ? m.fmt(l.values[i]) : 'none'))];
  });
}

/**
 * Moves labels up and down until none is nearer to the next than gap, inside lo..hi.
 * @template {{y: number}} T
 * @param {T[]} labels @param {number} gap @param {number} lo @param {number} hi @returns {T[]} from top to bottom
 */
function apart(labels, gap, lo, hi) {
  const sorted = labels.slice().sort((a, b) => a.y - b.y);
  sorted.forEach((l, i) => (l.y = Math.max(l.y, i === 0 ? lo : sorted[i - 1].y + gap)));
  for (let i = sorted.length - 1; i >= 0; i--) sorted[i].y = Math.min(sorted[i].y, i === sorted.length - 1 ? hi : sorted[i + 1].y - gap);
  return sorted;
}

/** Percentiles 0..100 whatever the producer used (0..1 or 0..100). @param {[number, number][]} points @returns {[number, number][]} */
export function percentPoints(points) {
  const most = Math.max(0, ...points.map((p) => p[0]));
  return most <= 1 ? points.map((p) => [p[0] * 100, p[1]]) : points;
}

/**
 * Latency by percentile, both axes logarithmic.
 * @param {Element} host
 * @param {{curves: {name: string, cls: string, points: [number, number][]}[], label: string, height?: number}} m
 */
export function curveChart(host, m) {
  const W = widthOf(host), H = m.height ?? 180, L = 56, R = 14, T = 10, B = 24;
  const g = svg('svg', { width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': m.label });
  const all = m.curves.flatMap((c) => c.points).filter((p) => p[1] > 0);
  const lo = 10 ** Math.floor(Math.log10(Math.min(...all.map((p) => p[1]), 1e6)));
  const hi = 10 ** Math.ceil(Math.log10(Math.max(...all.map((p) => p[1]), lo * 10) * 1.0001));
  const nines = Math.max(3, Math.min(6, Math.ceil(Math.max(0, ...all.map((p) => (p[0] >= 100 ? 0 : -Math.log10(1 - p[0] / 100)))) - 0.01)));
  const x = (/** @type {number} */ p) => L + (Math.min(nines, p >= 100 ? nines : -Math.log10(1 - p / 100)) / nines) * (W - L - R);
  const y = (/** @type {number} */ v) => T + (1 - logPos(v, lo, hi)) * (H - T - B);
  for (let v = lo; v <= hi * 1.01; v *= 10) {
    g.append(svg('line', { class: 'grid', x1: L, x2: W - R, y1: y(v), y2: y(v) }), svg('text', { x: L - 6, y: y(v) + 3.5, 'text-anchor': 'end', class: 'n mut' }, us(v)));
  }
  const names = ['0', '90', '99', '99.9', '99.99', '99.999', '99.9999'];
  const skip = (W - L - R) / nines < 66 ? 2 : 1;
  for (let k = 0; k <= nines; k++) {
    const px = L + (k / nines) * (W - L - R);
    g.append(svg('line', { class: 'grid', x1: px, x2: px, y1: T, y2: H - B }));
    if ((nines - k) % skip === 0) g.append(svg('text', { x: px, y: H - 8, 'text-anchor': k === 0 ? 'start' : k === nines ? 'end' : 'middle', class: 'n mut' }, names[k] + '\u202f%'));
  }
  for (const c of m.curves) {
    const pts = c.points.filter((p) => p[1] > 0);
    g.append(svg('path', { class: 'line ' + c.cls, d: pts.map((p, i) => (i ? 'L' : 'M') + x(p[0]).toFixed(1) + ' ' + y(p[1]).toFixed(1)).join('') }));
  }
  host.replaceChildren(g);
  hoverOver(host, g, (px) => {
    if (px < L || px > W - R) return null;
    const p = (1 - 10 ** (-((px - L) / (W - L - R)) * nines)) * 100;
    return [p.toFixed(p > 99.9 ? 3 : p > 99 ? 2 : 1) + ' % of requests', ...m.curves.map((c) => c.name + ': at most ' + us(atPercentile(c.points, p)))];
  });
}

/** @param {[number, number][]} points @param {number} p */
function atPercentile(points, p) {
  const hit = points.find((q) => q[0] >= p);
  return hit ? hit[1] : points.length ? points[points.length - 1][1] : NaN;
}

/**
 * One bar per CPU in per cent of the fair share, with the fair share as a dashed line.
 * @param {Element} host
 * @param {{bars: {label: string, member: number, share: number, dead: boolean}[], label: string, height?: number}} m share: 1 is fair
 */
export function shareBars(host, m) {
  const W = widthOf(host), H = heightOf(host, m.height ?? 138, 260), L = 4, T = 16, B = 32, n = Math.max(1, m.bars.length);
  const g = svg('svg', { width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': m.label });
  const max = Math.max(1.3, ...m.bars.map((b) => b.share || 0)) * 1.08;
  const step = Math.min(96, (W - 2 * L) / n), bw = Math.max(1.5, Math.min(step - 1, step * 0.74));
  const y = (/** @type {number} */ v) => T + (1 - v / max) * (H - T - B);
  const every = step >= 20 ? 1 : Math.ceil(22 / step);
  let run = 0;
  const over = svg('g');
  m.bars.forEach((b, i) => {
    const x = L + i * step + (step - bw) / 2;
    if (b.dead) {
      g.append(svg('rect', { class: 'deadbar', x, y: T, width: bw, height: H - T - B }));
    } else {
      g.append(svg('rect', { class: 'bar ' + memberClass(b.member) + (b.share > 1.25 ? ' over' : ''), x, y: y(b.share), width: bw, height: Math.max(0.5, y(0) - y(b.share)), rx: Math.min(2, bw / 4) }));
      if (step >= 24) over.append(svg('text', { class: 'n halo', x: x + bw / 2, y: y(b.share) - 3, 'text-anchor': 'middle' }, (b.share * 100).toFixed(0)));
    }
    if (i % every === 0) g.append(svg('text', { class: 'n mut', x: x + bw / 2, y: H - B + 12, 'text-anchor': 'middle' }, b.label));
    if (i + 1 === n || m.bars[i + 1].member !== b.member) {
      const x0 = L + run * step + 1, x1 = L + (i + 1) * step - 1, cls = memberClass(b.member);
      g.append(svg('line', { class: 'mline ' + cls, x1: x0, x2: x1, y1: H - B + 17, y2: H - B + 17 }));
      if (x1 - x0 > mName(b.member).length * 8 + 4) g.append(svg('text', { class: 'mname ' + cls, x: (x0 + x1) / 2, y: H - 3, 'text-anchor': 'middle' }, mName(b.member)));
      run = i + 1;
    }
  });
  g.append(svg('line', { class: 'fair', x1: 0, x2: L + n * step, y1: y(1), y2: y(1) }), over);
  host.replaceChildren(g);
  hoverOver(host, g, (px) => {
    const b = m.bars[Math.floor((px - L) / step)];
    return b ? [b.label + ' (' + mName(b.member) + ')', b.dead ? 'no fresh figure' : (b.share * 100).toFixed(1) + ' % of the fair share'] : null;
  });
}

/** Draws a line of values into an existing svg. @param {SVGSVGElement} root @param {number[]} values @param {number} w @param {number} h @param {number} [lo] @param {number} [hi] */
export function sparkInto(root, values, w, h, lo, hi) {
  const ok = values.filter(Number.isFinite);
  if (!root.firstChild) root.append(svg('path', { class: 'sparka' }), svg('path', { class: 'sparkl' }));
  setAttr(root, 'viewBox', `0 0 ${w} ${h}`);
  // A range of at least a fifth of the mean keeps noise looking like noise.
  const mean = ok.reduce((a, b) => a + b, 0) / Math.max(1, ok.length), pad = lo === undefined ? mean * 0.1 : 0;
  const min = lo ?? Math.min(...ok, mean - pad), max = Math.max(hi ?? Math.max(...ok, mean + pad), min + 1e-9);
  const flat = lo === undefined && max - min <= 1e-9;
  const x = (/** @type {number} */ i) => (values.length < 2 ? w : (i / (values.length - 1)) * w).toFixed(1);
  const y = (/** @type {number} */ v) => (flat ? h / 2 : h - 1 - ((v - min) / (max - min)) * (h - 3)).toFixed(1);
  let line = '', area = '', open = -1;
  values.forEach((v, i) => {
    const good = Number.isFinite(v);
    if (good) {
      line += (open < 0 ? 'M' : 'L') + x(i) + ' ' + y(v);
      area += (open < 0 ? 'M' + x(i) + ' ' + h + 'L' : 'L') + x(i) + ' ' + y(v);
      if (open < 0) open = i;
    }
    if (open >= 0 && (!good || i === values.length - 1)) {
      area += 'L' + x(good ? i : i - 1) + ' ' + h + 'Z';
      open = -1;
    }
  });
  setAttr(root.children[0], 'd', area);
  setAttr(root.children[1], 'd', line);
}
