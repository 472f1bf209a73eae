// @ts-check
// The cluster map: a card per member, in it a line per CPU. Cards are kept and updated, so focus on a button survives.
import { sparkInto } from './charts.js';
import { el, setAttr, setText, svg } from './dom.js';
import { NONE, cName, fixed, mName, pct, si, span, uptime } from './format.js';
import { memberClass } from './palette.js';

/** @typedef {import('./store.js').ShownMember} ShownMember */
/** @typedef {import('./types.js').CpuRow} CpuRow */

/** Classes of CPU time, in the order they are drawn. */
export const CLASSES = ['interrupt', 'netisr', 'tcp', 'udp', 'user', 'kernel'];

/** @typedef {{row: CpuRow, live: boolean, history: number[]}} CpuShown */

export class ClusterMap {
  /** @param {HTMLElement} host @param {HTMLElement} legend @param {(verb: 'drain'|'kill', member: ShownMember) => void} onAct */
  constructor(host, legend, onAct) {
    this.host = host;
    this.onAct = onAct;
    /** @type {Map<number, MemberCard>} */
    this.cards = new Map();
    legend.replaceChildren(...[...CLASSES, 'idle'].map((c) => el('span', {}, el('i', { class: 'k-' + c }), c)));
  }

  /** @param {ShownMember[]} members @param {(id: number) => CpuShown[]} cpusOf @param {boolean} unlocked @param {number} self */
  update(members, cpusOf, unlocked, self) {
    for (const [id, card] of this.cards) {
      if (members.some((m) => m.id === id)) continue;
      card.root.remove();
      this.cards.delete(id);
    }
    members.forEach((m, i) => {
      let card = this.cards.get(m.id);
      if (!card) {
        card = new MemberCard(m.id, (verb, member) => this.onAct(verb, member));
        this.cards.set(m.id, card);
      }
      if (this.host.children[i] !== card.root) this.host.insertBefore(card.root, this.host.children[i] ?? null);
      card.update(m, cpusOf(m.id), unlocked, self);
    });
  }
}

class MemberCard {
  /** @param {number} id @param {(verb: 'drain'|'kill', member: ShownMember) => void} onAct */
  constructor(id, onAct) {
    /** @type {ShownMember|null} */
    this.member = null;
    this.name = el('b', {}, mName(id));
    this.tags = el('span', { class: 'tags' });
    this.rate = el('span', { class: 'rate n' });
    this.addr = el('div', { class: 'addr mono' });
    this.seen = el('p', { class: 'seen', hidden: true });
    this.cpus = el('div');
    this.foot = el('div', { class: 'mf n' });
    this.drain = el('button', { type: 'button', class: 'act', 'aria-label': 'Drain ' + mName(id), disabled: true }, 'Drain');
    this.kill = el('button', { type: 'button', class: 'act kill', 'aria-label': 'Kill ' + mName(id), disabled: true }, 'Kill');
    this.drain.addEventListener('click', () => this.member && onAct('drain', this.member));
    this.kill.addEventListener('click', () => this.member && onAct('kill', this.member));
    this.root = el('article', { class: 'mcard', 'data-member': id, 'aria-label': 'Member ' + mName(id) },
      el('div', { class: 'mh' }, this.name, this.tags, this.rate), this.addr, this.seen, this.cpus, this.foot,
      el('div', { class: 'macts' }, this.drain, this.kill));
    /** @type {CpuLine[]} */
    this.lines = [];
  }

