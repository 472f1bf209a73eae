// @ts-check
// The live connection: server-sent events, reconnected by this page so that it can say when it will try again.

/** @typedef {{state: 'connecting'|'live'|'lost', retryInMs: number, lostForMs: number}} Link */

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10000;
/** Without a snapshot for this long a connection that looks open counts as lost. */
const SILENCE_MS = 6000;

export class Stream {
  /** @param {string} url @param {(s: import('./types.js').Snapshot) => void} onSnapshot @param {(l: Link) => void} onState */
  constructor(url, onSnapshot, onState) {
    this.url = url;
    this.onSnapshot = onSnapshot;
    this.onState = onState;
    /** @type {'connecting'|'live'|'lost'} */
    this.state = 'connecting';
    this.wait = FIRST_RETRY_MS;
    this.retryAt = 0;
    this.lostAt = 0;
    this.heardAt = performance.now();
    /** @type {EventSource|null} */
    this.source = null;
    setInterval(() => this.tick(), 250);
  }

  open() {
    this.source?.close();
    this.heardAt = performance.now();
    const source = new EventSource(this.url);
    this.source = source;
    source.addEventListener('snapshot', (e) => {
      this.heardAt = performance.now();
      this.wait = FIRST_RETRY_MS;
      this.state = 'live';
      this.lostAt = 0;
      this.report();
      this.onSnapshot(JSON.parse(/** @type {MessageEvent} */ (e).data));
    });
    source.onerror = () => {
      if (this.source === source) this.lose();
    };
  }

  lose() {
    this.source?.close();
    this.source = null;
    const now = performance.now();
    if (this.state !== 'lost') this.lostAt = now;
    this.state = 'lost';
    this.retryAt = now + this.wait;
    this.wait = Math.min(LONGEST_RETRY_MS, this.wait * 2);
    this.report();
  }

  /** Tries at once. */
  retry() {
    if (this.state !== 'lost') return;
    this.retryAt = Infinity;
    this.open();
    this.report();
  }

  tick() {
    const now = performance.now();
    if (this.source && now - this.heardAt > SILENCE_MS) this.lose();
    else if (this.state === 'lost' && !this.source && now >= this.retryAt) this.retry();
    else this.report();
  }

  report() {
    const now = performance.now();
    this.onState({ state: this.state, retryInMs: this.source ? 0 : Math.max(0, this.retryAt - now), lostForMs: this.lostAt ? now - this.lostAt : 0 });
  }
}
