// @ts-check
// The panels about TCP: how it spreads over CPUs, states, loss, handshakes, accept queues, resets.
import { timeLines, timeStack } from './charts.js';
import { byId, el, setText } from './dom.js';
import { bytes, cName, clock, count, mName, pct, si } from './format.js';
import { niceMax } from './palette.js';
import { Panel } from './panel.js';
import { STATES, drawSpread, segments } from './spread.js';
import { DataTable } from './table.js';

/** @typedef {import('./panel.js').Moment} Moment */
/** @typedef {import('./kpis.js').FigureOf} FigureOf */

export const NO_TCP = 'No TCP connection yet. With a TUN device: `curl http://10.77.77.1/`';

/** A sum over all CPUs, now. @param {Moment} m @param {string} name */
function sum(m, name) {
  return m.view.snap.tcp?.sums[name] ?? NaN;
}

/** The same over the range. @param {Moment} m @param {...string} names added */
function series(m, ...names) {
  return m.samples.map((s) => (s.tcp.connections === undefined ? NaN : names.reduce((a, name) => a + (s.tcp[name] ?? 0), 0)));
}

/** @type {FigureOf[]} */
export const TCP_FIGURES = [
  ['connections', 'TCP connections', (m) => ({ value: count(sum(m, 'connections')), unit: '', note: `${count(m.view.snap.tcp?.sums['state.ESTABLISHED'] ?? 0)} established`, series: series(m, 'connections'), zero: true })],
  ['segments', 'Segments, last 1 s', (m) => ({ value: si(sum(m, 'segmentsInPerS') + sum(m, 'segmentsOutPerS')), unit: '/s', note: `${si(sum(m, 'segmentsInPerS'))} in · ${si(sum(m, 'segmentsOutPerS'))} out`,
    series: series(m, 'segmentsInPerS', 'segmentsOutPerS'), zero: true })],
  ['bytes', 'Text sent, last 1 s', (m) => ({ value: bytes(sum(m, 'bytesOutPerS')), unit: '/s', note: `${bytes(sum(m, 'bytesInPerS'))}/s received`, series: series(m, 'bytesOutPerS'), zero: true })],
  ['retransmits', 'Retransmissions', (m) => {
    const again = sum(m, 'retransmitsPerS'), sent = sum(m, 'segmentsOutPerS');
    return { value: si(again), unit: '/s', note: sent > 0 ? pct(again / sent, 2) + ' of the segments sent' : 'nothing sent', warn: sent > 0 && again / sent > 0.01, series: series(m, 'retransmitsPerS'), zero: true };
  }],
  ['accepted', 'Connections accepted', (m) => ({ value: si(sum(m, 'acceptedPerS')), unit: '/s', note: `${si(sum(m, 'refusedPerS'))}/s refused, queue full`, warn: sum(m, 'refusedPerS') > 0, series: series(m, 'acceptedPerS'), zero: true })],
  ['acceptqueue', 'Accept queues', (m) => ({ value: count(sum(m, 'acceptQueue')), unit: 'waiting', note: `${count(m.view.snap.tcp?.listeners.length)} ports listened on`, series: series(m, 'acceptQueue'), zero: true })],
  ['syncache', 'Syncache', (m) => ({ value: count(sum(m, 'halfOpen')), unit: 'half open', note: `${pct(sum(m, 'halfOpen') / sum(m, 'syncacheLimit'), 1)} of ${si(sum(m, 'syncacheLimit'))}`, series: series(m, 'halfOpen'), zero: true })],
  ['ends', 'Resets/s · drops/s', (m) => ({ value: `${si(sum(m, 'resetsInPerS') + sum(m, 'resetsOutPerS'))} · ${si(sum(m, 'droppedPerS'))}`, unit: '', note: `${si(sum(m, 'badPerS'))}/s bad checksums`, warn: sum(m, 'badPerS') > 0,
    series: series(m, 'resetsInPerS', 'resetsOutPerS'), zero: true })],
];

