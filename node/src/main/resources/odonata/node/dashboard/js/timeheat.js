// @ts-check
// CPU by time: one row per CPU, one column per second or more, drawn on a canvas under an svg with the axes.
// Shared with the report: one-line imports, unique top-level names.
import { el, heightOf, setAttr, svg, widthOf } from './dom.js';
import { cName, clock, mName } from './format.js';
import { markEvents, timeAxis } from './charts.js';
import { GridCursor } from './grids.js';
import { heat, memberClass, token } from './palette.js';

/** @typedef {import('./types.js').Sample} HeatSample */
/** @typedef {import('./types.js').CpuRef} HeatCpu */
/** @typedef {import('./types.js').ClusterEvent} HeatEvent */

/**
 * @typedef {{samples: HeatSample[], cpus: HeatCpu[], value: (s: HeatSample) => Float32Array, from: number, to: number, max: number,
 *   events: HeatEvent[], fmt: (v: number) => string, label: string}} HeatModel max: value of the brightest colour
 */

export class TimeHeat {
  /** @param {Element} host */
  constructor(host) {
    this.host = host;
    this.canvas = el('canvas', { 'aria-hidden': 'true' });
    this.root = svg('svg', { role: 'group' });
    host.replaceChildren(el('div', { class: 'timeheat' }, this.canvas, this.root));
    this.cursor = new GridCursor(this.root, 'CPU by time', null);
  }

  /** @param {HeatModel} m */
  update(m) {
    const W = widthOf(this.host), n = m.cpus.length, L = 64, R = 8, T = 20, B = 22;
    const gap = 3, borders = m.cpus.filter((c, i) => i > 0 && c.member !== m.cpus[i - 1].member).length;
    const usual = T + B + borders * gap + n * (n <= 12 ? 16 : n <= 24 ? 12 : n <= 40 ? 9 : 7);
    const rh = Math.max(6, Math.min(n <= 2 ? 110 : n <= 6 ? 44 : 34, Math.floor((heightOf(this.host, usual, 640) - T - B - borders * gap) / Math.max(1, n))));
    const tops = rowTops(m.cpus, T, rh, gap);
    const plotW = W - L - R, H = (tops[n - 1] ?? T) + rh + B;
    const bins = Math.max(1, Math.min(Math.round((m.to - m.from) / 1000), Math.floor(plotW / 3)));
    const grid = binned(m, bins);
    this.paintCells(m, grid, bins, W, H, L, plotW, tops, rh);
    setAttr(this.root, 'width', W);
    setAttr(this.root, 'height', H);
    setAttr(this.root, 'viewBox', `0 0 ${W} ${H}`);
    setAttr(this.root, 'aria-label', m.label);
    const x = (/** @type {number} */ t) => L + ((t - m.from) / (m.to - m.from)) * plotW;
    const axis = svg('g', { class: 'heataxis' });
    timeAxis(axis, m.from, m.to, x, H - B, H - B + 3);
    markEvents(axis, m.events, x, L, W - R, 11, H - B);
    rowLabels(axis, m.cpus, tops, rh, L);
    this.cursor.layer.replaceChildren(axis);
    const cw = plotW / bins;
    this.cursor.bind({
      rows: n, cols: bins, box: (r, c) => ({ x: L + c * cw, y: tops[r], w: Math.max(2, cw), h: rh }),
      text: (r, c) => {
        const v = grid[r * bins + c], at = m.from + ((c + 0.5) / bins) * (m.to - m.from), cpu = m.cpus[r];
        return [`${cName(cpu.id)} (${mName(cpu.member)}) at ${clock(at)}`, Number.isNaN(v) ? 'no fresh figure' : m.fmt(v)];
      },
    });
  }

