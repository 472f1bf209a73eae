// @ts-check
// The page: takes snapshots in, asks the panels to draw, listens to keys and buttons.
import { Admin, memberAction, rebalanceAction } from './admin.js';
import { ClusterMap, webAddress } from './clustermap.js';
import { announce, byId, el, onResize, setAttr, setText, svg } from './dom.js';
import { clock, fixed, mName, span } from './format.js';
import { openHelp } from './help.js';
import { CLUSTER_FIGURES, Kpis } from './kpis.js';
import { refreshPalette } from './palette.js';
import { bucketPanel, crossbarPanel, heatPanel, imbalancePanel, sharePanel, throughputPanel } from './panels.js';
import { EVENT_GROUPS, eventsPanel, flowsPanel, latencyPanel, linksPanel, loadPanel, threadsPanel } from './panels2.js';
import { Panel } from './panel.js';
import { Store } from './store.js';
import { connectionsPanel } from './connections.js';
import { TCP_FIGURES, endsPanel, handshakesPanel, listenersPanel, lossPanel, spreadPanel, statesPanel } from './tcp.js';
import { Stream } from './stream.js';
import { forgetThemeOfAddress, loadUi, saveUi, storeFlag, storedFlag } from './ui.js';

/** @typedef {import('./panel.js').Moment} Moment */
/** @typedef {import('./store.js').View} View */
/** @typedef {import('./panel.js').Ui} Ui */

/** Drawings follow each other no faster than this, whatever arrives. */
const DRAW_EVERY_MS = 150;
let scheduled = false;
let drawnAt = -Infinity;
/** Of the connection, when it was last told. */
let wasState = 'connecting';
const store = new Store();
const ui = loadUi();
const kpis = { cluster: new Kpis(byId('kpis'), CLUSTER_FIGURES), tcp: new Kpis(byId('tcpkpis'), TCP_FIGURES) };
const admin = new Admin(() => redraw(), toast);
let keysOn = storedFlag('odonata.keys', true);

const map = new ClusterMap(/** @type {HTMLElement} */ (byId('p-map').querySelector('.chart')), byId('maplegend'), (verb, member) => {
  const v = store.view(performance.now());
  if (v) admin.confirm(memberAction(verb, member, v));
});

/** @param {Moment} m */
function drawMap(m) {
  const width = Math.max(1, Math.floor(m.samples.length / 60));
  map.update(m.view.members, (id) => m.cpus.filter((c) => c.member === id).map((c) => ({
    row: c, live: !c.dead, history: sparkOf(m, c.id, width),
  })), admin.unlocked, m.view.snap.self);
  return { sub: `CPU time by thread class, ${m.windowText}; all processes ${fixed(m.view.snap.totals?.processCpu, 2)} cores of the host`, table: mapTable(m) };
}

/** @param {Moment} m @param {number} cpu @param {number} step */
function sparkOf(m, cpu, step) {
  if (m.cpus.length > 16) return [];
  return m.samples.filter((_, i) => i % step === 0).map((s) => s.util[s.ids.indexOf(cpu)] ?? NaN);
}

/** @param {Moment} m @returns {import('./table.js').TableSpec} */
function mapTable(m) {
  const classes = ['interrupt', 'netisr', 'tcp', 'udp', 'user', 'kernel'];
  const p = (/** @type {number|undefined} */ v) => (v === undefined ? '–' : (v * 100).toFixed(0));
  return {
    caption: 'CPUs', cols: [{ t: 'CPU' }, { t: 'state', cls: 'l' }, { t: 'running', cls: 'l' }, { t: 'busy %' }, ...classes.map((c) => ({ t: c + ' %', cls: 'wide' })), { t: 'run queue' }, { t: 'packets/s' }],
    rows: m.cpus.map((c) => [mName(c.member) + '.c' + c.id, c.dead ? 'no fresh figure' : c.state, c.dead ? '–' : c.running || 'idle', c.dead ? '–' : p(c.utilisation),
      ...classes.map((k) => (c.dead ? '–' : p(c.byClass?.[k]))), c.dead ? '–' : String(c.runQueue ?? '–'), c.dead ? '–' : String(Math.round(c.packetsPerS ?? 0))]),
  };
}

