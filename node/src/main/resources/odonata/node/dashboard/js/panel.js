// @ts-check
// What all panels have in common: the picture, the table behind it, the line that says what and over which window.
import { byId, setAttr, setText } from './dom.js';
import { DataTable } from './table.js';

/** @typedef {import('./store.js').View} View */
/** @typedef {import('./types.js').CpuRow} CpuRow */
/** @typedef {import('./types.js').Sample} Sample */
/** @typedef {import('./types.js').ClusterEvent} ClusterEvent */
/** @typedef {import('./table.js').TableSpec} TableSpec */
/** @typedef {CpuRow & {id: number, dead: boolean}} OrderedCpu */

/**
 * What the reader chose.
 * @typedef {{view: 'cluster'|'tcp', sort: string, search: string, range: number, matrix: 'messagesPerS'|'messagesPerIpi'|'ringFullPerS', heat: 'util'|'pps', thr: 'packets'|'messages',
 *   kind: string, allThreads: boolean, tables: Set<string>, cell: [number, number]|null}} Ui
 */

/**
 * One moment, prepared for the panels: CPUs in the order of members, samples and events of the range.
 * @typedef {{view: View, ui: Ui, cpus: OrderedCpu[], samples: Sample[], events: ClusterEvent[], marks: ClusterEvent[], from: number, to: number,
 *   memberOf: (cpu: number) => number, dead: (cpu: number) => boolean, rangeText: string, windowText: string}} Moment
 */

/** @typedef {{sub: string, empty?: string, table?: TableSpec}} Drawn empty: shown instead of the chart */

export class Panel {
  /** @param {string} id @param {(m: Moment, chart: HTMLElement) => Drawn} draw */
  constructor(id, draw) {
    this.id = id;
    this.draw = draw;
    this.root = byId('p-' + id);
    this.of = this.root.closest('[data-of]')?.getAttribute('data-of') ?? '';
    this.chart = /** @type {HTMLElement} */ (this.root.querySelector('.chart'));
    this.sub = /** @type {HTMLElement} */ (this.root.querySelector('.sub'));
    this.tbl = /** @type {HTMLElement|null} */ (this.root.querySelector('.tbl'));
    this.button = /** @type {HTMLButtonElement|null} */ (this.root.querySelector('[data-table]'));
    this.title = this.root.querySelector('h2')?.textContent ?? id;
    this.extras = /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll('.legendrow, .callout, .stats')]);
    this.note = document.createElement('p');
    this.note.className = 'empty';
    this.note.hidden = true;
    this.chart.after(this.note);
    if (this.button) setAttr(this.button, 'aria-label', 'Table of ' + this.title);
    /** @type {DataTable|null} */
    this.data = null;
  }

  /** @param {Moment} m */
  update(m) {
    const asTable = !!this.tbl && m.ui.tables.has(this.id);
    if (this.button) setAttr(this.button, 'aria-pressed', String(asTable));
    this.chart.hidden = asTable;
    const out = this.draw(m, this.chart);
    setText(this.sub, out.sub);
    const empty = out.empty !== undefined;
    this.note.hidden = !empty;
    if (empty) fillNote(this.note, out.empty ?? '');
    this.chart.hidden = asTable || empty;
    for (const x of this.extras) x.hidden = empty || (asTable && !x.classList.contains('stats'));
    if (!this.tbl) return;
    this.tbl.hidden = !asTable || empty;
    if (asTable && out.table) {
      this.data ??= new DataTable(this.tbl, this.title + ' as a table');
      this.data.update(out.table);
    }
  }
}

/** Text in which `words in backquotes` are shown as code. @param {HTMLElement} node @param {string} text */
function fillNote(node, text) {
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  node.replaceChildren(...text.split('`').map((part, i) => {
    if (i % 2 === 0) return document.createTextNode(part);
    const code = document.createElement('code');
    code.textContent = part;
    return code;
  }));
}