/** @param {Moment} m */
function lanesOf(m) {
  const tcp = new Map((m.view.snap.tcp?.cpus ?? []).map((t) => [t.cpu, t]));
  return m.cpus.map((c) => ({ id: c.id, member: c.member, tcp: c.dead ? null : tcp.get(c.id) ?? null }));
}

export function spreadPanel() {
  const legend = byId('spreadlegend');
  return new Panel('spread', (m, chart) => {
    const lanes = lanesOf(m), all = sum(m, 'connections') + lanes.reduce((a, l) => a + segments(l.tcp), 0);
    if (!(all > 0)) return { sub: 'connections and segments/s of each CPU', empty: NO_TCP };
    if (!chart.hidden) drawSpread(chart, lanes, `Connections and segments per second of ${lanes.length} CPUs: ${count(sum(m, 'connections'))} connections, ${si(lanes.reduce((a, l) => a + segments(l.tcp), 0))} segments/s`);
    const used = STATES.filter(([name]) => lanes.some((l) => l.tcp?.states[name]));
    legend.replaceChildren(...used.map(([name, cls]) => el('span', { class: 'key' }, el('i', { class: cls }), name)), el('span', { class: 'note' }, 'right: received, then sent (lighter) · dashed: mean'));
    return { sub: `each CPU owns its connections; ${m.windowText}`, table: spreadTable(lanes) };
  });
}

/** @param {import('./spread.js').Lane[]} lanes */
function spreadTable(lanes) {
  /** @type {[string, (t: import('./types.js').TcpCpu) => string, string?][]} */
  const cols = [['conns', (t) => count(t.connections)], ['estab.', (t) => count(t.states.ESTABLISHED ?? 0)], ['in/s', (t) => si(t.segmentsInPerS)], ['out/s', (t) => si(t.segmentsOutPerS)],
    ['rexmt/s', (t) => si(t.retransmitsPerS)], ['accepted/s', (t) => si(t.acceptedPerS), 'wide'], ['half open', (t) => count(t.halfOpen), 'wide'], ['resets/s', (t) => si(t.resetsInPerS + t.resetsOutPerS), 'wide']];
  return { caption: 'TCP of each CPU', cols: [{ t: 'CPU' }, ...cols.map(([t, , cls]) => ({ t, cls }))],
    rows: lanes.map((l) => [mName(l.member) + '.' + cName(l.id), ...cols.map(([, f]) => (l.tcp ? f(l.tcp) : '–'))]) };
}

export function statesPanel() {
  return new Panel('states', (m, chart) => {
    if (!m.samples.some((s) => s.tcp.connections > 0)) return { sub: '', empty: NO_TCP };
    const used = STATES.filter(([name]) => m.samples.some((s) => s.tcp['state.' + name] > 0));
    const lines = used.map(([name, cls]) => ({ name, cls, values: series(m, 'state.' + name) }));
    if (!chart.hidden) timeStack(chart, { times: m.samples.map((s) => s.at), series: lines, from: m.from, to: m.to, events: m.marks, unit: 'connections', height: 196, right: 88, label: `Connections by state over the ${m.rangeText}` });
    return { sub: `stacked, all CPUs, ${m.rangeText}`, table: { caption: 'Connections by state', cols: [{ t: 'time' }, ...used.map(([name]) => ({ t: name }))],
      rows: newestOf(m).map((s) => [clock(s.at), ...used.map(([name]) => count(s.tcp['state.' + name] ?? 0))]) } };
  });
}

/**
 * A panel of up to three lines over time, with figures above.
 * @param {string} id @param {string} stats element of the figures @param {string} sub
 * @param {[string, string, string[]][]} lines name, class, sums that are added
 * @param {[string, (m: Moment) => string][]} figures
 */
