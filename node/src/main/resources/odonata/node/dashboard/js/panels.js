// @ts-check
// The panels about CPUs: crossbar, imbalance, buckets, load share, CPU by time, throughput.
import { shareBars, timeLines, timeStack } from './charts.js';
import { byId, el, explain, setText } from './dom.js';
import { cName, clock, count, fixed, mName, pct, si } from './format.js';
import { BucketGrid, Matrix, heatLegend, isMoving } from './grids.js';
import { memberClass } from './palette.js';
import { Panel } from './panel.js';
import { measured } from './store.js';
import { TimeHeat } from './timeheat.js';

/** @typedef {import('./panel.js').Moment} Moment */
/** @typedef {import('./panel.js').Drawn} Drawn */

/** @type {Record<string, {unit: string, short: string, sums: boolean, what: string}>} */
const MEASURES = {
  messagesPerS: { unit: 'messages/s', short: 'msg/s', sums: true, what: 'messages/s' },
  messagesPerIpi: { unit: 'messages/IPI', short: 'msg/IPI', sums: false, what: 'messages per IPI' },
  ringFullPerS: { unit: 'full rings/s', short: '/s', sums: true, what: 'sends that met a full ring, per s' },
};

/** @param {(from: number, to: number) => void} onCell */
export function crossbarPanel(onCell) {
  /** @type {Matrix|null} */
  let matrix = null;
  const readout = byId('matrixcell'), scale = byId('matrixscale');
  /** @type {Moment|null} */
  let now = null;
  return new Panel('crossbar', (m, chart) => {
    now = m;
    const x = m.view.snap.crossbar, measure = MEASURES[m.ui.matrix], values = x?.[m.ui.matrix];
    if (!x || !values || x.cpus.length === 0) return { sub: '', empty: 'The snapshot has no figures for this matrix yet.' };
    matrix ??= new Matrix(chart, (model, i, j) => {
      const parts = matrix?.describe(i, j) ?? [];
      readout.replaceChildren(el('b', {}, parts[0] ?? ''), ...parts.slice(1).map((p) => el('span', {}, p)));
      if (now && model.cpus[i] && model.cpus[j]) onCell(model.cpus[i].id, model.cpus[j].id);
    });
    const at = new Map(x.cpus.map((c, i) => [c, i]));
    const cpus = m.cpus.map((c) => (at.has(c.id) ? c : { ...c, dead: true }));
    const pick = (/** @type {number[][]|undefined} */ a, /** @type {number} */ i, /** @type {number} */ j) => a?.[at.get(cpus[i].id) ?? -1]?.[at.get(cpus[j].id) ?? -1];
    const table = cpus.map((_, i) => cpus.map((__, j) => pick(values, i, j) ?? 0));
    if (!chart.hidden) {
      matrix.update({
        cpus, values: table, unit: measure.unit, sums: measure.sums, label: `Crossbar, ${cpus.length} by ${cpus.length} CPUs, ${measure.what}; row is the sender, column the receiver`,
        extra: (i, j) => i === j ? ['local: no IPI'] : Object.keys(MEASURES).filter((k) => k !== m.ui.matrix).map((k) => si(pick(/** @type {any} */ (x)[k], i, j)) + ' ' + MEASURES[k].unit),
      });
      if (m.ui.cell) matrix.select(m.ui.cell[0], m.ui.cell[1]);
      heatLegend(scale, matrix.range.lo, matrix.range.hi, measure.short + ', log');
    }
    return { sub: `${measure.what}, sender ↓ receiver →, ${m.windowText}`, table: matrixTable(cpus, table, measure) };
  });
}

/** @param {import('./panel.js').OrderedCpu[]} cpus @param {number[][]} values @param {{unit: string, sums: boolean}} measure */
function matrixTable(cpus, values, measure) {
  const name = (/** @type {import('./panel.js').OrderedCpu} */ c) => mName(c.member) + '.' + cName(c.id);
  const sum = (/** @type {number[]} */ a) => a.reduce((p, q) => p + q, 0);
  const rows = cpus.map((c, i) => [name(c), ...values[i].map((v, j) => (c.dead || cpus[j].dead ? '–' : si(v))), ...(measure.sums ? [si(sum(values[i]))] : [])]);
  if (measure.sums) rows.push(['received', ...cpus.map((_, j) => si(sum(values.map((r) => r[j])))), si(sum(values.map(sum)))]);
  return { caption: 'Crossbar in ' + measure.unit + '; row: sender, column: receiver', cols: [{ t: 'from \\ to' }, ...cpus.map((c) => ({ t: cName(c.id), tip: name(c) })), ...(measure.sums ? [{ t: 'sent' }] : [])], rows };
}

