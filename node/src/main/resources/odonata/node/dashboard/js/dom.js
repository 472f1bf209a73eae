// @ts-check
// Elements are made here and only here: data goes into text nodes and plain attributes, never into markup.
// Shared with the report: one-line imports, unique top-level names.

const SVG_NS = 'http://www.w3.org/2000/svg';

/** @typedef {Record<string, string|number|boolean|null|undefined>} Attrs */

/** @param {Element} node @param {Attrs} attrs @param {(Node|string|null|undefined)[]} kids */
function fillNode(node, attrs, kids) {
  for (const [k, v] of Object.entries(attrs)) {
    if (v === null || v === undefined || v === false) continue;
    if (k === 'style' || k.startsWith('on')) throw new Error('attribute ' + k + ' is refused: use a class or CSSOM');
    node.setAttribute(k, v === true ? '' : String(v));
  }
  for (const kid of kids) if (kid !== null && kid !== undefined) node.append(kid);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Attrs} [attrs] @param {...(Node|string|null|undefined)} kids
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attrs = {}, ...kids) {
  const node = document.createElement(tag);
  fillNode(node, attrs, kids);
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag @param {Attrs} [attrs] @param {...(Node|string|null|undefined)} kids
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attrs = {}, ...kids) {
  const node = /** @type {SVGElementTagNameMap[K]} */ (document.createElementNS(SVG_NS, tag));
  fillNode(node, attrs, kids);
  return node;
}

/** Writes text only when it changed, so a reader's selection and a screen reader's place survive. @param {Node} node @param {string} s */
export function setText(node, s) {
  if (node.textContent !== s) node.textContent = s;
}

/** Writes an attribute only when it changed; null removes it. @param {Element} node @param {string} name @param {string|number|null} v */
export function setAttr(node, name, v) {
  if (v === null) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(v)) {
    node.setAttribute(name, String(v));
  }
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error('the page has no element #' + id);
  return node;
}

// ---------- sizes of charts ----------
// Asking the browser for a size in the middle of drawing makes it lay the page out again, so sizes are remembered and kept up to date.

/** @type {WeakMap<Element, [number, number]>} */
let sizes = new WeakMap();
/** @type {(() => void)[]} */
const resizeListeners = [];
const sizeWatcher = new ResizeObserver((entries) => {
  let changed = false;
  for (const e of entries) {
    const old = sizes.get(e.target), w = Math.floor(e.contentRect.width), h = Math.floor(e.contentRect.height);
    if (w === 0 || (old && old[0] === w && (old[1] === h || !e.target.classList.contains('fill')))) continue;
    sizes.set(e.target, [w, h]);
    changed = true;
  }
  if (changed) for (const f of resizeListeners) f();
});

/** Calls f when the room of a chart changed. @param {() => void} f */
export function onResize(f) {
  resizeListeners.push(f);
}

/** Measures everything anew. */
export function forgetSizes() {
  sizes = new WeakMap();
}

/** @param {Element} host @returns {[number, number]} */
function sizeOf(host) {
  const known = sizes.get(host);
  if (known) return known;
  /** @type {[number, number]} */
  const size = [Math.floor(host.clientWidth), Math.floor(host.clientHeight)];
  if (size[0] > 0) {
    sizes.set(host, size);
    sizeWatcher.observe(host);
  }
  return size;
}

/** Width in CSS pixels that a chart may use. @param {Element} host */
export function widthOf(host) {
  return Math.max(200, sizeOf(host)[0] || 600);
}

/** Height that a chart may use: all of a host that fills what is left of its panel, else the usual one. @param {Element} host @param {number} usual @param {number} most */
export function heightOf(host, usual, most) {
  if (!host.classList.contains('fill')) return usual;
  const want = usual + 'px', style = /** @type {HTMLElement} */ (host).style;
  if (style.minHeight !== want) style.minHeight = want;
  return Math.max(usual, Math.min(most, sizeOf(host)[1]));
}

// ---------- the one tooltip ----------

/** @type {HTMLElement|null} */
let tipNode = null;

function tipElement() {
  if (!tipNode) {
    tipNode = el('div', { id: 'tip', role: 'tooltip', hidden: true });
    document.body.append(tipNode);
    document.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') hideTip();
    });
    window.addEventListener('scroll', hideTip, { passive: true });
  }
  return tipNode;
}

/** Shows lines of text near a point of the window; the first line is the heading. @param {number} x @param {number} y @param {string[]} lines */
export function showTip(x, y, lines) {
  const t = tipElement();
  t.replaceChildren(...lines.map((s, i) => el(i === 0 ? 'b' : 'span', {}, s)));
  t.hidden = false;
  const w = t.offsetWidth, h = t.offsetHeight;
  t.style.left = Math.max(4, Math.min(window.innerWidth - w - 8, x + 14)) + 'px';
  t.style.top = Math.max(4, y + 16 + h > window.innerHeight ? y - h - 10 : y + 16) + 'px';
}

export function hideTip() {
  if (tipNode) tipNode.hidden = true;
}

/** Gives an element an explanation on hover and on focus. @param {HTMLElement|SVGElement} node @param {() => string[]} lines */
export function explain(node, lines) {
  node.addEventListener('pointermove', (e) => showTip(/** @type {PointerEvent} */ (e).clientX, /** @type {PointerEvent} */ (e).clientY, lines()));
  node.addEventListener('pointerleave', hideTip);
  node.addEventListener('focus', () => {
    if (!node.matches(':focus-visible')) return;
    const r = node.getBoundingClientRect();
    showTip(r.left, r.bottom - 8, lines());
  });
  node.addEventListener('blur', hideTip);
}

/** Says something to a screen reader. @param {string} s */
export function announce(s) {
  const live = document.getElementById('live');
  if (live) live.textContent = s;
}
