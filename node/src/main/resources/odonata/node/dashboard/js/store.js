// @ts-check
// What the page remembers: the newest snapshot, a history of small samples, all events, members that went away.

/** @typedef {import('./types.js').Snapshot} Snapshot */
/** @typedef {import('./types.js').Sample} Sample */
/** @typedef {import('./types.js').Member} Member */
/** @typedef {import('./types.js').ClusterEvent} ClusterEvent */
/** @typedef {Member & {shownState: string, stale: boolean, gone: boolean, seenAgoMs: number}} ShownMember */

/** A member whose figures are older than this is not shown as live. */
export const STALE_MS = 3000;
/** A member that is over stays visible this long. */
export const GHOST_MS = 120000;
const KEEP_MS = 15 * 60 * 1000;
const MAX_SAMPLES = 3600;
/** Two members take the same second's picture at different moments. */
const SAME_MS = 600;
const MAX_EVENTS = 500;

/**
 * One moment as the page shows it.
 * @typedef {{snap: Snapshot, members: ShownMember[], at: number, lag: number}} View
 */

export class Store {
  /** @param {number} [keepMs] how long samples are kept */
  constructor(keepMs = KEEP_MS) {
    this.keepMs = keepMs;
    /** @type {Sample[]} */
    this.samples = [];
    /** By content: members number the same event differently. @type {Map<string, ClusterEvent>} */
    this.events = new Map();
    /** @type {Map<number, {member: Member, lastAt: number, endedAt: number}>} */
    this.known = new Map();
    /** @type {Map<number, {row: import('./types.js').CpuRow, lastAt: number}>} */
    this.cpus = new Map();
    /** @type {Snapshot|null} */
    this.latest = null;
    /** @type {View|null} */
    this.frozen = null;
    this.arrived = 0;
    /** @type {number[]} */
    this.ids = [];
  }

  get paused() {
    return this.frozen !== null;
  }

  /**
   * Takes in a snapshot; one that is already known is ignored.
   * @param {Snapshot} s @param {number} now a monotonic clock in milliseconds
   * @returns {boolean} whether it was new
   */
  add(s, now) {
    const old = this.latest;
    if (old && s.atMs <= old.atMs && s.seq <= old.seq) return false;
    this.latest = s;
    this.arrived = now;
    for (const e of s.events ?? []) this.events.set(eventKey(e), e);
    while (this.events.size > MAX_EVENTS) this.events.delete(/** @type {string} */ (this.events.keys().next().value));
    for (const m of s.members) {
      const endedAt = isOver(m) ? this.known.get(m.id)?.endedAt ?? Infinity : Infinity;
      this.known.set(m.id, { member: m, lastAt: s.atMs, endedAt: isOver(m) ? Math.min(endedAt, s.atMs) : Infinity });
    }
    for (const c of s.cpus) this.cpus.set(c.cpu, { row: c, lastAt: s.atMs });
    for (const [id, k] of this.cpus) if (s.atMs - k.lastAt > GHOST_MS) this.cpus.delete(id);
    for (const [id, k] of this.known) if (s.atMs - k.lastAt > GHOST_MS) this.known.delete(id);
    this.samples.push(this.sample(s));
    const oldest = (this.frozen ? this.frozen.at : s.atMs) - this.keepMs;
    while (this.samples.length > MAX_SAMPLES || (this.samples.length && this.samples[0].at < oldest)) this.samples.shift();
    return true;
  }

  /** @param {Snapshot} s @returns {Sample} */
  sample(s) {
    const ids = s.cpus.map((c) => c.cpu);
    if (ids.length !== this.ids.length || ids.some((id, i) => id !== this.ids[i])) this.ids = ids;
    const fresh = freshMembers(s);
    const take = (/** @type {(c: import('./types.js').CpuRow) => number|undefined} */ f) =>
      Float32Array.from(s.cpus, (c) => (c.state === 'up' && fresh.has(c.member) ? f(c) ?? NaN : NaN));
    /** @type {Map<number, [number, number]>} */
    const members = new Map();
    for (const c of s.cpus) {
      if (c.state !== 'up' || !fresh.has(c.member)) continue;
      const sum = members.get(c.member) ?? [0, 0];
      members.set(c.member, [sum[0] + (c.packetsPerS ?? 0), sum[1] + (c.messagesPerS ?? 0)]);
    }
    const util = take((c) => c.utilisation), good = util.filter((v) => !Number.isNaN(v));
    return {
      at: s.atMs, ids: this.ids, util, pps: take((c) => c.packetsPerS), mps: take((c) => c.messagesPerS), members, totals: s.totals ?? {},
      stalls: (s.links ?? []).reduce((a, l) => a + (l.stallsPerS || 0), 0), p99: s.load?.latencyUs?.count ? s.load.latencyUs.p99 : NaN,
      imbalance: measured(s) ? s.imbalance?.maxOverMean ?? NaN : NaN, luck: measured(s) ? s.imbalance?.expectedByLuck ?? NaN : NaN,
      tcp: s.tcp?.sums ?? {}, perfect: s.imbalance?.perfect ?? 1, mean: good.length ? good.reduce((a, b) => a + b, 0) / good.length : NaN,
    };
  }