const IMBALANCE_TEXT = [
  'Imbalance = max(x) / mean(x)', 'x: load of each CPU. 1 is perfect.',
  'Jain = (Σx)² / (n · Σx²): 1 is perfect, 1/n: all on one CPU.',
  'Luck: what max/mean is to be expected when as many equal flows are thrown on the CPUs at random.',
  'Perfect: every CPU has the mean.',
];

export function imbalancePanel() {
  const stats = byId('imbstats');
  explain(byId('i-imbalance'), () => IMBALANCE_TEXT);
  const item = (/** @type {string} */ name) => {
    const value = el('b');
    stats.append(el('div', { class: 'stat' }, el('span', {}, name), value));
    return value;
  };
  const index = item('max / mean'), jain = item('Jain index'), luck = item('luck'), flows = item('flows');
  return new Panel('imbalance', (m, chart) => {
    const i = m.view.snap.imbalance;
    if (!i || !measured(m.view.snap)) return { sub: 'max / mean of the load per CPU', empty: 'No flow has been seen yet, so there is nothing to balance.' };
    setText(index, fixed(i.maxOverMean, 2));
    setText(jain, fixed(i.jain, 3));
    setText(luck, fixed(i.expectedByLuck, 2));
    setText(flows, count(i.flows));
    const pick = (/** @type {'imbalance'|'luck'|'perfect'} */ k) => m.samples.map((s) => s[k]);
    const high = Math.max(1.2, ...pick('imbalance').filter(Number.isFinite), ...pick('luck').filter(Number.isFinite));
    const top = 1 + Math.ceil((high - 1) * 1.15 * 5) / 5;
    if (!chart.hidden) {
      timeLines(chart, { times: m.samples.map((s) => s.at), from: m.from, to: m.to, events: m.marks, min: 1 - (top - 1) * 0.08, max: top, fmt: (v) => v.toFixed(2), height: 132,
        label: `Imbalance ${fixed(i.maxOverMean, 2)}, by luck ${fixed(i.expectedByLuck, 2)}, perfect ${fixed(i.perfect, 2)}, over the ${m.rangeText}`,
        lines: [{ name: 'perfect', cls: 'l3', values: pick('perfect') }, { name: 'luck', cls: 'l2', values: pick('luck') }, { name: 'measured', cls: 'l1', values: pick('imbalance') }] });
    }
    return { sub: i.basis ?? '', table: { caption: 'Imbalance over time', cols: [{ t: 'time' }, { t: 'max / mean' }, { t: 'luck' }, { t: 'perfect' }],
      rows: newest(m.samples).map((s) => [clock(s.at), fixed(s.imbalance, 3), fixed(s.luck, 3), fixed(s.perfect, 3)]) } };
  });
}

export function bucketPanel() {
  /** @type {BucketGrid|null} */
  let grid = null;
  const legend = byId('bucketlegend');
  return new Panel('buckets', (m, chart) => {
    const b = m.view.snap.buckets;
    if (!b || b.owner.length === 0) return { sub: '', empty: 'There is no bucket map yet: the cluster is still forming.' };
    const from = b.from ?? [], load = b.packetsPerS ?? b.owner.map(() => 0);
    const moving = b.owner.filter((_, k) => isMoving({ owner: b.owner, from }, k)).length;
    grid ??= new BucketGrid(chart);
    if (!chart.hidden) {
      grid.update({ owner: b.owner, from, load, memberOf: m.memberOf, dead: m.dead, label: `Bucket map, ${b.owner.length} buckets, version ${b.version}, ${moving} moving` });
    }
    const members = [...new Set(b.owner.filter((o) => o >= 0).map(m.memberOf))].sort((x, y) => x - y);
    legend.replaceChildren(...members.map((id) => el('span', { class: 'key' }, el('i', { class: memberClass(id) }), mName(id))),
      el('span', { class: 'key' }, el('i', { class: 'kmove' }), `moving (${moving})`), el('span', { class: 'note' }, 'number: owner CPU · rod: load'));
    return { sub: `${b.owner.length} buckets, version ${b.version}, packets/s, ${m.windowText}`, table: { caption: 'Buckets', rows: b.owner.map((o, k) => [String(k), o < 0 ? '–' : cName(o), o < 0 ? '–' : mName(m.memberOf(o)),
      o >= 0 && m.dead(o) ? '–' : si(load[k]), isMoving({ owner: b.owner, from }, k) ? 'from ' + cName(Number(from[k])) : '']),
    cols: [{ t: 'bucket' }, { t: 'owner' }, { t: 'member' }, { t: 'packets/s' }, { t: 'moving', cls: 'l' }] } };
  });
}

