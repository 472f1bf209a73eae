// @ts-check
// Pictures made of cells: crossbar and bucket map. Each has a cursor that the arrow keys move.
// Shared with the report: one-line imports, unique top-level names.
import { announce, el, hideTip, setAttr, setText, showTip, svg, widthOf } from './dom.js';
import { cName, mName, si, tiny } from './format.js';
import { heat, logPos, memberClass, niceMax, onHeat } from './palette.js';

/** @typedef {import('./types.js').CpuRef} CpuRef */
/** @typedef {{x: number, y: number, w: number, h: number}} Box */
/** @typedef {{rows: number, cols: number, box: (r: number, c: number) => Box, text: (r: number, c: number) => string[]}} CellMap */

let hatchCount = 0;

/** A hatch pattern of its own id. @param {SVGElement} root @param {string} cls */
export function hatchPattern(root, cls) {
  const id = 'hatch' + ++hatchCount;
  const line = svg('line', { x1: 0, y1: 0, x2: 0, y2: 6, class: cls });
  root.append(svg('defs', {}, svg('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, line)));
  return 'url(#' + id + ')';
}

/**
 * One focusable frame over a grid of cells: arrows, Home, End, Page Up, Page Down, pointer and tap move it. Drawings go into {@link layer},
 * so the frame stays in the document and keeps the focus while they change.
 */
export class GridCursor {
  /** @param {SVGSVGElement} root @param {string} name what the cursor moves over @param {((r: number, c: number) => void)|null} onMove null: the frame shows only while it has the focus */
  constructor(root, name, onMove) {
    this.root = root;
    this.name = name;
    this.onMove = onMove;
    this.row = 0;
    this.col = 0;
    /** @type {CellMap} */
    this.map = { rows: 0, cols: 0, box: () => ({ x: 0, y: 0, w: 0, h: 0 }), text: () => [] };
    this.frame = svg('rect', { class: onMove ? 'cursor' : 'cursor quiet', tabindex: 0, role: 'application', 'aria-roledescription': 'cell; arrow keys move' });
    this.frame.addEventListener('keydown', (e) => this.key(e));
    this.layer = svg('g');
    root.append(this.layer, this.frame);
    root.addEventListener('pointermove', (e) => this.hover(e));
    root.addEventListener('pointerleave', hideTip);
    root.addEventListener('click', (e) => {
      const at = this.at(e);
      if (at) {
        this.moveTo(at[0], at[1], true);
        this.frame.focus({ preventScroll: true });
      }
    });
  }

  /** @param {CellMap} map */
  bind(map) {
    this.map = map;
    this.frame.classList.toggle('off', map.rows * map.cols === 0);
    setAttr(this.frame, 'tabindex', map.rows * map.cols === 0 ? -1 : 0);
    this.moveTo(this.row, this.col, false);
  }

  /** @param {number} r @param {number} c @param {boolean} say */
  moveTo(r, c, say) {
    if (this.map.rows * this.map.cols === 0) return;
    this.row = Math.max(0, Math.min(this.map.rows - 1, r));
    this.col = Math.max(0, Math.min(this.map.cols - 1, c));
    const b = this.map.box(this.row, this.col);
    for (const [k, v] of /** @type {[string, number][]} */ ([['x', b.x], ['y', b.y], ['width', b.w], ['height', b.h]])) setAttr(this.frame, k, v.toFixed(2));
    const text = this.map.text(this.row, this.col).join(', ');
    setAttr(this.frame, 'aria-label', this.name + ': ' + text);
    if (say) announce(text);
    this.onMove?.(this.row, this.col);
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    const jump = Math.max(4, Math.round(this.map.rows / 4));
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-jump, 0], PageDown: [jump, 0],
      Home: [e.ctrlKey ? -1e6 : 0, -1e6], End: [e.ctrlKey ? 1e6 : 0, 1e6],
    };
    const by = moves[e.key];
    if (!by || e.altKey || e.metaKey) return;
    e.preventDefault();
    this.moveTo(this.row + by[0], this.col + by[1], true);
  }

  /** @param {MouseEvent} e @returns {[number, number]|null} */
  at(e) {
    const r = this.root.getBoundingClientRect();
    const px = e.clientX - r.left, py = e.clientY - r.top;
    for (let i = 0; i < this.map.rows; i++) {
      const first = this.map.box(i, 0);
      if (py < first.y || py >= first.y + first.h) continue;
      for (let j = 0; j < this.map.cols; j++) {
        const b = this.map.box(i, j);
        if (px >= b.x && px < b.x + b.w) return [i, j];
      }
    }
    return null;
  }

  /** @param {PointerEvent} e */
  hover(e) {
    const at = this.at(e);
    if (at) showTip(e.clientX, e.clientY, this.map.text(at[0], at[1]));
    else hideTip();
  }
}

/** @typedef {{cpus: CpuRef[], values: number[][], unit: string, sums: boolean, label: string, extra: (i: number, j: number) => string[]}} MatrixModel */

/** CPU by CPU: row is the sender, column the receiver, the diagonal local. */
export class Matrix {
  /** @param {Element} host @param {(model: MatrixModel, i: number, j: number) => void} [onCell] */
  constructor(host, onCell) {
    this.host = host;
    this.root = svg('svg', { class: 'matrix', role: 'group' });
    host.replaceChildren(this.root);
    /** @type {MatrixModel|null} */
    this.model = null;
    this.cursor = new GridCursor(this.root, 'Crossbar', (r, c) => {
      if (this.model && onCell) onCell(this.model, r, c);
    });
    this.signature = '';
    /** @type {SVGRectElement[]} */
    this.cells = [];
    /** @type {(SVGTextElement|null)[]} */
    this.texts = [];
    /** @type {SVGPathElement[]} */
    this.locals = [];
    /** @type {string[]} */
    this.fills = [];
    this.deadFill = 'none';
    /** @type {{rows: SVGRectElement[], cols: SVGRectElement[], rowText: SVGTextElement[], colText: SVGTextElement[]}} */
    this.sums = { rows: [], cols: [], rowText: [], colText: [] };
    this.geo = { L: 0, T: 0, cell: 0, n: 0 };
    this.range = { lo: 0, hi: 1 };
  }

  /** @param {MatrixModel} m */
  update(m) {
    this.model = m;
    const W = widthOf(this.host);
    const signature = W + '|' + m.cpus.map((c) => c.id + ':' + c.member).join(',');
    if (signature !== this.signature) {
      this.signature = signature;
      this.build(m.cpus, W);
    }
    setAttr(this.root, 'aria-label', m.label);
    this.paint(m);
    const { L, T, cell, n } = this.geo;
    this.cursor.bind({
      rows: n, cols: n, box: (r, c) => ({ x: L + c * cell, y: T + r * cell, w: cell, h: cell }),
      text: (r, c) => this.describe(r, c),
    });
  }

  /** Puts the cursor on a pair of CPUs. @param {number} from @param {number} to */
  select(from, to) {
    if (!this.model) return;
    const i = this.model.cpus.findIndex((c) => c.id === from), j = this.model.cpus.findIndex((c) => c.id === to);
    if (i >= 0 && j >= 0) this.cursor.moveTo(i, j, false);
  }

  /** @param {number} i @param {number} j @returns {string[]} */
  describe(i, j) {
    const m = this.model;
    if (!m || !m.cpus[i] || !m.cpus[j]) return [];
    const a = m.cpus[i], b = m.cpus[j];
    const head = `${cName(a.id)} (${mName(a.member)}) → ${cName(b.id)} (${mName(b.member)})` + (i === j ? ' local' : a.member === b.member ? '' : ' cross-member');
    if (a.dead || b.dead) return [head, 'no fresh figure'];
    return [head, si(m.values[i]?.[j]) + ' ' + m.unit, ...m.extra(i, j)];
  }

  /** @param {CpuRef[]} cpus @param {number} W */
  build(cpus, W) {
    const n = cpus.length, big = n > 24;
    const L = big ? 60 : 62, R = big ? 40 : 50, T = big ? 30 : 36;
    const cell = Math.max(2, Math.min(46, Math.floor(((W - L - R) / Math.max(1, n)) * 4) / 4));
    const H = T + cell * n + (cell >= 22 ? 22 : 18), end = L + cell * n;
    this.geo = { L, T, cell, n };
    this.cursor.layer.replaceChildren();
    setAttr(this.root, 'width', W);
    setAttr(this.root, 'height', H);
    setAttr(this.root, 'viewBox', `0 0 ${W} ${H}`);
    this.deadFill = hatchPattern(this.cursor.layer, 'hatchline');
    this.fills = [];
    const every = cell >= 13 ? 1 : cell >= 7 ? 2 : 4;
    const everyColumn = Math.ceil((Math.max(0, ...cpus.map((c) => cName(c.id).length)) * 6.2 + 5) / cell);
    const cellsG = svg('g', { class: cell >= 9 ? 'gap' : 'tight' }), textG = svg('g', { class: 'celltext n' }), deco = svg('g');
    this.cells = [];
    this.texts = [];
    this.locals = [];
    cpus.forEach((a, i) => {
      const mid = T + i * cell + cell / 2;
      if (i % every === 0) {
        deco.append(svg('text', { x: L - 5, y: mid + 3.5, 'text-anchor': 'end', class: 'n mut' }, cName(a.id)));
      }
      const right = (i + 0.5) * cell + cName(a.id).length * 3.1;
      if (i % everyColumn === 0 && right <= n * cell + 0.5) deco.append(svg('text', { x: L + i * cell + cell / 2, y: T - 5, 'text-anchor': 'middle', class: 'n mut' }, cName(a.id)));
      cpus.forEach((b, j) => {
        const box = { x: L + j * cell, y: T + i * cell, width: cell, height: cell };
        const r = svg('rect', { ...box, class: 'cell', rx: cell >= 16 ? 3 : 0, 'data-from': a.id, 'data-to': b.id });
        cellsG.append(r);
        this.cells.push(r);
        if (cell >= 25) {
          const t = svg('text', { x: box.x + cell / 2, y: box.y + cell / 2 + 3.5, 'text-anchor': 'middle' });
          textG.append(t);
          this.texts.push(t);
        } else {
          this.texts.push(null);
        }
        if (i === j && cell >= 6) this.locals.push(svg('path', { class: 'localmark', d: `M${box.x + 1.5} ${box.y + cell - 1.5}v${-Math.min(6, cell / 3)}l${Math.min(6, cell / 3)} ${Math.min(6, cell / 3)}z` }));
      });
    });
    this.memberRails(deco, cpus, L, T, cell, end);
    this.buildSums(deco, n, L, T, cell, end);
    deco.append(...this.locals);
    this.cursor.layer.append(cellsG, textG, deco);
  }

  /** @param {SVGElement} g @param {CpuRef[]} cpus @param {number} L @param {number} T @param {number} cell @param {number} end */
  memberRails(g, cpus, L, T, cell, end) {
    let run = 0;
    cpus.forEach((c, i) => {
      if (i + 1 < cpus.length && cpus[i + 1].member === c.member) return;
      const a = run * cell, b = (i + 1) * cell, cls = memberClass(c.member), mid = (a + b) / 2;
      g.append(svg('line', { class: 'mline ' + cls, x1: L + a + 1, x2: L + b - 1, y1: 16, y2: 16 }));
      g.append(svg('line', { class: 'mline ' + cls, x1: 30, x2: 30, y1: T + a + 1, y2: T + b - 1 }));
      if (b - a >= mName(c.member).length * 8 + 4) g.append(svg('text', { class: 'mname ' + cls, x: L + mid, y: 11, 'text-anchor': 'middle' }, mName(c.member)));
      if (b - a >= 12) g.append(svg('text', { class: 'mname ' + cls, x: 26, y: T + mid + 3.5, 'text-anchor': 'end' }, mName(c.member)));
      if (i + 1 < cpus.length) {
        g.append(svg('line', { class: 'border', x1: L + b, x2: L + b, y1: T, y2: T + (end - L) }));
        g.append(svg('line', { class: 'border', x1: L, x2: end, y1: T + b, y2: T + b }));
      }
      run = i + 1;
    });
  }

  /** @param {SVGElement} g @param {number} n @param {number} L @param {number} T @param {number} cell @param {number} end */
  buildSums(g, n, L, T, cell, end) {
    this.sums = { rows: [], cols: [], rowText: [], colText: [] };
    g.append(svg('text', { class: 'mut', x: end + 4, y: T - 5 }, 'sent'));
    g.append(svg('text', { class: 'mut', x: L - 5, y: T + cell * n + 13, 'text-anchor': 'end' }, cell * n > 60 ? 'received' : 'recv.'));
    for (let i = 0; i < n; i++) {
      const h = Math.max(1.5, Math.min(cell - 1, 3.5));
      const text = cell >= 11, colText = cell >= 27;
      const row = svg('rect', { class: 'sum', x: end + 4, y: T + i * cell + (text ? cell / 2 + 5.5 : (cell - h) / 2), height: h / (text ? 1.6 : 1), width: 0 });
      const w = Math.max(1.5, cell - 2);
      const col = svg('rect', { class: 'sum', x: L + i * cell + (cell - w) / 2, y: T + cell * n + (colText ? 17 : 3), width: w, height: 0 });
      const rt = svg('text', { class: 'n mut', x: end + 4, y: T + i * cell + cell / 2 + 3 });
      const ct = svg('text', { class: 'n mut', x: L + i * cell + cell / 2, y: T + cell * n + 13, 'text-anchor': 'middle' });
      g.append(row, col);
      if (text) g.append(rt);
      if (colText) g.append(ct);
      this.sums.rows.push(row);
      this.sums.cols.push(col);
      this.sums.rowText.push(rt);
      this.sums.colText.push(ct);
    }
  }

  /** @param {MatrixModel} m */
  paint(m) {
    const n = m.cpus.length;
    let hi = 0;
    m.values.forEach((r) => r.forEach((v) => { if (v > hi) hi = v; }));
    hi = niceMax(hi);
    const lo = hi / 1e4;
    this.range = { lo, hi };
    const rows = new Array(n).fill(0), cols = new Array(n).fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const k = i * n + j, r = this.cells[k], t = this.texts[k], v = m.values[i]?.[j] ?? 0;
        const dead = m.cpus[i].dead || m.cpus[j].dead;
        const pos = logPos(v, lo, hi);
        const fill = dead ? this.deadFill : v > 0 ? heat(0.06 + pos * 0.94) : 'var(--cell0)';
        if (this.fills[k] !== fill) {
          r.setAttribute('fill', fill);
          this.fills[k] = fill;
        }
        if (n <= 24) setAttr(r, 'data-v', dead ? 'none' : String(Math.round(v * 10) / 10));
        if (t) {
          setText(t, dead || !(v > 0) ? '' : tiny(v));
          setAttr(t, 'class', onHeat(0.06 + pos * 0.94));
        }
        if (!dead) { rows[i] += v; cols[j] += v; }
      }
    }
    const top = Math.max(1e-9, ...rows, ...cols);
    for (let i = 0; i < n; i++) {
      const dead = m.cpus[i].dead, show = m.sums && !dead;
      this.locals[i]?.classList.toggle('off', dead);
      setAttr(this.sums.rows[i], 'width', show ? ((rows[i] / top) * 32).toFixed(1) : 0);
      setAttr(this.sums.cols[i], 'height', show ? ((cols[i] / top) * (this.geo.cell >= 27 ? 4 : 12)).toFixed(1) : 0);
      setText(this.sums.rowText[i], show ? tiny(rows[i]) : '–');
      setText(this.sums.colText[i], show ? tiny(cols[i]) : '–');
    }
  }
}