  /**
   * Fills in what was before this page was opened, or while it had no connection.
   * @param {import('./types.js').HistoryView} h
   */
  addHistory(h) {
    const have = this.samples.map((s) => s.at);
    /** @type {Sample[]} */
    const older = [];
    /** @type {number[]} */
    let ids = [];
    const tcpNames = Object.keys(h.cluster).filter((name) => name.startsWith('tcp.'));
    for (const [i, at] of h.atMs.entries()) {
      if (have.some((t) => Math.abs(t - at) < SAME_MS) || (this.latest && at >= this.latest.atMs)) continue;
      const there = h.cpus.filter((c) => c.present[i]);
      if (there.length !== ids.length || there.some((c, k) => c.cpu !== ids[k])) ids = there.map((c) => c.cpu);
      const take = (/** @type {(c: import('./types.js').HistoryLine) => (number|null)[]} */ f) => Float32Array.from(there, (c) => f(c)[i] ?? NaN);
      const util = take((c) => c.utilisation), pps = take((c) => c.packetsPerS), mps = take((c) => c.messagesPerS);
      /** @type {Map<number, [number, number]>} */
      const members = new Map();
      for (const [k, c] of there.entries()) {
        if (Number.isNaN(pps[k])) continue;
        const sum = members.get(c.member) ?? [0, 0];
        members.set(c.member, [sum[0] + pps[k], sum[1] + mps[k]]);
      }
      const of = (/** @type {string} */ name) => h.cluster[name]?.[i] ?? NaN;
      const good = util.filter((v) => !Number.isNaN(v));
      older.push({
        tcp: Object.fromEntries(tcpNames.map((name) => [name.slice(4), of(name)])),
        at, ids, util, pps, mps, members,
        totals: { packetsPerS: of('packetsPerS'), messagesPerS: of('messagesPerS'), ipisPerS: of('ipisPerS'), crossCpuShare: of('crossCpuShare') },
        stalls: of('stallsPerS'), p99: of('p99'), imbalance: of('maxOverMean'), luck: of('expectedByLuck'), perfect: h.cluster.perfect?.[i] ?? 1,
        mean: good.length ? good.reduce((a, b) => a + b, 0) / good.length : NaN,
      });
    }
    this.samples = [...this.samples, ...older].sort((a, b) => a.at - b.at).slice(-MAX_SAMPLES);
  }

  /** What to draw: the frozen moment while paused, else the newest. @param {number} now @returns {View|null} */
  view(now) {
    if (this.frozen) return this.frozen;
    return this.latest ? this.viewOf(this.latest, Math.max(0, now - this.arrived)) : null;
  }

  /** @param {number} now */
  pause(now) {
    this.frozen = this.latest ? this.viewOf(this.latest, Math.max(0, now - this.arrived)) : null;
  }

  resume() {
    this.frozen = null;
  }

  /** @param {Snapshot} snap @param {number} lag milliseconds since it arrived @returns {View} */
  viewOf(snap, lag) {
    /** @type {ShownMember[]} */
    const members = snap.members.filter((m) => !isOver(m) || snap.atMs - (this.known.get(m.id)?.endedAt ?? snap.atMs) <= GHOST_MS).map((m) => {
      const seenAgoMs = (m.ageMs ?? 0) + lag;
      return { ...m, shownState: m.state, stale: !isOver(m) && (m.stale === true || seenAgoMs > STALE_MS), gone: false, seenAgoMs };
    });
    const here = new Set(snap.members.map((m) => m.id));
    for (const [id, k] of this.known) {
      const ago = snap.atMs - k.lastAt;
      if (here.has(id) || ago < 0 || ago > GHOST_MS) continue;
      const ended = isOver(k.member) ? k.member.state : 'gone';
      if (isOver(k.member) && snap.atMs - k.endedAt > GHOST_MS) continue;
      members.push({ ...k.member, shownState: ended, stale: false, gone: true, seenAgoMs: ago + (k.member.ageMs ?? 0) + lag });
    }
    members.sort((a, b) => a.id - b.id);
    return { snap, members, at: snap.atMs, lag };
  }

  /** CPUs that were there a short while before the moment shown, of members still shown. @param {View} v */
  lastCpus(v) {
    const shown = new Set(v.members.map((m) => m.id));
    return [...this.cpus.values()].filter((k) => k.lastAt <= v.at && v.at - k.lastAt <= GHOST_MS && shown.has(k.row.member)).map((k) => ({ ...k.row, state: 'down' }));
  }

  /** Samples of the last rangeMs up to the moment shown. @param {View} v @param {number} rangeMs */
  window(v, rangeMs) {
    return this.samples.filter((s) => s.at > v.at - rangeMs && s.at <= v.at);
  }

  /** Events up to the moment shown, oldest first. @param {View} v */
  eventsUntil(v) {
    return [...this.events.values()].filter((e) => e.atMs <= v.at).sort((a, b) => a.atMs - b.atMs || a.id - b.id);
  }
}

/** @param {Member} m */
function isOver(m) {
  return m.state === 'down' || m.state === 'left';
}

/** @param {ClusterEvent} e */
export function eventKey(e) {
  return e.atMs + '|' + e.kind + '|' + (e.member ?? 0) + '|' + e.text;
}

/** Whether the imbalance index has anything to measure. @param {Snapshot} s */
export function measured(s) {
  return !!s.imbalance && s.imbalance.flows > 0 && s.imbalance.maxOverMean > 0;
}

/** Members whose figures are live. @param {Snapshot} s */
export function freshMembers(s) {
  return new Set(s.members.filter((m) => !isOver(m) && m.stale !== true && (m.ageMs ?? 0) <= STALE_MS).map((m) => m.id));
}