  /** @param {HeatModel} m @param {Float32Array} grid @param {number} bins @param {number} W @param {number} H @param {number} L @param {number} plotW @param {number[]} tops @param {number} rh */
  paintCells(m, grid, bins, W, H, L, plotW, tops, rh) {
    const ratio = Math.min(2, window.devicePixelRatio || 1), c = this.canvas;
    c.width = Math.round(W * ratio);
    c.height = Math.round(H * ratio);
    c.style.width = W + 'px';
    c.style.height = H + 'px';
    const ctx = c.getContext('2d');
    if (!ctx) return;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, W, H);
    const hatch = hatchOf(ctx, token('cell0'), token('hatch'));
    const cw = plotW / bins;
    const colours = Array.from({ length: 33 }, (_, i) => heat(0.04 + (i / 32) * 0.96));
    m.cpus.forEach((_, r) => {
      ctx.fillStyle = hatch;
      ctx.fillRect(L, tops[r], plotW, rh - 1);
      for (let b = 0; b < bins; b++) {
        const v = grid[r * bins + b];
        if (Number.isNaN(v)) continue;
        ctx.fillStyle = colours[Math.round(Math.max(0, Math.min(1, v / m.max)) * 32)];
        const x0 = Math.round((L + b * cw) * ratio) / ratio, x1 = Math.round((L + (b + 1) * cw) * ratio) / ratio;
        ctx.fillRect(x0, tops[r], x1 - x0, rh - 1);
      }
    });
  }
}

/** @param {HeatCpu[]} cpus @param {number} T @param {number} rh @param {number} gap */
function rowTops(cpus, T, rh, gap) {
  let y = T;
  return cpus.map((c, i) => {
    if (i > 0) y += rh + (cpus[i - 1].member === c.member ? 0 : gap);
    return y;
  });
}

/** Means of the samples that fall into each bin; NaN where none does. @param {HeatModel} m @param {number} bins */
function binned(m, bins) {
  const n = m.cpus.length, sum = new Float32Array(n * bins), num = new Uint16Array(n * bins);
  /** @type {number[]|null} */
  let ids = null;
  /** @type {number[]} */
  let place = [];
  const put = (/** @type {number} */ b, /** @type {Float32Array} */ vals) => {
    for (let r = 0; r < n; r++) {
      const v = place[r] < 0 ? NaN : vals[place[r]];
      if (!Number.isNaN(v)) {
        sum[r * bins + b] += v;
        num[r * bins + b]++;
      }
    }
  };
  const width = (m.to - m.from) / bins;
  let lastBin = -1, lastAt = 0;
  for (const s of m.samples) {
    if (s.ids !== ids) {
      ids = s.ids;
      const at = new Map(ids.map((id, i) => [id, i]));
      place = m.cpus.map((c) => at.get(c.id) ?? -1);
    }
    const b = Math.min(bins - 1, Math.floor((s.at - m.from) / width - 1e-6));
    if (b < 0) continue;
    // A sample stands for the time since the one before, so jitter of the sampler leaves no holes.
    if (lastBin >= 0 && s.at - lastAt < 2500) for (let k = lastBin + 1; k < b; k++) put(k, m.value(s));
    put(b, m.value(s));
    lastBin = b;
    lastAt = s.at;
  }
  const out = new Float32Array(n * bins);
  for (let i = 0; i < out.length; i++) out[i] = num[i] ? sum[i] / num[i] : NaN;
  return out;
}

/** @param {CanvasRenderingContext2D} ctx @param {string} back @param {string} line */
function hatchOf(ctx, back, line) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const t = tile.getContext('2d');
  if (!t) return back;
  t.fillStyle = back;
  t.fillRect(0, 0, 6, 6);
  t.strokeStyle = line;
  t.beginPath();
  t.moveTo(-1, 7);
  t.lineTo(7, -1);
  t.stroke();
  return ctx.createPattern(tile, 'repeat') ?? back;
}

/** @param {SVGElement} g @param {HeatCpu[]} cpus @param {number[]} tops @param {number} rh @param {number} L */
function rowLabels(g, cpus, tops, rh, L) {
  const every = rh >= 11 ? 1 : rh >= 9 ? 2 : 4;
  let run = 0;
  cpus.forEach((c, i) => {
    if ((i - run) % every === 0) g.append(svg('text', { class: 'n mut', x: L - 6, y: tops[i] + Math.max(rh / 2, 4) + 3.5, 'text-anchor': 'end' }, cName(c.id)));
    if (i + 1 < cpus.length && cpus[i + 1].member === c.member) return;
    const cls = memberClass(c.member), y0 = tops[run], y1 = tops[i] + rh - 1;
    g.append(svg('line', { class: 'mline ' + cls, x1: 32, x2: 32, y1: y0, y2: y1 }));
    if (y1 - y0 >= 10) g.append(svg('text', { class: 'mname ' + cls, x: 28, y: (y0 + y1) / 2 + 3.5, 'text-anchor': 'end' }, mName(c.member)));
    run = i + 1;
  });
}
