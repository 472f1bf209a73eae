// @ts-check
// The panels about load, threads, flows, links and events.
import { curveChart, eventIcon, eventShape, percentPoints } from './charts.js';
import { byId, el, setAttr, setText } from './dom.js';
import { NONE, bytes, cName, clock, count, fixed, mName, pct, si, us } from './format.js';
import { Panel } from './panel.js';
import { eventKey } from './store.js';
import { DataTable } from './table.js';

/** @typedef {import('./panel.js').Moment} Moment */
/** @typedef {import('./types.js').Load} Load */

export const NO_LOAD = 'No load yet. Start one in a terminal: `./odonata load`';

export function latencyPanel() {
  const always = /** @type {HTMLElement} */ (byId('p-latency').querySelector('.always'));
  const table = new DataTable(always, 'Latency percentiles');
  return new Panel('latency', (m, chart) => {
    const load = m.view.snap.load, q = load?.latencyUs;
    const none = !load || !q || !(q.count > 0);
    always.hidden = none;
    if (none) return { sub: 'from intended send time', empty: load ? 'No request has been answered yet.' : NO_LOAD };
    const points = percentPoints(load.curve ?? []);
    const known = /** @type {[number, number][]} */ ([[50, q.p50], [90, q.p90], [99, q.p99], [99.9, q.p999], [99.99, q.p9999]]);
    if (!chart.hidden) curveChart(chart, { curves: [{ name: 'latency', cls: 'l1', points: points.length > 1 ? points : known }], label: `Latency by percentile: median ${us(q.p50)}, p99 ${us(q.p99)}, maximum ${us(q.max)}` });
    table.update({ caption: 'Latency percentiles', cols: [{ t: 'p50' }, { t: 'p90' }, { t: 'p99' }, { t: 'p99.9' }, { t: 'p99.99', cls: 'wider' }, { t: 'max' }, { t: 'count' }],
      rows: [[us(q.p50), us(q.p90), us(q.p99), us(q.p999), us(q.p9999), us(q.max), si(q.count)]] });
    return { sub: `from intended send time, ${load.phase} of this load`, table: { caption: 'Latency by percentile', cols: [{ t: 'percentile' }, { t: 'at most' }], rows: (points.length > 1 ? points : known).map((p) => [p[0].toFixed(p[0] > 99 ? 3 : 1) + ' %', us(p[1])]) } };
  });
}

export function loadPanel() {
  return new Panel('load', (m, chart) => {
    const load = m.view.snap.load, replay = m.view.snap.replay;
    if (!load && !replay) return { sub: '', empty: NO_LOAD };
    const kids = [];
    if (load) kids.push(...loadFacts(load));
    else kids.push(el('p', { class: 'empty' }, 'No load yet. Start one in a terminal: ', el('code', {}, './odonata load')));
    if (replay) {
      const counted = replay.counted ?? replay.packetsCounted ?? NaN, same = counted === replay.packetsInFile;
      kids.push(el('h3', { class: 'sect' }, 'Replay'), facts([
        ['file', replay.file], ['packets in file', count(replay.packetsInFile)], ...(replay.sent === undefined ? [] : [/** @type {[string, string]} */ (['sent', count(replay.sent)])]),
        ['counted by the cluster', count(counted) + (same ? ' ✓ all' : ` (${pct(counted / Math.max(1, replay.packetsInFile), 1)})`)]]));
    }
    chart.replaceChildren(...kids);
    return { sub: load ? `${load.workload}, ${load.running ? 'running: ' : ''}${load.phase}; counts since it began` : 'counts since the replay began' };
  });
}

