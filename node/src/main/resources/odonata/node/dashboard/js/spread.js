// @ts-check
// How connections and segments spread over CPUs: a line for each CPU, connections to the left, segments/s to the right.
import { heightOf, hideTip, setAttr, showTip, svg, widthOf } from './dom.js';
import { cName, count, mName, si } from './format.js';
import { memberClass, niceMax } from './palette.js';

/** @typedef {import('./types.js').TcpCpu} TcpCpu */
/** @typedef {{id: number, member: number, tcp: TcpCpu|null}} Lane tcp: null where there is no fresh figure */

/** The states, each with its colour, in the order in which they are stacked. @type {[string, string][]} */
export const STATES = [
  ['ESTABLISHED', 'mc0'], ['SYN_SENT', 'mc5'], ['SYN_RECEIVED', 'mc5 mhatch'], ['CLOSE_WAIT', 'mc3'], ['FIN_WAIT_1', 'mc6'], ['FIN_WAIT_2', 'mc4'],
  ['CLOSING', 'mc4 mhatch'], ['LAST_ACK', 'mc6 mhatch'], ['TIME_WAIT', 'mc7'],
];

/** Room above and below the lanes, and the height of a lane where there is room; CSS pixels. */
const HEAD = 18, AXIS = 20, MOST_STEP = 46;

/** Segments a second in both directions. @param {TcpCpu|null} t */
export function segments(t) {
  return t ? t.segmentsInPerS + t.segmentsOutPerS : 0;
}

/**
 * @param {HTMLElement} host @param {Lane[]} lanes @param {string} label
 */
