// @ts-check
// Colours that scripts need as values; everything else takes them from CSS classes.
// Shared with the report: one-line imports, unique top-level names.

const MEMBER_COLOURS = 8;

const HEAT_STEPS = 96;

/** @type {[number, number, number][]} */
let heatStops = [];
/** @type {Map<string, string>} */
const tokens = new Map();
/** @type {string[]} */
let heatTable = [];
/** @type {string[]} */
let inkTable = [];

/** @param {string} hex @returns {[number, number, number]} */
function rgbOf(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** Value of a CSS custom property, remembered until the theme changes. @param {string} name */
export function token(name) {
  const known = tokens.get(name);
  if (known !== undefined) return known;
  const value = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  tokens.set(name, value);
  return value;
}

/** Reads the colours again: call after every change of theme. */
export function refreshPalette() {
  tokens.clear();
  heatStops = ['h0', 'h1', 'h2', 'h3', 'h4'].map((n) => rgbOf(token(n)));
  const steps = Array.from({ length: HEAT_STEPS + 1 }, (_, i) => heatRgb(i / HEAT_STEPS));
  heatTable = steps.map((c) => 'rgb(' + c.join(',') + ')');
  inkTable = steps.map(inkOn);
}

/** @param {number} t 0..1 @returns {[number, number, number]} */
function heatRgb(t) {
  const p = Math.max(0, Math.min(1, t)) * (heatStops.length - 1);
  const i = Math.min(heatStops.length - 2, Math.floor(p));
  const a = heatStops[i], b = heatStops[i + 1], f = p - i;
  const mix = (/** @type {0|1|2} */ k) => Math.round(a[k] + (b[k] - a[k]) * f);
  return [mix(0), mix(1), mix(2)];
}

/** Colour of a value in the heat scale; lightness alone orders it, so it reads without hue. @param {number} t 0..1 */
export function heat(t) {
  if (heatTable.length === 0) refreshPalette();
  return heatTable[Math.round(Math.max(0, Math.min(1, t)) * HEAT_STEPS)];
}

/** Class of the text that stands out more on heat(t), black or white. @param {number} t 0..1 */
export function onHeat(t) {
  if (inkTable.length === 0) refreshPalette();
  return inkTable[Math.round(Math.max(0, Math.min(1, t)) * HEAT_STEPS)];
}

/** @param {[number, number, number]} rgb */
function inkOn(rgb) {
  const l = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const lum = 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  return (lum + 0.05) / 0.055 > 1.05 / (lum + 0.05) ? 'onlight' : 'ondark';
}

/** Class that sets --mc to the member's colour; every second round of colours is also hatched. @param {number} id */
export function memberClass(id) {
  const k = Math.max(0, id - 1);
  return 'mc' + (k % MEMBER_COLOURS) + (Math.floor(k / MEMBER_COLOURS) % 2 === 1 ? ' mhatch' : '');
}

/** Position 0..1 of v on a logarithmic scale. @param {number} v @param {number} lo @param {number} hi */
export function logPos(v, lo, hi) {
  if (!(v > 0)) return 0;
  return Math.max(0, Math.min(1, Math.log(v / lo) / Math.log(hi / lo)));
}

/** The next round number at or above v that four steps divide evenly. @param {number} v */
export function niceMax(v) {
  if (!(v > 0)) return 1;
  const p = 10 ** Math.floor(Math.log10(v));
  for (const m of [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10]) if (m * p >= v * 0.9999) return m * p;
  return 10 * p;
}
