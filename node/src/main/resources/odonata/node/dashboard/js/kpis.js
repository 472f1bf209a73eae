// @ts-check
// The row of key figures.
import { sparkInto } from './charts.js';
import { el, setAttr, setText, svg } from './dom.js';
import { cName, count, fixed, mName, pct, si, us } from './format.js';
import { measured } from './store.js';

/** @typedef {import('./panel.js').Moment} Moment */
/** @typedef {{value: string, unit: string, note: string, warn?: boolean, series: number[], zero?: boolean}} Figure */

/** @typedef {[string, string, (m: Moment) => Figure]} FigureOf id, label, how to read it */

/** @type {FigureOf[]} */
export const CLUSTER_FIGURES = [
  ['packets', 'Packets, last 1 s', (m) => {
    const t = m.view.snap.totals;
    return { value: si(t?.packetsPerS), unit: '/s', note: count(t?.packets) + ' since start', series: m.samples.map((s) => s.totals.packetsPerS ?? NaN), zero: true };
  }],
  ['messages', 'Messages, last 1 s', (m) => {
    const t = m.view.snap.totals;
    return { value: si(t?.messagesPerS), unit: '/s', note: 'between threads', series: m.samples.map((s) => s.totals.messagesPerS ?? NaN), zero: true };
  }],
  ['ipis', 'IPIs, last 1 s', (m) => {
    const t = m.view.snap.totals, cross = (t?.messagesPerS ?? 0) * (t?.crossCpuShare ?? 0);
    return { value: si(t?.ipisPerS), unit: '/s', note: t && t.ipisPerS > 0 ? fixed(cross / t.ipisPerS, 1) + ' cross-CPU msg per IPI' : 'no IPI needed', series: m.samples.map((s) => s.totals.ipisPerS ?? NaN), zero: true };
  }],
  ['cross', 'Cross-CPU messages', (m) => {
    const t = m.view.snap.totals;
    return { value: t ? (t.crossCpuShare * 100).toFixed(1) : '–', unit: '%', note: pct(t?.crossMemberShare, 1) + ' cross-member', series: m.samples.map((s) => s.totals.crossCpuShare ?? NaN) };
  }],
  ['p99', 'Latency p99', (m) => {
    const load = m.view.snap.load, q = load?.latencyUs;
    if (!load || !q || !(q.count > 0)) return { value: '–', unit: '', note: load ? 'nothing answered yet' : 'no load yet', series: [] };
    const [v, unit] = us(q.p99).split('\u202f').length > 1 ? splitUnit(us(q.p99)) : [us(q.p99), ''];
    return { value: v, unit, note: `${load.phase}, p50 ${us(q.p50)}`, series: m.samples.map((s) => s.p99) };
  }],
  ['imbalance', 'Imbalance (max / mean)', (m) => {
    const i = m.view.snap.imbalance;
    if (!i || !measured(m.view.snap)) return { value: '–', unit: '', note: 'no flows yet', series: [] };
    return { value: fixed(i.maxOverMean, 2), unit: '', note: `luck ${fixed(i.expectedByLuck, 2)} · Jain ${fixed(i.jain, 3)}`, series: m.samples.map((s) => s.imbalance) };
  }],
  ['cpu', 'CPU utilisation, mean', (m) => {
    const live = m.cpus.filter((c) => !c.dead), top = [...live].sort((a, b) => b.utilisation - a.utilisation)[0];
    const mean = live.length ? live.reduce((a, c) => a + c.utilisation, 0) / live.length : NaN;
    return { value: Number.isFinite(mean) ? (mean * 100).toFixed(0) : '–', unit: '%', note: top ? `busiest ${mName(top.member)}.${cName(top.id)} ${pct(top.utilisation)}` : 'no CPU', series: m.samples.map((s) => s.mean), zero: true };
  }],
  ['drops', 'Drops/s · credit stalls/s', (m) => {
    const drops = m.view.snap.totals?.drops, stalls = (m.view.snap.links ?? []).reduce((a, l) => a + (l.stallsPerS || 0), 0);
    return { value: `${si(drops)} · ${si(stalls)}`, unit: '', note: 'last 1 s', warn: (drops ?? 0) > 0, series: m.samples.map((s) => s.stalls), zero: true };
  }],
];

/** @param {string} s @returns {[string, string]} */
function splitUnit(s) {
  const k = s.lastIndexOf('\u202f');
  return [s.slice(0, k), s.slice(k + 1)];
}

export class Kpis {
  /** @param {HTMLElement} host @param {FigureOf[]} figures */
  constructor(host, figures) {
    this.items = figures.map(([id, label, of]) => {
      const value = document.createTextNode(''), unit = el('small'), note = el('div', { class: 's' });
      const spark = svg('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' });
      host.append(el('div', { class: 'kpi', 'data-kpi': id }, el('div', { class: 'l' }, label), el('div', { class: 'v' }, value, unit), note, spark));
      return { of, value, unit, note, spark };
    });
  }

  /** @param {Moment} m */
  update(m) {
    for (const i of this.items) {
      const f = i.of(m);
      setText(i.value, f.value);
      setText(i.unit, f.unit);
      setText(i.note, f.note);
      setAttr(i.note, 'class', 's' + (f.warn ? ' warned' : ''));
      sparkInto(i.spark, thin(f.series, 120), 160, 26, f.zero ? 0 : undefined);
    }
  }
}

/** At most n values, evenly taken, the newest always among them. @param {number[]} a @param {number} n */
function thin(a, n) {
  if (a.length <= n) return a;
  const step = a.length / n;
  return Array.from({ length: n }, (_, i) => a[Math.min(a.length - 1, Math.floor((i + 1) * step) - 1)]);
}