export function drawSpread(host, lanes, label) {
  const n = lanes.length, least = n <= 12 ? 24 : n <= 24 ? 17 : n <= 48 ? 12 : 7, wordy = least >= 12;
  const W = widthOf(host), H = heightOf(host, HEAD + n * least + AXIS, HEAD + n * Math.max(least, MOST_STEP) + AXIS), step = (H - HEAD - AXIS) / n, mid = Math.round(W / 2), gutter = wordy ? 30 : 18;
  const L = mid - gutter, R = mid + gutter, room = Math.max(40, W / 2 - gutter - (wordy ? 44 : 8));
  const g = svg('svg', { width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': label });
  const live = lanes.filter((l) => l.tcp);
  const most = niceMax(Math.max(1, ...live.map((l) => l.tcp?.connections ?? 0))), fastest = niceMax(Math.max(1, ...live.map((l) => segments(l.tcp))));
  g.append(svg('text', { class: 'mut', x: L, y: 11, 'text-anchor': 'end' }, '◂ connections'), svg('text', { class: 'mut', x: R, y: 11 }, 'segments/s ▸'));
  for (let k = 0; k <= 2; k++) {
    const at = (room * k) / 2;
    for (const [x, v] of [[L - at, (most * k) / 2], [R + at, (fastest * k) / 2]]) {
      g.append(svg('line', { class: 'grid', x1: x, x2: x, y1: HEAD, y2: H - AXIS }), svg('text', { class: 'n mut', x, y: H - 6, 'text-anchor': (k === 0) === (x < mid) ? (k === 1 ? 'middle' : 'end') : k === 1 ? 'middle' : 'start' }, si(v)));
    }
  }
  const bars = svg('g'), words = svg('g');
  g.append(bars);
  fairLine(g, L - (room * mean(live.map((l) => l.tcp?.connections ?? 0))) / most, H, n);
  fairLine(g, R + (room * mean(live.map((l) => segments(l.tcp)))) / fastest, H, n);
  g.append(words);
  lanes.forEach((lane, i) => drawLane(bars, words, lane, { y: HEAD + i * step, step, wordy, L, R, room, mid, most, fastest }));
  drawMembers(g, lanes, step, mid, gutter);
  host.replaceChildren(g);
  host.onpointermove = (e) => {
    const lane = lanes[Math.floor((e.clientY - g.getBoundingClientRect().top - HEAD) / step)];
    if (lane) showTip(e.clientX, e.clientY, describe(lane));
    else hideTip();
  };
  host.onpointerleave = hideTip;
}

/** @param {number[]} a */
function mean(a) {
  return a.reduce((p, q) => p + q, 0) / Math.max(1, a.length);
}

/** @param {SVGElement} g @param {number} x @param {number} H @param {number} n */
function fairLine(g, x, H, n) {
  if (n > 1) g.append(svg('line', { class: 'fair', x1: x, x2: x, y1: HEAD, y2: H - AXIS }));
}

/**
 * @param {SVGElement} g for the bars @param {SVGElement} words for the numbers @param {Lane} lane
 * @param {{y: number, step: number, wordy: boolean, L: number, R: number, room: number, mid: number, most: number, fastest: number}} s
 */
function drawLane(g, words, lane, s) {
  const pad = s.step >= 32 ? 6 : s.step >= 17 ? 3 : 1, h = s.step - 2 * pad, t = lane.tcp;
  if (s.wordy) words.append(svg('text', { class: 'n', x: s.mid, y: s.y + s.step / 2 + 3.5, 'text-anchor': 'middle' }, cName(lane.id)));
  if (!t) {
    g.append(svg('rect', { class: 'deadbar', x: s.L - s.room, y: s.y + pad, width: s.room, height: h }), svg('rect', { class: 'deadbar', x: s.R, y: s.y + pad, width: s.room, height: h }));
    return;
  }
  const known = STATES.reduce((a, [name]) => a + (t.states[name] ?? 0), 0), scale = known > 0 ? t.connections / known : 0;
  let x = s.L;
  for (const [name, cls] of STATES) {
    const w = ((t.states[name] ?? 0) * scale * s.room) / s.most;
    if (w > 0) g.append(svg('rect', { class: 'bar ' + cls, 'data-cpu': lane.id, 'data-state': name, x: x - w, y: s.y + pad, width: w, height: h }));
    x -= w;
  }
  const cls = memberClass(lane.member);
  const total = segments(t), received = (t.segmentsInPerS * s.room) / s.fastest;
  g.append(svg('rect', { class: 'bar ' + cls, x: s.R, y: s.y + pad, width: received, height: h }),
    svg('rect', { class: 'bar sent ' + cls, x: s.R + received, y: s.y + pad, width: (t.segmentsOutPerS * s.room) / s.fastest, height: h }));
  if (s.wordy) {
    words.append(svg('text', { class: 'n halo', x: x - 4, y: s.y + s.step / 2 + 3.5, 'text-anchor': 'end' }, si(t.connections)),
      svg('text', { class: 'n halo', x: s.R + (total * s.room) / s.fastest + 4, y: s.y + s.step / 2 + 3.5 }, si(total)));
  }
}

/** A line in the colour of the member on both sides of the names. @param {SVGElement} g @param {Lane[]} lanes @param {number} step @param {number} mid @param {number} gutter */
function drawMembers(g, lanes, step, mid, gutter) {
  lanes.forEach((lane, i) => {
    const y = HEAD + i * step, first = i === 0 || lanes[i - 1].member !== lane.member, cls = memberClass(lane.member);
    if (first && i > 0) g.append(svg('line', { class: 'grid', x1: 0, x2: 2 * mid, y1: y, y2: y }));
    for (const x of [mid - gutter + 3, mid + gutter - 3]) g.append(svg('line', { class: 'mline ' + cls, x1: x, x2: x, y1: y + (first ? 2 : 0), y2: y + step }));
  });
  setAttr(g, 'data-lanes', lanes.length);
}

/** @param {Lane} lane */
function describe(lane) {
  const t = lane.tcp, head = `${cName(lane.id)} (${mName(lane.member)})`;
  if (!t) return [head, 'no fresh figure'];
  return [head, `${count(t.connections)} connections`, ...STATES.filter(([name]) => t.states[name]).map(([name]) => `${name}: ${count(t.states[name])}`),
    `segments/s: ${si(t.segmentsInPerS)} received, ${si(t.segmentsOutPerS)} sent`, `retransmissions/s: ${si(t.retransmitsPerS)}`, `syncache: ${count(t.halfOpen)} of ${count(t.syncacheLimit)}`];
}
