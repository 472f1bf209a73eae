// @ts-check
// The report of one run: figures of the summary, pictures of the snapshots that were kept. One-line imports, unique names.
import { curveChart, percentPoints, shareBars, timeLines, timeStack } from '../dashboard/js/charts.js';
import { byId, el, forgetSizes, onResize, setText } from '../dashboard/js/dom.js';
import { cName, clock, count, fixed, mName, pct, si, us } from '../dashboard/js/format.js';
import { BucketGrid, Matrix, heatLegend } from '../dashboard/js/grids.js';
import { memberClass, refreshPalette } from '../dashboard/js/palette.js';
import { Store } from '../dashboard/js/store.js';
import { DataTable } from '../dashboard/js/table.js';
import { TimeHeat } from '../dashboard/js/timeheat.js';

/** @typedef {import('../dashboard/js/types.js').Snapshot} Snap */
/** @typedef {import('../dashboard/js/types.js').Latency} Lat */
/** @typedef {import('../dashboard/js/table.js').Cell} ReportCell */

/**
 * @typedef {{schema?: string, readySeconds?: number, members?: {id: number, address?: string, state?: string}[],
 *   cpus?: {cpu: number, member: number, packets: number, flows: number, share: number, utilisation: number, ipis: number, messagesPerIpi: number, connections: number}[],
 *   replay?: {file: string, packetsInFile: number, packetsCounted: number, seconds?: number}|null,
 *   load?: Record<string, any>|null, imbalance?: {maxOverMean: number, jain: number, expectedByLuck: number, perfect: number, flows: number}|null,
 *   thresholds?: {name: string, limit: any, measured: any, passed: boolean}[], versions?: Record<string, any>, machine?: Record<string, any>,
 *   configuration?: Record<string, any>, report?: string, history?: Snap[]}} Summary
 */

/** @type {Summary} */
const run = JSON.parse(byId('data').textContent || '{}');
const main = byId('main');
/** Where sections go at the moment. */
let target = main;
/** @type {(() => void)[]} */
const redraws = [];
const store = new Store(Infinity);
const history = (run.history ?? []).slice().sort((a, b) => a.atMs - b.atMs);
for (const s of history) store.add(s, 0);

/** @param {string} title @param {string} sub @param {string} cls @param {...(Node|null)} kids */
function section(title, sub, cls, ...kids) {
  const body = el('div', { class: 'pb' }, ...kids);
  target.append(el('section', { class: 'panel ' + cls, 'aria-label': title }, el('div', { class: 'ph' }, el('h2', {}, title), el('p', { class: 'sub' }, sub)), body));
  return body;
}

/** Puts sections in two columns, each as tall as it needs. @param {() => void} left @param {() => void} right */
function columns(left, right) {
  const a = el('div', { class: 'half' }), b = el('div', { class: 'half' });
  main.append(a, b);
  target = a;
  left();
  target = b;
  right();
  target = main;
}

/** @param {Element} body @param {(host: HTMLElement) => void} draw */
function picture(body, draw) {
  const host = el('div', { class: 'chart' });
  body.append(host);
  redraws.push(() => draw(host));
}

/** @param {Element} body @param {string} name @param {import('../dashboard/js/table.js').TableSpec} spec */
function tableOf(body, name, spec) {
  const host = el('div');
  body.append(host);
  new DataTable(host, name).update(spec);
}

/** @param {[string, string, string][]} items name, value, remark */
function bigs(items) {
  return el('div', { class: 'bigs' }, ...items.map(([k, v, s]) => el('div', { class: 'stat' }, el('span', {}, k), el('b', {}, v), el('small', {}, s))));
}

/** Leaves of nested objects as dotted names. @param {any} o @param {string} prefix @returns {[string, string][]} */
function leaves(o, prefix) {
  if (o === null || typeof o !== 'object') return [[prefix, String(o)]];
  if (Array.isArray(o)) return [[prefix, o.map((x) => (typeof x === 'object' ? JSON.stringify(x) : String(x))).join(', ')]];
  return Object.entries(o).flatMap(([k, v]) => leaves(v, prefix ? prefix + '.' + k : k));
}

