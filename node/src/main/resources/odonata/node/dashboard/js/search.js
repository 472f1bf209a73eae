// @ts-check
// Looks for connections among all of the cluster: the member that serves the page asks the others.
import { count, mName } from './format.js';

/** @typedef {import('./types.js').Connection} Connection */
/** @typedef {import('./types.js').Found} Found */
/** connections: null as long as nothing is known; busy: they are those of other words. @typedef {{connections: Connection[]|null, busy: boolean, sub: string, empty: string}} Result */

/** A reader who types is not asked about every letter. */
const SETTLED_MS = 250;
/** What was found is looked for anew so often, while it is on the screen. */
const AGAIN_MS = 5000;
const LINES = 100;

export class Search {
  /** @param {() => void} changed called when there is something new to draw */
  constructor(changed) {
    this.changed = changed;
    this.words = '';
    this.busy = false;
    this.askedAt = -Infinity;
    this.waiting = 0;
    /** @type {Found|null} */
    this.found = null;
    /** Why there is nothing, in words; empty: there is. */
    this.why = '';
    this.failed = false;
  }

  /** Nobody looks for anything. */
  rest() {
    clearTimeout(this.waiting);
    [this.words, this.busy, this.found, this.why, this.failed, this.waiting] = ['', false, null, '', false, 0];
  }

  /** What is known now about those that have these words; asks when that is nothing, or old. @param {string} words @returns {Result} */
  look(words) {
    if (words !== this.words) {
      [this.words, this.busy] = [words, true];
      this.askIn(SETTLED_MS);
    } else if (performance.now() - this.askedAt > AGAIN_MS && !this.waiting && !document.hidden && document.body.dataset.paused !== 'true') {
      this.askIn(0);
    }
    return { connections: this.why ? [] : this.found?.connections ?? null, busy: this.busy, sub: this.sub(), empty: this.why || `No connection of the cluster has “${words}”.` };
  }

  /** @param {number} ms */
  askIn(ms) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(this.words), ms);
  }

  /** @param {string} words */
  async ask(words) {
    this.askedAt = performance.now();
    let found = this.busy ? null : this.found, why = '', failed = false;
    try {
      const answer = await fetch(`/api/v1/connections/find?limit=${LINES}&q=${encodeURIComponent(words)}`);
      if (answer.ok) found = await answer.json();
      else {
        found = null;
        why = answer.status === 400 ? (await answer.json()).error : `The member answers ${answer.status}.`;
      }
    } catch {
      failed = true;
      if (!found) why = 'The member does not answer.';
    }
    if (words !== this.words) return;
    [this.busy, this.found, this.why, this.failed, this.waiting] = [false, found, why, failed, 0];
    this.changed();
  }

  sub() {
    const f = this.found;
    if (this.busy) return 'looking among all of the cluster …';
    if (!f) return 'nothing found';
    const shown = f.connections.length;
    const some = f.found > shown ? `showing ${count(shown)} of ${count(f.found)} found among ${count(f.total)}; more words show fewer` : `all ${count(f.found)} found among ${count(f.total)}`;
    const silent = f.silent.length ? `; ${f.silent.map(mName).join(', ')} ${f.silent.length > 1 ? 'do' : 'does'} not answer` : '';
    return some + silent + (this.failed ? '; the member does not answer any more' : '');
  }
}