/** @param {Load} load */
function loadFacts(load) {
  const open = Math.max(0, load.sent - load.answered - load.lost), rest = load.pushedBack ?? Math.max(0, load.asked - load.sent - load.generatorLagged);
  const parts = /** @type {[string, string, number][]} */ ([['la', 'answered', load.answered], ['lw', 'not answered yet', open], ['ll', 'lost', load.lost], ['lg', 'generator lagged', load.generatorLagged],
    ['lp', load.pushedBack === undefined ? 'not sent, other causes' : 'pushed back', rest]]);
  const all = Math.max(1, load.asked, parts.reduce((a, p) => a + p[2], 0));
  const bar = el('div', { class: 'loadbar', role: 'img', 'aria-label': parts.map((p) => `${p[1]} ${count(p[2])}`).join(', ') },
    ...parts.map(([cls, , v]) => {
      const i = el('i', { class: cls });
      i.style.width = (v / all) * 100 + '%';
      return i;
    }));
  const list = facts([['asked for', `${count(load.asked)} (${si(load.askedPerS)}/s)`], ['sent', count(load.sent)], ...parts.map((p) => /** @type {[string, string, string]} */ ([p[1], `${count(p[2])} · ${pct(p[2] / all, 2)}`, p[0]]))]);
  const verdict = load.generatorLagged > load.asked * 0.01 ? el('p', { class: 'seen' }, 'The generator was late for over 1 % of the requests: it, not the cluster, may be the limit.') : null;
  return [bar, list, ...(verdict ? [verdict] : [])];
}

/** @param {(string[])[]} rows name, value, class of the swatch */
function facts(rows) {
  return el('dl', { class: 'facts' }, ...rows.flatMap(([k, v, cls]) => [el('dt', {}, cls ? el('i', { class: cls }) : null, k), el('dd', {}, v)]));
}

const FEW_THREADS = 9;

export function threadsPanel() {
  /** @type {DataTable|null} */
  let table = null;
  const all = byId('allthreads');
  return new Panel('threads', (m, chart) => {
    const rows = [...(m.view.snap.threads ?? [])].sort((a, b) => b.depth - a.depth || b.highWater - a.highWater || a.cpu - b.cpu);
    table ??= new DataTable(chart, 'Protocol threads');
    const shown = m.ui.allThreads ? rows : rows.slice(0, FEW_THREADS);
    setText(all, m.ui.allThreads ? 'Deepest ' + FEW_THREADS : 'All ' + rows.length);
    all.hidden = rows.length <= FEW_THREADS;
    setAttr(all, 'aria-pressed', String(m.ui.allThreads));
    const max = Math.max(1, ...rows.map((t) => t.highWater));
    table.update({
      caption: 'Protocol threads, deepest queue first', empty: 'No protocol thread has reported yet.',
      cols: [{ t: 'thread' }, { t: 'CPU', cls: 'l' }, { t: 'depth', cls: 'l wide', tip: 'messages waiting; the mark is the high water' }, { t: 'now', tip: 'messages waiting' }, { t: 'high', tip: 'high water mark, messages' }, { t: 'served/s' }, { t: 'batch', tip: 'messages taken at once' }, { t: 'wait', tip: 'oldest message' }],
      rows: shown.map((t) => {
        const dead = m.dead(t.cpu), v = (/** @type {string} */ s) => (dead ? NONE : s);
        return [t.name, { t: mName(t.member) + '.' + cName(t.cpu), cls: dead ? 'dimmed' : '' }, dead ? NONE : { t: `${t.depth} waiting, high water ${t.highWater}`, bar: [t.depth, t.highWater, max] },
          v(String(t.depth)), v(String(t.highWater)), v(si(t.servedPerS)), v(fixed(t.batch, 1)), v(us(t.waitUs))];
      }),
    });
    return { sub: `port queues, deepest first, ${m.windowText}` };
  });
}

export function flowsPanel() {
  /** @type {DataTable|null} */
  let table = null;
  return new Panel('flows', (m, chart) => {
    const rows = [...(m.view.snap.flows ?? [])].sort((a, b) => b.packetsPerS - a.packetsPerS).slice(0, 12);
    table ??= new DataTable(chart, 'Top flows');
    const total = m.view.snap.cpus.reduce((a, c) => a + (c.flows ?? 0), 0);
    table.update({
      caption: 'Top flows by packets per second', empty: 'No flow has been seen yet. Traffic makes them: ./odonata load, or ./odonata replay with a capture file.',
      cols: [{ t: 'source → destination' }, { t: 'CPU', cls: 'l' }, { t: 'bucket', cls: 'wide' }, { t: 'packets/s' }, { t: 'packets', cls: 'wide' }, { t: 'bytes', cls: 'wide' }, { t: 'seen', cls: 'wide' }],
      rows: rows.map((f) => [{ t: `${f.proto} ${f.src} → ${f.dst}`, cls: 'flow' }, mName(m.memberOf(f.cpu)) + '.' + cName(f.cpu), String(f.bucket), si(f.packetsPerS), si(f.packets), bytes(f.bytes), f.firstMs ? clock(f.firstMs) : NONE]),
    });
    return { sub: `by packets/s, ${m.windowText}; ${count(total)} flows in all tables` };
  });
}