/** @param {number|undefined} v */
function secs(v) {
  return v === undefined || v === null ? '–' : fixed(v, v < 10 ? 2 : 1) + '\u202fs';
}

function verdicts() {
  const t = run.thresholds ?? [], failed = t.filter((x) => !x.passed);
  const node = byId('verdict');
  setText(node, t.length === 0 ? 'no thresholds were set' : failed.length ? `✕ ${failed.length} of ${t.length} thresholds missed` : `✓ all ${t.length} thresholds met`);
  node.classList.add(t.length === 0 ? 'dimmed' : failed.length ? 'failed' : 'good');
  if (!t.length) return;
  tableOf(section('Verdicts', 'thresholds of this run', ''), 'Verdicts', { caption: 'Thresholds', cols: [{ t: 'threshold' }, { t: 'limit' }, { t: 'measured' }, { t: 'verdict', cls: 'l' }],
    rows: t.map((x) => [x.name, String(x.limit), String(x.measured), { t: x.passed ? '✓ met' : '✕ missed', cls: x.passed ? 'good' : 'failed' }]) });
}

function summary() {
  const load = run.load, i = run.imbalance, cpus = run.cpus ?? [], q = /** @type {Lat|undefined} */ (load?.latencyUs);
  /** @type {[string, string, string][]} */
  const items = [
    ['cluster', `${run.members?.length ?? 0} members, ${cpus.length} CPUs`, 'ready after ' + secs(run.readySeconds)],
    ['packets served', si(cpus.reduce((a, c) => a + c.packets, 0)), 'by all CPUs'],
  ];
  if (load) items.push(['requests answered', si(load.answered), `${count(load.lost)} lost`], ['latency p99', us(q?.p99), 'median ' + us(q?.p50)]);
  if (i) items.push(['imbalance, max / mean', fixed(i.maxOverMean, 2), `luck ${fixed(i.expectedByLuck, 2)}, perfect ${fixed(i.perfect, 2)}`]);
  if (run.replay) items.push(['replay', run.replay.packetsCounted === run.replay.packetsInFile ? '✓ all counted' : '✕ differs', `${count(run.replay.packetsCounted)} of ${count(run.replay.packetsInFile)} packets`]);
  section('Summary', history.length ? `from ${clock(history[0].atMs)} to ${clock(history[history.length - 1].atMs)}, ${new Date(history[0].atMs).toDateString()}` : '', 'full', bigs(items));
}

function accounting() {
  const l = run.load;
  if (!l) return section('Load', '', '', el('p', { class: 'empty' }, 'This run had no load.'));
  const rest = l.pushedBack ?? Math.max(0, l.asked - l.sent - l.generatorLagged), open = Math.max(0, l.sent - l.answered - l.lost);
  const row = (/** @type {string} */ k, /** @type {number} */ v) => [k, count(v), pct(v / Math.max(1, l.asked), 2)];
  const body = section('Load', [l.workload, l.arrivals, l.seed === undefined ? '' : 'seed ' + l.seed, `measured ${secs(l.seconds)} after ${secs(l.warmupSeconds)} of warm-up`].filter(Boolean).join(', '), '');
  tableOf(body, 'Load accounting', { caption: 'Where the requests went', cols: [{ t: 'requests' }, { t: 'count' }, { t: 'of asked' }],
    rows: [row('asked', l.asked), row('sent', l.sent), row('answered', l.answered), row('lost', l.lost), ...(open ? [row('without answer yet', open)] : []), row('generator lagged', l.generatorLagged), row(l.pushedBack === undefined ? 'not sent, other causes' : 'pushed back', rest)] });
  const sums = l.asked === l.sent + l.generatorLagged + rest && l.sent === l.answered + l.lost + open;
  body.append(el('p', { class: 'note ' + (sums ? '' : 'failed') }, (sums ? '✓' : '✕ does not hold:') + ' asked = sent + lagged + not sent otherwise; sent = answered + lost' + (open ? ' + open' : '')));
  return body;
}

