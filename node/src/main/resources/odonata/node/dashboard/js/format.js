// @ts-check
// Numbers and times as text. Shared with the report: one-line imports, unique top-level names.

const THIN = '\u202f';
const NONE = '–';

/** A count or rate with an SI prefix: 1.42 M, 211 k, 4.2 k, 87, 0.4. @param {number|undefined|null} v */
export function si(v) {
  if (v === undefined || v === null || !Number.isFinite(v)) return NONE;
  const a = Math.abs(v);
  if (a >= 1e9) return (v / 1e9).toFixed(2) + THIN + 'G';
  if (a >= 999500) return (v / 1e6).toFixed(a >= 1e8 ? 0 : a >= 1e7 ? 1 : 2) + THIN + 'M';
  if (a >= 9950) return (v / 1e3).toFixed(0) + THIN + 'k';
  if (a >= 1e3) return (v / 1e3).toFixed(1) + THIN + 'k';
  if (a >= 10 || Number.isInteger(v)) return String(Math.round(v));
  return a < 0.05 ? (a === 0 ? '0' : '<0.1') : v.toFixed(1);
}

/** Shortest form for a cell of a matrix: 15k, 1.2M, 7. @param {number} v */
export function tiny(v) {
  if (!Number.isFinite(v)) return '';
  if (v >= 9.95e6) return Math.round(v / 1e6) + 'M';
  if (v >= 999500) return (v / 1e6).toFixed(1) + 'M';
  if (v >= 9950) return Math.round(v / 1e3) + 'k';
  if (v >= 1e3) return (v / 1e3).toFixed(1) + 'k';
  if (v >= 10 || Number.isInteger(v)) return String(Math.round(v));
  return v < 0.05 ? '0' : v.toFixed(1);
}

/** Every digit, grouped: 1 234 567. @param {number|undefined|null} v */
export function count(v) {
  if (v === undefined || v === null || !Number.isFinite(v)) return NONE;
  return String(Math.round(v)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** Microseconds with the unit that fits. @param {number|undefined|null} v */
export function us(v) {
  if (v === undefined || v === null || !Number.isFinite(v)) return NONE;
  if (v >= 1e7) return (v / 1e6).toFixed(1) + THIN + 's';
  if (v >= 1e6) return (v / 1e6).toFixed(2) + THIN + 's';
  if (v >= 1e4) return (v / 1e3).toFixed(1) + THIN + 'ms';
  return (v < 10 && !Number.isInteger(v) ? v.toFixed(1) : count(v)) + THIN + 'µs';
}

/** A share 0..1 in per cent. @param {number|undefined|null} v @param {number} [digits] */
export function pct(v, digits = 0) {
  if (v === undefined || v === null || !Number.isFinite(v)) return NONE;
  return (v * 100).toFixed(digits) + THIN + '%';
}

/** A plain number with fixed digits. @param {number|undefined|null} v @param {number} digits */
export function fixed(v, digits) {
  return v === undefined || v === null || !Number.isFinite(v) ? NONE : v.toFixed(digits);
}

/** Bytes a second, binary prefixes never: kB is 1000 B. @param {number|undefined|null} v */
export function bytes(v) {
  const s = si(v);
  return s === NONE ? s : /[kMG]$/.test(s) ? s + 'B' : s + THIN + 'B';
}

/** Local time of day. @param {number} ms @param {boolean} [millis] */
export function clock(ms, millis = false) {
  const d = new Date(ms);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const t = two(d.getHours()) + ':' + two(d.getMinutes()) + ':' + two(d.getSeconds());
  return millis ? t + '.' + String(d.getMilliseconds()).padStart(3, '0') : t;
}

/** A length of time: 4.2 s, 40 s, 3 min 12 s, 2 h 04 min. @param {number|undefined} ms */
export function span(ms) {
  if (ms === undefined || !Number.isFinite(ms)) return NONE;
  const s = Math.max(0, ms / 1000);
  if (s < 9.95) return s.toFixed(1) + THIN + 's';
  if (s < 60) return Math.round(s) + THIN + 's';
  const m = Math.floor(s / 60);
  if (m < 60) return m + THIN + 'min ' + String(Math.floor(s % 60)).padStart(2, '0') + THIN + 's';
  return Math.floor(m / 60) + THIN + 'h ' + String(m % 60).padStart(2, '0') + THIN + 'min';
}

/** How long something runs: 6:43 min, 2:04 h, 3 d. @param {number|undefined} s seconds */
export function uptime(s) {
  if (s === undefined || !Number.isFinite(s)) return NONE;
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, '0');
  if (s < 3600) return Math.floor(s / 60) + ':' + two(s % 60) + THIN + 'min';
  return s < 172800 ? Math.floor(s / 3600) + ':' + two((s % 3600) / 60) + THIN + 'h' : Math.floor(s / 86400) + THIN + 'd';
}

/** Name of a member. @param {number|undefined|null} id */
export function mName(id) {
  return id === undefined || id === null || id <= 0 ? 'm?' : 'm' + id;
}

/** Name of a CPU inside the cluster. @param {number} id */
export function cName(id) {
  return 'c' + id;
}

export { NONE, THIN };
