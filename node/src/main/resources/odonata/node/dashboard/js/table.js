// @ts-check
// Tables that keep their elements from one update to the next.
// Shared with the report: one-line imports, unique top-level names.
import { el, setAttr, setText } from './dom.js';

/**
 * @typedef {{t: string, cls?: string, bar?: [number, number, number], tip?: string}} RichCell bar: value, mark, maximum
 * @typedef {string|RichCell} Cell
 * @typedef {{t: string, cls?: string, tip?: string, onSort?: () => void, sorted?: 'ascending'|'descending'}} Column cls: 'l' left-aligned text, 'wide' hidden where there is little room
 * @typedef {{caption: string, cols: Column[], rows: Cell[][], empty?: string, rowHead?: boolean}} TableSpec
 */

export class DataTable {
  /** @param {Element} host @param {string} label says what scrolls, for a reader that lands on it */
  constructor(host, label) {
    this.caption = el('caption', { class: 'vh' });
    this.head = el('tr');
    this.body = el('tbody');
    this.empty = el('p', { class: 'empty', hidden: true });
    this.box = el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
      el('table', {}, this.caption, el('thead', {}, this.head), this.body));
    host.replaceChildren(this.box, this.empty);
  }

  /** @param {TableSpec} spec */
  update(spec) {
    setText(this.caption, spec.caption);
    fitKids(this.head, spec.cols.length, () => el('th', { scope: 'col' }));
    spec.cols.forEach((c, i) => {
      const th = this.head.children[i];
      if (c.onSort) sortHead(th, c);
      else setText(th, c.t);
      setAttr(th, 'class', c.cls ?? '');
      setAttr(th, 'title', c.tip ?? null);
    });
    const rows = spec.rows;
    fitKids(this.body, rows.length, () => el('tr'));
    rows.forEach((row, r) => {
      const tr = this.body.children[r];
      if (tr.children.length !== row.length) tr.replaceChildren();
      fitKids(tr, row.length, (i) => (i === 0 ? el('th', { scope: 'row' }) : el('td')));
      row.forEach((cell, i) => fillCell(tr.children[i], cell, spec.cols[i]?.cls ?? ''));
    });
    const none = rows.length === 0;
    this.empty.hidden = !none;
    this.box.hidden = none;
    setText(this.empty, none ? spec.empty ?? 'Nothing to show.' : '');
  }
}

/** A head that sorts when it is pressed. @param {Element} th @param {Column} c */
function sortHead(th, c) {
  let b = /** @type {HTMLButtonElement|null} */ (th.querySelector('button'));
  if (!b) {
    b = el('button', { type: 'button', class: 'sort' });
    th.replaceChildren(b);
  }
  setText(b, c.t + (c.sorted ? (c.sorted === 'ascending' ? '\u2009▲' : '\u2009▼') : ''));
  setAttr(th, 'aria-sort', c.sorted ?? null);
  b.onclick = c.onSort ?? null;
}

/** @param {Element} parent @param {number} n @param {(i: number) => Element} make */
function fitKids(parent, n, make) {
  while (parent.children.length > n) parent.lastElementChild?.remove();
  while (parent.children.length < n) parent.append(make(parent.children.length));
}

/** @param {Element} td @param {Cell} cell @param {string} cls */
function fillCell(td, cell, cls) {
  const c = typeof cell === 'string' ? { t: cell } : cell;
  setAttr(td, 'class', (cls + ' ' + (c.cls ?? '')).trim());
  setAttr(td, 'title', c.tip ?? null);
  if (!c.bar) {
    setText(td, c.t);
    return;
  }
  const [value, mark, max] = c.bar;
  let meter = /** @type {HTMLElement|null} */ (td.querySelector('.meter'));
  if (!meter) {
    meter = el('span', { class: 'meter', role: 'img' }, el('i'), el('u'));
    td.replaceChildren(meter);
  }
  const share = (/** @type {number} */ v) => (max > 0 ? Math.max(0, Math.min(100, (v / max) * 100)) : 0) + '%';
  const fill = /** @type {HTMLElement} */ (meter.children[0]), tick = /** @type {HTMLElement} */ (meter.children[1]);
  fill.style.width = share(value);
  tick.style.left = share(mark);
  tick.hidden = !(mark > 0);
  setAttr(meter, 'aria-label', c.t);
}