function latency() {
  const l = run.load, q = /** @type {Lat|undefined} */ (l?.latencyUs), u = /** @type {Lat|undefined} */ (l?.uncorrectedLatencyUs);
  if (!l || !q) return;
  const body = section('Latency', 'from the intended send time; warm-up left out', '');
  const points = (/** @type {Lat} */ x) => /** @type {[number, number][]} */ ([[50, x.p50], [90, x.p90], [99, x.p99], [99.9, x.p999], [99.99, x.p9999]]);
  const curve = percentPoints(l.curve ?? []);
  picture(body, (host) => curveChart(host, { label: `Latency by percentile, median ${us(q.p50)}, p99 ${us(q.p99)}`, height: 210,
    curves: [...(u ? [{ name: 'from sending (dashed)', cls: 'l2', points: points(u) }] : []), { name: 'from intended time', cls: 'l1', points: curve.length > 1 ? curve : points(q) }] }));
  const names = /** @type {[string, keyof Lat][]} */ ([['p50', 'p50'], ['p90', 'p90'], ['p99', 'p99'], ['p99.9', 'p999'], ['p99.99', 'p9999'], ['max', 'max'], ['mean', 'mean']]);
  tableOf(body, 'Latency percentiles', { caption: 'Latency percentiles', cols: [{ t: 'percentile' }, { t: 'from intended time' }, ...(u ? [{ t: 'from sending' }] : [])],
    rows: [...names.map(([n, k]) => [n, us(q[k]), ...(u ? [us(u[k])] : [])]), ['requests', count(q.count), ...(u ? [count(u.count)] : [])]] });
  if (u) body.append(el('p', { class: 'note' }, 'Solid: from the intended send time. Dashed: from the moment of sending, which hides the waiting of a late generator.'));
}

function replay() {
  const r = run.replay;
  if (!r) return;
  const same = r.packetsCounted === r.packetsInFile;
  tableOf(section('Replay', r.file, ''), 'Replay', { caption: 'Replay', cols: [{ t: 'packets' }, { t: 'count' }], rows: [['in the file', count(r.packetsInFile)], ['counted by the cluster', count(r.packetsCounted)],
    [{ t: same ? '✓ every packet counted once' : '✕ the counts differ', cls: same ? 'good' : 'failed' }, count(r.packetsCounted - r.packetsInFile)], ['seconds', secs(r.seconds)]] });
}

function cpuTable() {
  const cpus = run.cpus ?? [];
  if (!cpus.length) return;
  const clients = !!run.load?.clients;
  const sum = (/** @type {'packets'|'flows'|'ipis'|'connections'} */ k) => cpus.reduce((a, c) => a + c[k], 0);
  tableOf(section('CPUs', 'over the whole run; fair share ' + pct(1 / cpus.length, 2), 'full long'), 'CPUs', { caption: 'Per CPU',
    cols: ['CPU', 'flows', 'packets', 'share', 'of fair', 'utilisation', 'IPIs', 'messages/IPI', ...(clients ? ['connections'] : [])].map((t, k) => ({ t, cls: k === 3 || k === 6 || k === 7 ? 'wide' : '' })),
    rows: [...cpus.map((c) => [mName(c.member) + '.' + cName(c.cpu), count(c.flows), count(c.packets), pct(c.share, 2), pct(c.share * cpus.length, 0), pct(c.utilisation, 1), count(c.ipis), c.ipis ? fixed(c.messagesPerIpi, 2) : '–', ...(clients ? [count(c.connections)] : [])]),
      ['all', count(sum('flows')), count(sum('packets')), '', '', pct(cpus.reduce((a, c) => a + c.utilisation, 0) / cpus.length, 1), count(sum('ipis')), '', ...(clients ? [count(sum('connections'))] : [])]] });
}