  /** @param {ShownMember} m @param {CpuShown[]} cpus @param {boolean} unlocked @param {number} self */
  update(m, cpus, unlocked, self) {
    this.member = m;
    const over = m.shownState === 'down' || m.shownState === 'left' || m.shownState === 'gone';
    const live = !over && !m.stale;
    setAttr(this.root, 'class', 'mcard ' + memberClass(m.id) + ' ' + m.shownState + (m.stale ? ' stale' : '') + (live ? '' : ' off'));
    setAttr(this.root, 'data-state', m.shownState);
    setAttr(this.root, 'data-stale', String(m.stale));
    this.link(m, self);
    const tags = [m.shownState, ...(m.leader && live ? ['leader'] : []), ...(m.stale ? ['stale'] : [])];
    if (this.tags.dataset.key !== tags.join()) {
      this.tags.dataset.key = tags.join();
      this.tags.replaceChildren(...tags.flatMap((t) => [el('span', { class: 'tag ' + t }, tagMark(t) + t), ' ']));
    }
    setText(this.rate, live ? si(cpus.reduce((a, c) => a + (c.live ? c.row.packetsPerS ?? 0 : 0), 0)) + ' pkt/s' : NONE);
    setText(this.addr, m.address + (m.pid ? ' · pid ' + m.pid : '') + (m.id === self ? ' · serves this page' : ''));
    this.seen.hidden = live;
    setText(this.seen, live ? '' : over && !m.gone ? 'ended; last seen ' + span(m.seenAgoMs) + ' ago' : 'last seen ' + span(m.seenAgoMs) + ' ago');
    while (this.lines.length > cpus.length) this.lines.pop()?.root.remove();
    cpus.forEach((c, i) => {
      if (!this.lines[i]) {
        this.lines[i] = new CpuLine();
        this.cpus.append(this.lines[i].root);
      }
      this.lines[i].update(c, live && c.live);
    });
    this.foot.hidden = !live;
    setText(this.foot, [
      'heap ' + (live && m.heapMb !== undefined ? Math.round(m.heapMb) + ' MB' : NONE), (live ? fixed(m.processCpu, 2) : NONE) + ' cores',
      'φ ' + (live && m.id !== self ? fixed(m.phi, 1) : NONE), 'up ' + (live ? uptime(m.uptimeS) : NONE)].join(' · '));
    this.drain.disabled = !unlocked || over || m.shownState === 'draining';
    this.kill.disabled = !unlocked || over;
    setAttr(this.drain, 'title', unlocked ? null : 'Enter the admin token first (key a)');
    setAttr(this.kill, 'title', unlocked ? null : 'Enter the admin token first (key a)');
  }

  /** The name leads to the member's own page. @param {ShownMember} m @param {number} self */
  link(m, self) {
    const href = m.id !== self && m.shownState === 'up' ? webAddress(m.http) : null;
    const have = this.name.querySelector('a');
    if (href === (have?.getAttribute('href') ?? null)) return;
    this.name.replaceChildren(href ? el('a', { href, rel: 'noreferrer', title: 'Open the page of ' + mName(m.id) }, mName(m.id)) : mName(m.id));
  }
}

/** The shape that goes with a state, so that colour is not alone. @param {string} tag */
function tagMark(tag) {
  return { up: '● ', joining: '▲ ', draining: '◆ ', down: '✕ ', gone: '✕ ', stale: '◷ ', leader: '★ ' }[tag] ?? '';
}

/** Only web addresses become links. @param {string|undefined} s */
export function webAddress(s) {
  if (!s) return null;
  try {
    const u = new URL(s);
    return u.protocol === 'http:' || u.protocol === 'https:' ? u.href : null;
  } catch {
    return null;
  }
}

class CpuLine {
  constructor() {
    this.id = el('span', { class: 'id mono' });
    this.thread = el('span', { class: 'th mono' });
    this.use = el('span', { class: 'u n' });
    this.parts = CLASSES.map((c) => el('i', { class: 'k-' + c }));
    this.bar = el('div', { class: 'cbar', role: 'img' }, ...this.parts);
    this.spark = svg('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.queue = el('b');
    this.rate = el('b');
    this.root = el('div', { class: 'cpu' }, el('div', { class: 'r' }, this.id, this.thread, this.use), this.bar, this.spark,
      el('div', { class: 'm n' }, el('span', {}, el('abbr', { title: 'run queue: threads that are ready' }, 'rq'), ' ', this.queue), el('span', {}, this.rate, ' pkt/s')));
  }

  /** @param {CpuShown} c @param {boolean} live */
  update(c, live) {
    const r = c.row;
    setAttr(this.root, 'data-cpu', r.cpu);
    setText(this.id, cName(r.cpu));
    setText(this.thread, live ? '▸ ' + (r.running || 'idle') : NONE);
    setAttr(this.thread, 'title', live && r.running ? 'running: ' + r.running : null);
    setText(this.use, live ? pct(r.utilisation) : NONE);
    this.use.classList.toggle('hot', live && r.utilisation > 0.85);
    CLASSES.forEach((k, i) => (this.parts[i].style.width = (live ? Math.max(0, Math.min(1, r.byClass?.[k] ?? 0)) * 100 : 0) + '%'));
    const split = CLASSES.filter((k) => (r.byClass?.[k] ?? 0) >= 0.005).map((k) => k + ' ' + pct(r.byClass?.[k]));
    setAttr(this.bar, 'aria-label', cName(r.cpu) + (live ? ' busy ' + pct(r.utilisation) + (split.length ? ': ' + split.join(', ') : '') : ': no fresh figure'));
    setAttr(this.bar, 'title', live ? split.join(', ') || 'idle' : 'no fresh figure');
    setText(this.queue, live ? String(r.runQueue ?? NONE) : NONE);
    this.queue.classList.toggle('hot', live && (r.runQueue ?? 0) > 6);
    setText(this.rate, live ? si(r.packetsPerS) : NONE);
    sparkInto(this.spark, c.history, 160, 20, 0, 1);
  }
}