export function sharePanel() {
  return new Panel('share', (m, chart) => {
    const live = m.cpus.filter((c) => !c.dead), total = live.reduce((a, c) => a + (c.packetsPerS ?? 0), 0);
    if (!(total > 0)) return { sub: 'packets per CPU', empty: 'No packets in the last second.' };
    const share = (/** @type {import('./panel.js').OrderedCpu} */ c) => ((c.packetsPerS ?? 0) / total) * live.length;
    if (!chart.hidden) {
      shareBars(chart, { label: 'Load share per CPU against the fair share', 
        bars: m.cpus.map((c) => ({ label: cName(c.id), member: c.member, share: c.dead ? 0 : share(c), dead: c.dead })) });
    }
    return { sub: `packets/s, % of fair share (dashed: 100), ${m.windowText}`, table: { caption: 'Load share per CPU', cols: [{ t: 'CPU' }, { t: 'member' }, { t: 'packets/s' }, { t: '% of all' }, { t: '% of fair' }],
      rows: m.cpus.map((c) => (c.dead ? [cName(c.id), mName(c.member), '–', '–', '–'] : [cName(c.id), mName(c.member), si(c.packetsPerS), pct((c.packetsPerS ?? 0) / total, 1), pct(share(c), 0)])) } };
  });
}

export function heatPanel() {
  /** @type {TimeHeat|null} */
  let heatmap = null;
  const scale = byId('heatscale');
  return new Panel('heat', (m, chart) => {
    const util = m.ui.heat === 'util', value = (/** @type {import('./types.js').Sample} */ s) => (util ? s.util : s.pps);
    let max = util ? 1 : 1;
    if (!util) for (const s of m.samples) for (const v of s.pps) if (v > max) max = v;
    const fmt = util ? (/** @type {number} */ v) => pct(v) + ' busy' : (/** @type {number} */ v) => si(v) + ' packets/s';
    heatmap ??= new TimeHeat(chart);
    if (!chart.hidden) {
      heatmap.update({ samples: m.samples, cpus: m.cpus, value, from: m.from, to: m.to, max, events: m.marks, fmt, label: `${util ? 'Utilisation' : 'Packets/s'} of ${m.cpus.length} CPUs over the ${m.rangeText}` });
      heatLegend(scale, 0, util ? 100 : max, util ? '% busy' : 'packets/s');
    }
    const rows = m.cpus.map((c) => {
      const vals = m.samples.map((s) => value(s)[s.ids.indexOf(c.id)]).filter((v) => v !== undefined && !Number.isNaN(v));
      const show = (/** @type {number} */ v) => (vals.length === 0 ? '–' : util ? pct(v) : si(v));
      return [cName(c.id), mName(c.member), c.dead ? '–' : show(vals[vals.length - 1]), show(vals.reduce((a, b) => a + b, 0) / vals.length), show(Math.min(...vals)), show(Math.max(...vals))];
    });
    return { sub: `${util ? 'utilisation' : 'packets/s'} per CPU, ${m.rangeText}, 1 sample/s`, table: { caption: 'CPUs over the ' + m.rangeText, cols: [{ t: 'CPU' }, { t: 'member' }, { t: 'now' }, { t: 'mean' }, { t: 'min' }, { t: 'max' }], rows } };
  });
}

export function throughputPanel() {
  return new Panel('throughput', (m, chart) => {
    const k = m.ui.thr === 'packets' ? 0 : 1, unit = m.ui.thr + '/s';
    const ids = new Set(m.view.members.map((x) => x.id));
    for (const s of m.samples) for (const id of s.members.keys()) ids.add(id);
    const members = [...ids].sort((a, b) => a - b);
    const series = members.map((id) => ({ name: mName(id), cls: memberClass(id), values: m.samples.map((s) => s.members.get(id)?.[k] ?? NaN) }));
    if (!chart.hidden) timeStack(chart, { times: m.samples.map((s) => s.at), series, from: m.from, to: m.to, events: m.marks, unit, label: `Throughput in ${unit}, stacked by member, over the ${m.rangeText}` });
    return { sub: `${unit}, stacked by member, ${m.rangeText}`, table: { caption: 'Throughput in ' + unit, cols: [{ t: 'time' }, ...members.map((id) => ({ t: mName(id) })), { t: 'all' }],
      rows: newest(m.samples).map((s) => [clock(s.at), ...members.map((id) => si(s.members.get(id)?.[k])), si([...s.members.values()].reduce((a, v) => a + v[k], 0))]) } };
  });
}

/** The newest samples first, few enough to read. @param {import('./types.js').Sample[]} samples */
function newest(samples) {
  return samples.slice(-60).reverse();
}
