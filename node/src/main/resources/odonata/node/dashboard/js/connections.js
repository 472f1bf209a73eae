// @ts-check
// The table of connections: those that the members have chosen, or those of the whole cluster that the reader looks for; sorted here.
import { byId, setAttr } from './dom.js';
import { NONE, bytes, cName, count, fixed, mName } from './format.js';
import { Panel } from './panel.js';
import { Search } from './search.js';
import { DataTable } from './table.js';
import { NO_TCP } from './tcp.js';

/** @typedef {import('./panel.js').Moment} Moment */
/** @typedef {import('./types.js').Connection} Connection */

/** A threshold that was never set is as large as can be. */
const NEVER_SET = 1 << 30;

/**
 * A column: name, how to sort, how to show, class, explanation.
 * @typedef {{id: string, t: string, key: (c: Connection) => number|string, show: (c: Connection, m: Moment) => import('./table.js').Cell, cls?: string, tip?: string}} Col
 */

/** @type {Col[]} */
const COLS = [
  { id: 'peer', t: 'peer → own end', key: (c) => addressKey(c.remote), show: (c) => ({ t: `${c.remote} → ${c.local}`, cls: 'flow' }) },
  { id: 'state', t: 'state', key: (c) => c.state, show: (c) => ({ t: c.state, cls: c.state === 'ESTABLISHED' ? 'good' : c.state === 'CLOSE_WAIT' ? 'warned' : '' }), cls: 'l' },
  { id: 'cpu', t: 'owner', key: (c) => c.cpu, show: (c, m) => mName(m.memberOf(c.cpu)) + '.' + cName(c.cpu), cls: 'l', tip: 'member and CPU that own the connection' },
  { id: 'recvq', t: 'recv-q', key: (c) => c.recvQ, show: (c) => bytes(c.recvQ), cls: 'wide', tip: 'bytes that the program has not read' },
  { id: 'sendq', t: 'send-q', key: (c) => c.sendQ, show: (c) => bytes(c.sendQ), tip: 'bytes that the peer has not acknowledged, or not sent yet' },
  { id: 'cwnd', t: 'cwnd', key: (c) => c.cwnd, show: (c) => bytes(c.cwnd), cls: 'wide', tip: 'congestion window' },
  { id: 'ssthresh', t: 'ssthresh', key: (c) => c.ssthresh, show: (c) => (c.ssthresh >= NEVER_SET ? NONE : bytes(c.ssthresh)), cls: 'widest', tip: 'slow-start threshold; – before the first loss' },
  { id: 'rtt', t: 'rtt', key: (c) => c.srttMs, show: (c) => fixed(c.srttMs, 1) + '\u202fms', cls: 'wide', tip: 'round-trip time, smoothed' },
  { id: 'rto', t: 'rto', key: (c) => c.rtoMs, show: (c) => fixed(c.rtoMs, 0) + '\u202fms', cls: 'wide', tip: 'retransmission timeout' },
  { id: 'rexmt', t: 'rexmt', key: (c) => c.retransmits, show: (c) => ({ t: count(c.retransmits), cls: c.retransmits > 0 ? 'warned' : '' }), tip: 'retransmissions of the oldest segment' },
];

/** So that addresses sort by their numbers. @param {string} end */
function addressKey(end) {
  return end.split(/[.:]/).map((part) => part.padStart(5, '0')).join('.');
}

/** @param {() => void} changed called when the reader has chosen otherwise */
export function connectionsPanel(changed) {
  /** @type {DataTable|null} */
  let table = null;
  /** @type {import('./panel.js').Ui|null} */
  let ui = null;
  const cluster = new Search(changed);
  const search = /** @type {HTMLInputElement} */ (byId('search'));
  search.addEventListener('input', () => {
    if (!ui) return;
    ui.search = search.value.trim();
    changed();
  });
  search.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !ui) return;
    search.value = ui.search = '';
    search.blur();
    changed();
  });
  return new Panel('connections', (m, chart) => {
    if (!ui) search.value = m.ui.search;
    ui = m.ui;
    const tcp = m.view.snap.tcp, given = tcp?.connections ?? [], all = tcp?.sums.connections ?? 0;
    const [by, down] = order(m.ui.sort);
    if (!m.ui.search) cluster.rest();
    const result = m.ui.search ? cluster.look(m.ui.search) : null;
    const rows = [...(result?.connections ?? given)];
    setAttr(chart, 'aria-busy', result?.busy ? 'true' : null);
    if (by) rows.sort((a, b) => (down ? -1 : 1) * compare(by.key(a), by.key(b)) || compare(addressKey(a.remote), addressKey(b.remote)));
    table ??= new DataTable(chart, 'Connections');
    table.update({
      caption: 'Connections', empty: result ? result.empty : '',
      cols: COLS.map((c) => ({ t: c.t, cls: c.cls, tip: c.tip, sorted: c === by ? (down ? 'descending' : 'ascending') : undefined, onSort: () => sortBy(c) })),
      rows: rows.map((c) => COLS.map((col) => col.show(c, m))),
    });
    const some = all > given.length ? `showing ${count(given.length)} of ${count(all)}: most trouble, then most in their queues; search finds any` : `all ${count(given.length)}`;
    return { sub: result ? result.sub : some, ...(given.length || result ? {} : { empty: NO_TCP }) };
  });

  /** Numbers begin with the largest, words with the first; again turns it round. @param {Col} col */
  function sortBy(col) {
    if (!ui) return;
    const [by, down] = order(ui.sort), first = ['peer', 'state', 'cpu'].includes(col.id) ? '' : '-';
    ui.sort = (by === col ? (down ? '' : '-') : first) + col.id;
    changed();
  }
}

/** @param {string} sort name of a column, after - from the largest down @returns {[Col|null, boolean]} */
function order(sort) {
  const down = sort.startsWith('-');
  return [COLS.find((c) => c.id === sort.slice(down ? 1 : 0)) ?? null, down];
}

/** @param {number|string} a @param {number|string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
