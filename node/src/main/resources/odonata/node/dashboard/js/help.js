// @ts-check
// The help dialog: keys and terms.
import { byId, el } from './dom.js';

/** @type {[string, string][]} */
const KEYS = [
  ['space', 'freeze the view; the history goes on, nothing is lost; again: back to live'],
  ['t', 'dark or light; remembered'],
  ['c', 'the cluster, or its TCP'],
  ['/', 'search the connections'],
  ['1 2 3', 'charts over the last 1, 5, 15 minutes'],
  ['m', 'crossbar: messages/s, messages per IPI, ring full'],
  ['h', 'CPU by time: utilisation or packets/s'],
  ['p', 'throughput: packets or messages'],
  ['v', 'all charts as tables, and back'],
  ['a', 'admin token'],
  ['?', 'this help'],
  ['arrows', 'in the crossbar, the bucket map and CPU by time: move the cell; Home, End, Page keys jump'],
  ['Esc', 'close a dialog or a tooltip'],
];

/** @type {[string, string][]} */
const TERMS = [
  ['member', 'one JVM of the cluster, a "machine" with its CPUs; m1, m2, …'],
  ['CPU', 'one emulated CPU: an actor system and its one carrier thread; c0, c1, … over the whole cluster'],
  ['utilisation', 'share of the window in which the CPU ran threads, split by class: interrupt, netisr, tcp, udp, user, kernel'],
  ['thread', 'a light-weight kernel thread (LWKT): one actor, bound to one CPU'],
  ['protocol thread', 'netisr, tcp_thread or udp_thread of one CPU; sole owner of the flows of that CPU'],
  ['port', 'where the messages of a thread wait; its depth is the queue'],
  ['run queue', 'threads that are ready to run'],
  ['IPI', 'the wake-up that one CPU sends another. A CPU that is already draining its rings needs none, so messages per IPI grow with load'],
  ['crossbar', 'one ring for every ordered pair of CPUs; its row is the sender, its column the receiver'],
  ['ring full', 'sends that met a full ring and had to wait; nothing is dropped'],
  ['bucket', 'slot of the map from flow hash to owner CPU; what moves when work is moved'],
  ['imbalance', 'load of the busiest CPU over the mean: 1 is perfect. Jain: (Σx)² / (n · Σx²), 1 is perfect, 1/n is all on one CPU'],
  ['luck', 'the imbalance to expect if the same number of equal flows were thrown on the CPUs at random'],
  ['credits', 'messages that a link to another member may have under way; without credit the sender waits, which is a stall'],
  ['latency', 'from the moment a request was planned to be sent, so a late generator does not hide waiting; warm-up left out'],
  ['generator lagged', 'requests that were not sent in time because the load generator itself was late'],
  ['accept queue', 'connections whose handshake is over and that no program has taken yet'],
  ['syncache', 'the handshakes that peers have begun, per CPU; full: the oldest are thrown out, and a cookie can still complete them'],
  ['cookie', 'an initial sequence number from which a connection can be made without the syncache; it goes with every SYN,ACK'],
  ['retransmission', 'a segment sent again, because its time was up or duplicate acknowledgments said that it was lost'],
  ['stale', 'a member not heard of for over 3 s: hatched, its figures withheld'],
  ['φ', 'suspicion level of the failure detector: high means probably dead'],
  ['window', 'rates are over the last second unless the panel says otherwise'],
];

/** @param {() => boolean} keysOn @param {(on: boolean) => void} setKeys */
export function openHelp(keysOn, setKeys) {
  const box = /** @type {HTMLDialogElement} */ (byId('helpdialog'));
  if (box.open) return;
  const dl = (/** @type {string} */ cls, /** @type {[string, string][]} */ rows, /** @type {boolean} */ keys) =>
    el('dl', { class: cls }, ...rows.flatMap(([k, v]) => [el('dt', {}, ...(keys ? k.split(' ').flatMap((x) => [el('kbd', {}, x), ' ']) : [k])), el('dd', {}, v)]));
  const toggle = el('input', { type: 'checkbox', id: 'keyson' });
  toggle.checked = keysOn();
  toggle.addEventListener('change', () => setKeys(toggle.checked));
  const close = el('button', { type: 'button', class: 'ib primary' }, 'Close');
  close.addEventListener('click', () => box.close());
  box.replaceChildren(el('h2', { id: 'h-help' }, 'Keys and terms'), dl('keys', KEYS, true),
    el('p', {}, el('label', { for: 'keyson' }, toggle, ' single-key shortcuts on')),
    el('h3', {}, 'Terms'), dl('terms', TERMS, false),
    el('h3', {}, 'More'), el('p', {}, 'The same figures: ', el('code', {}, './odonata top'), ' in a terminal, ', el('code', {}, '/api/v1/snapshot'), ' as JSON, ', el('code', {}, '/metrics'), ' for Prometheus. Load: ', el('code', {}, './odonata load'), '.'),
    el('div', { class: 'row' }, close));
  box.showModal();
  close.focus({ preventScroll: true });
  box.scrollTop = 0;
}