const panels = [
  new Panel('map', drawMap), linksPanel(), crossbarPanel((from, to) => {
    ui.cell = [from, to];
  }), imbalancePanel(), bucketPanel(), sharePanel(), heatPanel(), loadPanel(), throughputPanel(), latencyPanel(), threadsPanel(), flowsPanel(), eventsPanel(),
  spreadPanel(), statesPanel(), listenersPanel(), lossPanel(), handshakesPanel(), endsPanel(), connectionsPanel(() => {
    saveUi(ui);
    redraw();
  }),
];

// ---------- drawing ----------

function redraw() {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => requestAnimationFrame(() => {
    scheduled = false;
    draw();
    drawnAt = performance.now();
  }), Math.max(0, drawnAt + DRAW_EVERY_MS - performance.now()));
}

function draw() {
  const v = store.view(performance.now());
  if (!v) return;
  const m = moment(v);
  setAttr(document.body, 'data-size', m.cpus.length > 28 ? 'l' : m.cpus.length > 16 ? 'm' : 's');
  setAttr(document.body, 'data-seq', v.snap.seq);
  setText(byId('cluster'), v.snap.cluster);
  document.title = v.snap.cluster + ' – Odonata';
  drawHealth(v);
  drawLoadPill(v);
  setAttr(document.body, 'data-view', ui.view);
  kpis[ui.view].update(m);
  for (const p of panels) if (p.of === ui.view) p.update(m);
  const rebalance = /** @type {HTMLButtonElement} */ (byId('rebalance'));
  rebalance.disabled = !admin.unlocked;
  setAttr(rebalance, 'title', admin.unlocked ? null : 'Enter the admin token first (key a)');
  setText(byId('footer'), `snapshot ${v.snap.seq} of ${clock(v.at)}, served by ${mName(v.snap.self)}; rates over the last ${v.snap.windowMs / 1000} s; ${store.samples.length} samples kept`);
  setAttr(document.body, 'data-ready', '1');
}

/** @param {View} v @returns {Moment} */
function moment(v) {
  const shown = new Map(v.members.map((x) => [x.id, x]));
  const rows = v.snap.cpus.filter((c) => shown.has(c.member));
  const have = new Set(rows.map((c) => c.cpu));
  for (const c of store.lastCpus(v)) if (!have.has(c.cpu)) rows.push(c);
  const cpus = rows.map((c) => {
    const x = shown.get(c.member);
    return { ...c, id: c.cpu, dead: c.state !== 'up' || !x || x.stale || x.gone || x.shownState === 'down' || x.shownState === 'left' };
  }).sort((a, b) => a.member - b.member || a.cpu - b.cpu);
  const byCpu = new Map(cpus.map((c) => [c.id, c]));
  const events = store.eventsUntil(v), from = v.at - ui.range * 1000;
  return {
    view: v, ui, cpus, samples: store.window(v, ui.range * 1000), events, marks: events.filter((e) => e.atMs > from), from, to: v.at,
    memberOf: (id) => byCpu.get(id)?.member ?? 0, dead: (id) => byCpu.get(id)?.dead ?? true,
    rangeText: ui.range === 60 ? 'last minute' : `last ${ui.range / 60} min`, windowText: `last ${v.snap.windowMs / 1000} s`,
  };
}