export function linksPanel() {
  /** @type {DataTable|null} */
  let table = null;
  return new Panel('links', (m, chart) => {
    const here = new Set(m.view.members.map((x) => x.id));
    const rows = (m.view.snap.links ?? []).filter((l) => here.has(l.from) && here.has(l.to)).sort((a, b) => a.from - b.from || a.to - b.to);
    const fresh = new Set(m.view.members.filter((x) => !x.stale && !x.gone && x.shownState !== 'down' && x.shownState !== 'left').map((x) => x.id));
    table ??= new DataTable(chart, 'Links between members');
    table.update({
      caption: 'Links between members', empty: 'No link: the cluster has one member.',
      cols: [{ t: 'link' }, { t: 'msg/s' }, { t: 'bytes/s', cls: 'wider' }, { t: 'batch', tip: 'messages in a frame' }, { t: 'credits used', cls: 'l wide' }, { t: 'of max' }, { t: 'stalls/s', tip: 'sends that found no credit' }, { t: 'round trip' }],
      rows: rows.map((l) => {
        const live = fresh.has(l.from) && fresh.has(l.to), v = (/** @type {string} */ s) => (live ? s : NONE);
        return [`${mName(l.from)} → ${mName(l.to)}`, v(si(l.messagesPerS)), v(bytes(l.bytesPerS)), v(fixed(l.batch, 1)),
          live ? { t: `${l.creditsUsed} of ${l.creditsMax} credits used`, bar: [l.creditsUsed, 0, l.creditsMax] } : NONE,
          v(`${l.creditsUsed} / ${l.creditsMax}`), { t: v(si(l.stallsPerS)), cls: live && l.stallsPerS > 0 ? 'warned' : '' }, v(us(l.roundTripUs))];
      }),
    });
    return { sub: `crossbar traffic by Aeron, ${m.windowText}` };
  });
}

/** Filters of the event list. @type {[string, string, string[]][]} */
export const EVENT_GROUPS = [
  ['all', 'All', []], ['members', 'Members', ['join', 'up', 'drain', 'leave', 'crash']], ['moves', 'Moves', ['move', 'rebalance']],
  ['load', 'Load', ['load', 'replay']], ['errors', 'Errors', ['error', 'crash']],
];

export function eventsPanel() {
  const list = el('ol', { class: 'ev', tabindex: 0, 'aria-label': 'Events, newest first' });
  list.classList.add('scroll');
  /** @type {Map<string, HTMLElement>} */
  const made = new Map();
  return new Panel('events', (m, chart) => {
    const kinds = EVENT_GROUPS.find((g) => g[0] === m.ui.kind)?.[2] ?? [];
    const rows = m.events.filter((e) => kinds.length === 0 || kinds.includes(e.kind)).slice(-100).reverse();
    if (!list.parentNode) chart.replaceChildren(list);
    const want = rows.map((e) => {
      const key = eventKey(e);
      let li = made.get(key);
      if (!li) {
        li = el('li', { 'data-kind': e.kind }, el('time', { class: 'n', datetime: new Date(e.atMs).toISOString() }, clock(e.atMs, true)),
          el('span', { class: 'kind s-' + eventShape(e.kind)[1] }, eventIcon(e.kind), e.kind), el('span', { class: 'd' }, e.member ? el('b', {}, mName(e.member) + ' ') : null, e.text));
        made.set(key, li);
      }
      return li;
    });
    if (want.length !== list.children.length || want.some((li, i) => list.children[i] !== li)) list.replaceChildren(...want);
    if (made.size > 1000) made.clear();
    return { sub: `${rows.length} shown, newest first`, ...(rows.length ? {} : { empty: m.ui.kind === 'all' ? 'No events yet.' : 'No event of this kind yet.' }) };
  });
}
