// @ts-check
// What the reader chose, kept in the address so that a link shows the same view.

/** @typedef {import('./panel.js').Ui} Ui */

/** Parts of the page that a link may lead to, and that are of TCP. */
const TCP_PLACES = ['#p-spread', '#p-states', '#p-listeners', '#p-loss', '#p-handshakes', '#p-ends', '#p-connections'];
const RANGES = [60, 300, 900];

/** @template {string} T @param {string|null} v @param {T[]} allowed @returns {T} */
function oneOf(v, allowed) {
  return allowed.find((a) => a === v) ?? allowed[0];
}

/** @returns {Ui} */
export function loadUi() {
  const q = new URLSearchParams(location.search), range = Number(q.get('range'));
  const cell = /^(\d+)-(\d+)$/.exec(q.get('cell') ?? '');
  return {
    view: oneOf(TCP_PLACES.includes(location.hash) ? 'tcp' : q.get('view'), ['cluster', 'tcp']),
    sort: q.get('sort') ?? '',
    search: q.get('q') ?? '',
    range: RANGES.includes(range) ? range : 300,
    matrix: oneOf(q.get('matrix'), ['messagesPerS', 'messagesPerIpi', 'ringFullPerS']),
    heat: oneOf(q.get('heat'), ['util', 'pps']),
    thr: oneOf(q.get('thr'), ['packets', 'messages']),
    kind: oneOf(q.get('kind'), ['all', 'members', 'moves', 'load', 'errors']),
    allThreads: q.get('threads') === 'all',
    tables: new Set((q.get('tables') ?? '').split(',').filter(Boolean)),
    cell: cell ? [Number(cell[1]), Number(cell[2])] : null,
  };
}

/** @param {Ui} ui */
export function saveUi(ui) {
  const q = new URLSearchParams(location.search);
  const put = (/** @type {string} */ k, /** @type {string} */ v, /** @type {string} */ usual) => (v === usual ? q.delete(k) : q.set(k, v));
  put('view', ui.view, 'cluster');
  put('sort', ui.sort, '');
  put('q', ui.search, '');
  put('range', String(ui.range), '300');
  put('matrix', ui.matrix, 'messagesPerS');
  put('heat', ui.heat, 'util');
  put('thr', ui.thr, 'packets');
  put('kind', ui.kind, 'all');
  put('threads', ui.allThreads ? 'all' : '', '');
  put('tables', [...ui.tables].join(','), '');
  put('cell', ui.cell ? ui.cell.join('-') : '', '');
  const s = q.toString();
  history.replaceState(null, '', location.pathname + (s ? '?' + s : '') + location.hash);
}

/** A theme chosen by hand replaces the one that the address asked for. */
export function forgetThemeOfAddress() {
  const q = new URLSearchParams(location.search);
  q.delete('theme');
  const s = q.toString();
  history.replaceState(null, '', location.pathname + (s ? '?' + s : '') + location.hash);
}

/** A yes or no remembered in this browser. @param {string} key @param {boolean} usual */
export function storedFlag(key, usual) {
  try {
    const v = localStorage.getItem(key);
    return v === null ? usual : v === '1';
  } catch {
    return usual;
  }
}

/** @param {string} key @param {string} value */
export function storeFlag(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Remembering is a convenience; without it the page works as well.
  }
}