/** @param {View} v */
function drawHealth(v) {
  const pill = byId('health'), live = v.members.filter((m) => m.shownState !== 'left');
  const up = live.filter((m) => m.shownState === 'up' && !m.stale).length;
  const bad = live.filter((m) => m.shownState === 'down' || m.shownState === 'gone').map((m) => mName(m.id) + ' ' + m.shownState);
  const slow = live.filter((m) => m.stale).map((m) => mName(m.id) + ' stale');
  const busy = live.filter((m) => !m.stale && (m.shownState === 'joining' || m.shownState === 'draining')).map((m) => mName(m.id) + ' ' + m.shownState);
  const all = [...bad, ...slow, ...busy];
  setText(pill, `${bad.length ? '✕' : slow.length || busy.length ? '◷' : '●'} ${up} of ${live.length} members up${all.length ? ' · ' + all.slice(0, 4).join(' · ') + (all.length > 4 ? ` and ${all.length - 4} more` : '') : ''}`);
  setAttr(pill, 'class', 'pill ' + (bad.length ? 'bad' : slow.length || busy.length ? 'warn' : 'ok'));
}

/** @param {View} v */
function drawLoadPill(v) {
  const pill = byId('loadpill'), load = v.snap.load;
  pill.hidden = !load;
  if (load) setText(pill, `load: ${load.workload}, ${load.running ? load.phase : 'ended'}`);
}

// ---------- connection ----------

const stream = new Stream('/api/v1/stream', (s) => {
  if (store.add(s, performance.now())) redraw();
}, (link) => {
  if (link.state === 'live' && wasState !== 'live') fillIn();
  wasState = link.state;
  setAttr(document.body, 'data-conn', link.state);
  const banner = byId('banner'), lost = link.state === 'lost';
  if (lost) {
    const since = store.latest ? `The figures below are from ${clock(store.latest.atMs)}, ${span(link.lostForMs + 1000)} old or more.` : 'Nothing was received yet.';
    setText(byId('bannertext'), `✕ Connection to the server lost. ${since} ` + (link.retryInMs > 0 ? `Next try in ${Math.ceil(link.retryInMs / 1000)} s.` : 'Trying now.'));
    if (banner.hidden) drawOtherPages();
  }
  banner.hidden = !lost;
  setText(byId('pausetext'), store.paused ? 'Paused' : lost ? 'Not live' : link.state === 'live' ? 'Live' : 'Connecting');
  drawPauseBar();
});

/** What was before this page came, or came back. Without it the charts begin now. */
async function fillIn() {
  try {
    const answer = await fetch('/api/v1/history');
    if (!answer.ok) return;
    store.addHistory(await answer.json());
    redraw();
  } catch {
    // the stream says that the server is gone
  }
}

/** Links to the pages of the other members, for when this one's server is gone. */
function drawOtherPages() {
  const others = (store.latest?.members ?? []).filter((m) => m.state === 'up' && m.id !== store.latest?.self);
  const links = others.slice(0, 8).flatMap((m) => {
    const href = webAddress(m.http);
    return href ? [el('a', { href, rel: 'noreferrer' }, mName(m.id)), ' '] : [];
  });
  byId('bannerlinks').replaceChildren(...(links.length ? ['Other members serve this page too: ', ...links] : []));
}

byId('retry').addEventListener('click', () => stream.retry());
// Age goes on even when nothing arrives.
setInterval(() => {
  if (!store.paused && performance.now() - store.arrived > 1500) redraw();
}, 1000);

// ---------- pause ----------

function togglePause() {
  if (store.paused) store.resume();
  else store.pause(performance.now());
  setAttr(byId('pause'), 'aria-pressed', String(store.paused));
  setAttr(document.body, 'data-paused', String(store.paused));
  setText(byId('pausetext'), store.paused ? 'Paused' : 'Live');
  announce(store.paused ? 'Paused. The history goes on.' : 'Live again.');
  drawPauseBar();
  redraw();
}

function drawPauseBar() {
  const f = store.frozen;
  byId('pausebar').hidden = !f;
  if (!f || !store.latest) return;
  const later = store.samples.filter((s) => s.at > f.at).length;
  setText(byId('pausebartext'), `Paused at ${clock(f.at)}. Nothing is lost: ${later} newer snapshot${later === 1 ? '' : 's'} kept.`);
}

byId('pause').addEventListener('click', togglePause);
byId('resume').addEventListener('click', togglePause);

// ---------- messages ----------