/** The scale of a matrix: a strip of the colours with its ends named. @param {Element} host @param {number} lo @param {number} hi @param {string} unit */
export function heatLegend(host, lo, hi, unit) {
  const steps = 40, w = 4;
  const strip = svg('svg', { width: steps * w, height: 10, class: 'strip', 'aria-hidden': 'true' });
  for (let i = 0; i < steps; i++) strip.append(svg('rect', { x: i * w, y: 0, width: w + 0.3, height: 10, fill: heat(0.06 + (0.94 * i) / (steps - 1)) }));
  host.replaceChildren(el('span', { class: 'n' }, si(lo)), strip, el('span', { class: 'n' }, si(hi) + ' ' + unit));
}

/** @typedef {{owner: number[], from: (number|null)[], load: number[], memberOf: (cpu: number) => number, dead: (cpu: number) => boolean, label: string}} BucketModel */

/** The map from bucket to owner CPU: number and colour are the owner, the rod at the left the load, a dashed frame a move. */
export class BucketGrid {
  /** @param {Element} host */
  constructor(host) {
    this.host = host;
    this.root = svg('svg', { class: 'buckets', role: 'group' });
    host.replaceChildren(this.root);
    this.cursor = new GridCursor(this.root, 'Bucket map', null);
    this.signature = '';
    /** @type {{g: SVGElement, box: SVGRectElement, rod: SVGRectElement, text: SVGTextElement, mark: SVGPathElement}[]} */
    this.cells = [];
    this.geo = { cols: 16, w: 0, h: 0 };
  }