function balance() {
  const i = run.imbalance, cpus = run.cpus ?? [];
  if (!i) return;
  const body = section('Imbalance', 'max / mean of the packets per CPU', target === main ? 'full' : '', el('div', { class: 'stats' }, ...[['max / mean', fixed(i.maxOverMean, 3)], ['Jain index', fixed(i.jain, 4)], ['luck', fixed(i.expectedByLuck, 3)], ['perfect', fixed(i.perfect, 2)], ['flows', count(i.flows)]]
    .map(([k, v]) => el('div', { class: 'stat' }, el('span', {}, k), el('b', {}, v)))));
  if (cpus.length) picture(body, (host) => shareBars(host, { label: 'Share per CPU against the fair share', height: 140, bars: cpus.map((c) => ({ label: cName(c.cpu), member: c.member, share: c.share * cpus.length, dead: false })) }));
  body.append(el('p', { class: 'note' }, `Imbalance = max(x) / mean(x), Jain = (Σx)² / (n · Σx²). Luck: what throwing ${count(i.flows)} equal flows on ${cpus.length} CPUs at random would give.`));
}

/** The last moment under load, else the last of all. */
function lastBusy() {
  return history.slice().reverse().find((s) => s.load?.running && s.crossbar) ?? history.slice().reverse().find((s) => s.crossbar) ?? null;
}

function pictures() {
  if (history.length < 2) {
    section('Over time', '', 'full', el('p', { class: 'empty' }, 'No snapshots were kept with this run.'));
    return;
  }
  const from = history[0].atMs, to = history[history.length - 1].atMs, times = store.samples.map((s) => s.at);
  const events = [...store.events.values()].filter((e) => e.atMs >= from).sort((a, b) => a.atMs - b.atMs);
  /** @type {Map<number, number>} */
  const memberOfCpu = new Map();
  for (const s of history) for (const c of s.cpus) memberOfCpu.set(c.cpu, c.member);
  const cpus = [...memberOfCpu].map(([id, member]) => ({ id, member, dead: false })).sort((a, b) => a.member - b.member || a.id - b.id);
  const members = [...new Set(cpus.map((c) => c.member))];
  picture(section('Throughput', 'packets/s by member, with events', 'full'), (host) => timeStack(host, { times, from, to, events, unit: 'packets/s', label: 'Throughput over the run', height: 230,
    series: members.map((id) => ({ name: mName(id), cls: memberClass(id), values: store.samples.map((s) => s.members.get(id)?.[0] ?? NaN) })) }));
  const heatBody = section('CPU by time', 'utilisation; hatched: no figure', 'full'), scale = el('span', { class: 'scale' });
  let heatmap = /** @type {TimeHeat|null} */ (null);
  picture(heatBody, (host) => {
    heatmap ??= new TimeHeat(host);
    heatmap.update({ samples: store.samples, cpus, value: (s) => s.util, from: from - 1000, to, max: 1, events, fmt: (v) => pct(v) + ' busy', label: `Utilisation of ${cpus.length} CPUs over the run` });
    heatLegend(scale, 0, 100, '% busy');
  });
  heatBody.append(el('div', { class: 'legendrow' }, scale));
  const ratio = store.samples.filter((s) => Number.isFinite(s.imbalance));
  columns(() => crossbar(cpus), () => {
    bucketMap(memberOfCpu);
    if (ratio.length < 2) return;
    const top = Math.max(1.2, ...ratio.map((s) => Math.max(s.imbalance, s.luck))) * 1.05;
    picture(section('Imbalance over time', 'against luck and perfect', ''), (host) => timeLines(host, { times, from, to, events, min: 0.98, max: top, fmt: (v) => v.toFixed(2), height: 200, label: 'Imbalance over the run',
      lines: [{ name: 'perfect', cls: 'l3', values: store.samples.map((s) => s.perfect) }, { name: 'luck', cls: 'l2', values: store.samples.map((s) => s.luck) }, { name: 'measured', cls: 'l1', values: store.samples.map((s) => s.imbalance) }] }));
  });
  tableOf(section('Events', `${events.length} in this run`, 'full long'), 'Events', { caption: 'Events', empty: 'No events.', cols: [{ t: 'time' }, { t: 'kind', cls: 'l' }, { t: 'member', cls: 'l' }, { t: 'what', cls: 'l text' }], rows: events.map((e) => [clock(e.atMs, true), e.kind, e.member ? mName(e.member) : '', e.text]) });
}