/** @param {string} text @param {boolean} failed */
function toast(text, failed) {
  byId('toast').hidden = false;
  byId('toast').classList.toggle('failed', failed);
  setText(byId('toasttext'), text);
}
byId('toastclose').addEventListener('click', () => (byId('toast').hidden = true));

// ---------- choices ----------

/** @template {keyof Ui} K @param {K} key @param {string} attr @param {(v: string) => Ui[K]} parse */
function choice(key, attr, parse) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll(`button[data-${attr}]`)]);
  const show = () => buttons.forEach((b) => setAttr(b, 'aria-pressed', String(parse(b.dataset[attr] ?? '') === ui[key])));
  const set = (/** @type {Ui[K]} */ v) => {
    ui[key] = v;
    show();
    saveUi(ui);
    redraw();
  };
  for (const b of buttons) b.addEventListener('click', () => set(parse(b.dataset[attr] ?? '')));
  show();
  return { set, next: () => set(parse(buttons[(buttons.findIndex((b) => parse(b.dataset[attr] ?? '') === ui[key]) + 1) % buttons.length].dataset[attr] ?? '')) };
}

byId('eventkinds').append(...EVENT_GROUPS.map(([id, name]) => el('button', { type: 'button', class: 'chip', 'data-kind': id, 'aria-pressed': 'false' }, name)));
const view = choice('view', 'view', (v) => /** @type {any} */ (v));
const range = choice('range', 'range', Number);
const matrix = choice('matrix', 'matrix', (v) => /** @type {any} */ (v));
const heatOf = choice('heat', 'heat', (v) => /** @type {any} */ (v));
const thr = choice('thr', 'thr', (v) => /** @type {any} */ (v));
choice('kind', 'kind', String);

for (const b of document.querySelectorAll('[data-table]')) {
  const id = b.closest('.panel')?.id.slice(2) ?? '';
  b.addEventListener('click', () => {
    if (!ui.tables.delete(id)) ui.tables.add(id);
    saveUi(ui);
    redraw();
  });
}

function toggleTables() {
  const ids = panels.filter((p) => p.button).map((p) => p.id), all = ids.every((id) => ui.tables.has(id));
  ui.tables = new Set(all ? [] : ids);
  saveUi(ui);
  redraw();
}

byId('allthreads').addEventListener('click', () => {
  ui.allThreads = !ui.allThreads;
  redraw();
});
byId('rebalance').addEventListener('click', () => {
  const v = store.view(performance.now());
  if (v) admin.confirm(rebalanceAction(v));
});

function toggleTheme() {
  const root = document.documentElement, next = root.dataset.theme === 'light' ? 'dark' : 'light';
  storeFlag('odonata.theme', next);
  forgetThemeOfAddress();
  setTheme(next);
}

/** @param {string} theme */
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  refreshPalette();
  redraw();
}

byId('theme').addEventListener('click', toggleTheme);
matchMedia('(prefers-color-scheme: light)').addEventListener('change', (e) => {
  let saved = null;
  try {
    saved = localStorage.getItem('odonata.theme');
  } catch {
    saved = null;
  }
  if (!saved) setTheme(e.matches ? 'light' : 'dark');
});

const help = () => openHelp(() => keysOn, (on) => {
  keysOn = on;
  storeFlag('odonata.keys', on ? '1' : '0');
});
byId('help').addEventListener('click', help);
byId('help2').addEventListener('click', help);

/** @type {Record<string, () => void>} */
const KEYS = {
  t: toggleTheme, '?': help, 1: () => range.set(60), 2: () => range.set(300), 3: () => range.set(900), m: () => matrix.next(), h: () => heatOf.next(), p: () => thr.next(),
  v: toggleTables, c: () => view.next(), '/': search, a: () => admin.askToken(), ' ': togglePause,
};

function search() {
  view.set('tcp');
  draw();
  byId('p-connections').scrollIntoView();
  byId('search').focus();
}