  /** @param {BucketModel} m */
  update(m) {
    const W = widthOf(this.host), n = m.owner.length;
    const cols = n % 32 === 0 && W >= 620 ? 32 : 16;
    const signature = W + '|' + n;
    if (signature !== this.signature) {
      this.signature = signature;
      this.build(n, cols, W);
    }
    setAttr(this.root, 'aria-label', m.label);
    const max = Math.max(1e-9, ...m.load);
    const { w, h } = this.geo;
    this.cells.forEach((c, b) => {
      const owner = m.owner[b], has = owner !== null && owner !== undefined && owner >= 0;
      const member = has ? m.memberOf(owner) : 0;
      const moving = isMoving(m, b), dead = has && m.dead(owner);
      setAttr(c.g, 'class', 'bk ' + (has && member > 0 ? memberClass(member) : 'none') + (moving ? ' moving' : '') + (dead ? ' dead' : ''));
      setAttr(c.g, 'data-owner', has ? owner : -1);
      const rod = Math.max(m.load[b] > 0 ? 1 : 0, ((m.load[b] || 0) / max) * (h - 4));
      setAttr(c.rod, 'height', rod.toFixed(1));
      setAttr(c.rod, 'y', (Number(c.box.getAttribute('y')) + h - 3.5 - rod).toFixed(1));
      setText(c.text, has ? String(owner) : '–');
    });
    this.cursor.bind({
      rows: Math.ceil(n / this.geo.cols), cols: this.geo.cols,
      box: (r, c) => ({ x: c * w + 0.5, y: r * h + 0.5, w: w - 1.5, h: h - 1.5 }),
      text: (r, c) => bucketText(m, r * this.geo.cols + c),
    });
  }