function linesPanel(id, stats, sub, lines, figures) {
  const values = figures.map(([name]) => {
    const value = el('b');
    byId(stats).append(el('div', { class: 'stat' }, el('span', {}, name), value));
    return value;
  });
  return new Panel(id, (m, chart) => {
    if (!m.samples.some((s) => s.tcp.connections !== undefined)) return { sub, empty: NO_TCP };
    figures.forEach(([, f], i) => setText(values[i], f(m)));
    const drawn = lines.map(([name, cls, names]) => ({ name, cls, values: series(m, ...names) }));
    const max = niceMax(Math.max(1, ...drawn.flatMap((l) => l.values.filter(Number.isFinite))) * 1.05);
    if (!chart.hidden) timeLines(chart, { times: m.samples.map((s) => s.at), lines: drawn, from: m.from, to: m.to, events: m.marks, min: 0, max, fmt: si, height: 150, left: 44, right: 84, label: `${sub}, over the ${m.rangeText}` });
    return { sub: `${sub}, ${m.rangeText}`, table: { caption: sub, cols: [{ t: 'time' }, ...lines.map(([t]) => ({ t }))],
      rows: newestOf(m).map((s) => [clock(s.at), ...lines.map(([, , names]) => si(names.reduce((a, name) => a + (s.tcp[name] ?? 0), 0)))]) } };
  });
}

/** @param {Moment} m */
function newestOf(m) {
  return m.samples.slice(-60).reverse();
}

export function lossPanel() {
  return linesPanel('loss', 'lossstats', 'segments/s', [['sent again', 'l1', ['retransmitsPerS']], ['out of order', 'l2', ['outOfOrderPerS']], ['dup. ACKs', 'l3', ['duplicateAcksPerS']]], [
    ['sent again', (m) => si(sum(m, 'retransmitsPerS')) + '/s'], ['of sent', (m) => (sum(m, 'segmentsOutPerS') > 0 ? pct(sum(m, 'retransmitsPerS') / sum(m, 'segmentsOutPerS'), 2) : '–')], ['out of order', (m) => si(sum(m, 'outOfOrderPerS')) + '/s']]);
}

export function handshakesPanel() {
  return linesPanel('handshakes', 'synstats', 'handshakes of peers/s', [['completed', 'l1', ['acceptedPerS']], ['lost', 'l2', ['evictedPerS', 'refusedPerS']], ['by cookie', 'l3', ['cookiesAcceptedPerS']]], [
    ['half open', (m) => count(sum(m, 'halfOpen'))], ['syncache', (m) => pct(sum(m, 'halfOpen') / sum(m, 'syncacheLimit'), 1)], ['cookies out', (m) => si(sum(m, 'cookiesSentPerS')) + '/s'], ['cookies in', (m) => si(sum(m, 'cookiesAcceptedPerS')) + '/s']]);
}

export function endsPanel() {
  return linesPanel('ends', 'endstats', 'per second', [['RST in', 'l1', ['resetsInPerS']], ['RST out', 'l3', ['resetsOutPerS']], ['dropped', 'l2', ['droppedPerS']]], [
    ['RST in', (m) => si(sum(m, 'resetsInPerS')) + '/s'], ['RST out', (m) => si(sum(m, 'resetsOutPerS')) + '/s'], ['bad checksum', (m) => si(sum(m, 'badPerS')) + '/s']]);
}

export function listenersPanel() {
  /** @type {DataTable|null} */
  let table = null;
  return new Panel('listeners', (m, chart) => {
    const rows = m.view.snap.tcp?.listeners ?? [];
    table ??= new DataTable(chart, 'Accept queues');
    table.update({
      caption: 'Accept queues', empty: 'Nothing listens.',
      cols: [{ t: 'listens on' }, { t: 'sockets', tip: 'with SO_REUSEPORT one a CPU' }, { t: 'queue', cls: 'l wide' }, { t: 'waiting', tip: 'connections that no program has accepted yet' }, { t: 'longest', tip: 'longest queue of one socket' }, { t: 'room' }],
      rows: rows.map((l) => [l.local, count(l.sockets), { t: `${l.waiting} of ${l.limit}`, bar: [l.waiting, 0, l.limit] }, { t: count(l.waiting), cls: 10 * l.longest * l.sockets >= 9 * l.limit && l.waiting > 0 ? 'warned' : '' }, count(l.longest), count(l.limit)]),
    });
    return { sub: 'all CPUs, longest first' };
  });
}