document.addEventListener('keydown', (e) => {
  const target = /** @type {Element} */ (e.target);
  if (e.ctrlKey || e.altKey || e.metaKey || document.querySelector('dialog[open]') || target.closest('input, textarea, select')) return;
  if (e.key === ' ' && target.closest('button, a, summary, input')) return;
  if (!KEYS[e.key] || (!keysOn && e.key !== '?')) return;
  e.preventDefault();
  KEYS[e.key]();
});

// ---------- navigation ----------

const PLACES = [
  ['p-map', 'Members', 'M4 5h16v6H4zM4 14h16v6H4zM7 8h.01M7 17h.01'], ['p-crossbar', 'Crossbar', 'M4 4h16v16H4zM4 9.3h16M4 14.6h16M9.3 4v16M14.6 4v16'],
  ['p-buckets', 'Buckets', 'M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h7v7h-7z'], ['p-imbalance', 'Balance', 'M12 4v16M5 20h14M4 8h16M4 8l-2 6h5zM20 8l-2.500 6h5z'],
  ['p-heat', 'CPU time', 'M3 6h6v4H3zM9 10h7v4H9zM5 14h11v4H5zM16 6h5v4h-5z'], ['p-load', 'Load', 'M12 14l4-5M4.500 18a9 9 0 1 1 15 0'],
  ['p-throughput', 'Rate', 'M3 19h18M4 16l5-6 4 3 7-8'], ['p-latency', 'Latency', 'M3 19h18M4 18c5 0 8-2 10-6s4-7 7-8'], ['p-threads', 'Threads', 'M4 6h11M4 12h16M4 18h7'],
  ['p-flows', 'Flows', 'M4 6h4c6 0 6 12 12 12M4 18h4c2 0 3-1.500 4-3M14 8.500C15.500 7 17 6 20 6'], ['p-links', 'Links', 'M9 15l6-6M10 6l2-2a4 4 0 0 1 6 6l-2 2M14 18l-2 2a4 4 0 0 1-6-6l2-2'],
  ['p-events', 'Events', 'M5 5h14M5 10h14M5 15h9M5 20h6'],
  ['p-spread', 'Spread', 'M12 4v16M11 6H5M11 11H3M11 16H7M13 6h7M13 11h4M13 16h8'], ['p-states', 'States', 'M3 19h18M4 17c4 0 4-8 8-8s4 4 8 4M4 13c4 0 4-7 8-7s4 3 8 3'],
  ['p-listeners', 'Accept', 'M4 5h9M4 10h9M4 15h9M16 8l4 4-4 4M20 12h-7'], ['p-loss', 'Loss', 'M4 12a8 8 0 1 1 2.500 5.800M4 20v-5h5'],
  ['p-handshakes', 'Opening', 'M4 6h16M16 3l4 3-4 3M20 13H4M8 10l-4 3 4 3M4 20h16'], ['p-ends', 'Resets', 'M5 5l14 14M19 5L5 19'],
  ['p-connections', 'Conns', 'M4 6h16M4 12h16M4 18h16M9 6v12'],
];
for (const [id, name, d] of PLACES) {
  const a = el('a', { href: '#' + id, 'data-of': byId(id).closest('[data-of]')?.getAttribute('data-of') }, svg('svg', { width: 19, height: 19, viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d })), name);
  byId('nav').append(a);
}
const seen = new IntersectionObserver((entries) => {
  for (const e of entries) {
    const a = document.querySelector(`nav a[href="#${e.target.id}"]`);
    if (a) a.classList.toggle('in', e.isIntersecting);
  }
  const first = document.querySelector('nav a.in');
  for (const a of document.querySelectorAll('nav a')) setAttr(a, 'aria-current', a === first ? 'true' : null);
}, { rootMargin: '-10% 0px -55% 0px' });
for (const [id] of PLACES) seen.observe(byId(id));

onResize(redraw);

setAttr(document.body, 'data-conn', 'connecting');
setAttr(document.body, 'data-paused', 'false');
refreshPalette();
stream.open();