  /** @param {number} n @param {number} cols @param {number} W */
  build(n, cols, W) {
    const w = Math.min(40, W / cols), h = Math.max(13, Math.min(19, w * 0.72)), H = Math.ceil(n / cols) * h;
    this.geo = { cols, w, h };
    setAttr(this.root, 'width', W);
    setAttr(this.root, 'height', H);
    setAttr(this.root, 'viewBox', `0 0 ${W} ${H}`);
    this.cursor.layer.replaceChildren();
    this.cells = [];
    for (let b = 0; b < n; b++) {
      const x = (b % cols) * w + 0.75, y = Math.floor(b / cols) * h + 0.75;
      const box = svg('rect', { class: 'bkbox', x, y, width: w - 1.5, height: h - 1.5, rx: 2 });
      const rod = svg('rect', { class: 'bkrod', x: x + 1.5, width: 2.5, y, height: 0 });
      const text = svg('text', { class: 'n', x: x + (w + 3) / 2, y: y + h / 2 + 2.6, 'text-anchor': 'middle' });
      const mark = svg('path', { class: 'bkmark', d: `M${x + w - 7} ${y + 1}h4.500v4.500z` });
      const g = svg('g', { 'data-bucket': b }, box, rod, text, mark);
      this.cells.push({ g, box, rod, text, mark });
      this.cursor.layer.append(g);
    }
  }
}

/** @param {{owner: number[], from: (number|null)[]}} m @param {number} b */
export function isMoving(m, b) {
  const f = m.from?.[b];
  return f !== null && f !== undefined && f >= 0 && f !== m.owner[b];
}

/** @param {BucketModel} m @param {number} b */
function bucketText(m, b) {
  if (b >= m.owner.length) return ['no bucket'];
  const o = m.owner[b];
  const lines = ['bucket ' + b, o >= 0 ? `owner ${cName(o)} (${mName(m.memberOf(o))})` : 'no owner'];
  if (isMoving(m, b)) lines.push(`moving from ${cName(Number(m.from[b]))} (${mName(m.memberOf(Number(m.from[b])))})`);
  if (o >= 0 && m.dead(o)) lines.push('no fresh figure');
  else lines.push(si(m.load[b]) + ' packets/s');
  return lines;
}