/** @param {{id: number, member: number, dead: boolean}[]} cpus */
function crossbar(cpus) {
  const busy = lastBusy(), x = busy?.crossbar;
  if (busy && x) {
    const body = section('Crossbar', `messages/s at ${clock(busy.atMs)}, sender ↓ receiver →`, ''), cell = el('p', { class: 'note n' }), scale = el('span', { class: 'scale' });
    const at = new Map(x.cpus.map((c, i) => [c, i])), shown = cpus.filter((c) => at.has(c.id));
    const values = shown.map((a) => shown.map((b) => x.messagesPerS?.[at.get(a.id) ?? 0]?.[at.get(b.id) ?? 0] ?? 0));
    let matrix = /** @type {Matrix|null} */ (null);
    picture(body, (host) => {
      matrix ??= new Matrix(host, (m, i, j) => setText(cell, (matrix?.describe(i, j) ?? []).join(' · ')));
      matrix.signature = '';
      matrix.update({ cpus: shown, values, unit: 'messages/s', sums: true, label: `Crossbar, ${shown.length} by ${shown.length} CPUs`, extra: () => [] });
      heatLegend(scale, matrix.range.lo, matrix.range.hi, 'msg/s, log');
    });
    body.append(el('div', { class: 'legendrow' }, scale, el('span', { class: 'note' }, 'corner mark: local')), cell);
  }
}

/** @param {Map<number, number>} memberOfCpu */
function bucketMap(memberOfCpu) {
  const b = (lastBusy() ?? history[history.length - 1]).buckets;
  if (b) {
    const body = section('Bucket map', `${b.owner.length} buckets, version ${b.version}; number: owner CPU, rod: load`, '');
    let grid = /** @type {BucketGrid|null} */ (null);
    picture(body, (host) => {
      grid ??= new BucketGrid(host);
      grid.update({ owner: b.owner, from: b.from ?? [], load: b.packetsPerS ?? b.owner.map(() => 0), memberOf: (c) => memberOfCpu.get(c) ?? 0, dead: () => false, label: `Bucket map, ${b.owner.length} buckets` });
    });
  }
}

function origin() {
  const rows = (/** @type {any} */ o) => leaves(o ?? {}, '').filter(([k]) => k);
  const part = (/** @type {string} */ title, /** @type {any} */ o, /** @type {string} */ cls) => {
    const r = rows(o);
    if (r.length) tableOf(section(title, '', cls), title, { caption: title, cols: [{ t: 'name' }, { t: 'value', cls: 'l text' }], rows: r });
  };
  columns(() => {
    members();
    part('Machine', run.machine, '');
  }, () => part('Versions', run.versions, ''));
  part('Configuration', { ...(run.load?.seed === undefined ? {} : { seed: run.load.seed }), ...run.configuration }, 'full long');
}

function members() {
  tableOf(section('Members', '', ''), 'Members', { caption: 'Members', cols: [{ t: 'member' }, { t: 'address', cls: 'l' }, { t: 'state', cls: 'l' }], rows: (run.members ?? []).map((m) => [mName(m.id), m.address ?? '–', m.state ?? '–']) });
}

function redrawAll() {
  forgetSizes();
  refreshPalette();
  for (const f of redraws) f();
}

/** @param {'dark'|'light'} theme */
function paper(theme) {
  document.documentElement.dataset.theme = theme;
  redrawAll();
}

const wish = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
document.documentElement.dataset.theme = wish;
summary();
columns(() => {
  verdicts();
  accounting();
  replay();
}, () => {
  latency();
  if (!run.load) balance();
});
if (run.load) balance();
cpuTable();
pictures();
origin();
redrawAll();
byId('theme').addEventListener('click', () => paper(document.documentElement.dataset.theme === 'light' ? 'dark' : 'light'));
/** @type {string|undefined} */
let beforePrint;
window.addEventListener('beforeprint', () => {
  beforePrint = document.documentElement.dataset.theme;
  main.style.width = '690px';
  paper('light');
});
window.addEventListener('afterprint', () => {
  main.style.width = '';
  paper(beforePrint === 'light' ? 'light' : 'dark');
});
onResize(redrawAll);
document.body.dataset.ready = '1';
