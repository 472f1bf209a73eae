// @ts-check
// Actions that change the cluster: the token, the question before, the request, the answer.
import { byId, el, setText } from './dom.js';
import { NONE, cName, mName } from './format.js';

const KEY = 'odonata.token';

/** Takes a token from the fragment of the address and removes it from the address bar. @returns {string} */
function tokenFromAddress() {
  const m = /^#(?:.*&)?token=([^&]*)/.exec(location.hash);
  if (!m) return '';
  history.replaceState(null, '', location.pathname + location.search);
  try {
    return decodeURIComponent(m[1]);
  } catch {
    return m[1];
  }
}

/** @returns {string} */
function savedToken() {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} id @returns {HTMLDialogElement} */
function dialog(id) {
  return /** @type {HTMLDialogElement} */ (byId(id));
}

/** @typedef {{title: string, what: string[], button: string, danger: boolean, path: string, done: string}} Action */

export class Admin {
  /** @param {() => void} onChange called when the token came or went @param {(text: string, failed: boolean) => void} onResult */
  constructor(onChange, onResult) {
    this.onChange = onChange;
    this.onResult = onResult;
    this.token = savedToken();
    this.takeFromAddress();
    window.addEventListener('hashchange', () => this.takeFromAddress());
    byId('admin').addEventListener('click', () => this.askToken());
  }

  takeFromAddress() {
    const t = tokenFromAddress();
    if (t) this.keep(t);
    this.label();
  }

  get unlocked() {
    return this.token !== '';
  }

  /** @param {string} t */
  keep(t) {
    this.token = t.trim();
    try {
      if (this.token) sessionStorage.setItem(KEY, this.token);
      else sessionStorage.removeItem(KEY);
    } catch {
      // Without session storage the token lives as long as the page.
    }
    this.label();
    this.onChange();
  }

  label() {
    setText(byId('admintext'), this.unlocked ? 'Admin: unlocked' : 'Admin: locked');
  }

  askToken() {
    const box = dialog('admindialog');
    const input = el('input', { type: 'password', id: 'token', autocomplete: 'off', spellcheck: 'false' });
    const save = el('button', { type: 'submit', class: 'ib primary' }, 'Unlock');
    const forget = el('button', { type: 'button', class: 'ib' }, 'Lock again');
    forget.hidden = !this.unlocked;
    const cancel = el('button', { type: 'button', class: 'ib' }, 'Cancel');
    const form = el('form', {}, el('h2', { id: 'h-admin' }, 'Admin token'),
      el('p', {}, 'Drain, kill and rebalance need the token of this cluster. It is printed by ', el('code', {}, './odonata up'), ' and stays in this browser tab only.'),
      el('label', { for: 'token' }, 'Token', input), el('div', { class: 'row' }, forget, cancel, save));
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      if (input.value.trim() === '') return input.focus();
      this.keep(input.value);
      box.close();
    });
    forget.addEventListener('click', () => {
      this.keep('');
      box.close();
    });
    cancel.addEventListener('click', () => box.close());
    box.replaceChildren(form);
    box.showModal();
    input.focus();
  }

  /** Says what will happen, and does it when that is confirmed. @param {Action} a */
  confirm(a) {
    const box = dialog('confirmdialog');
    const err = el('p', { class: 'err', role: 'alert', hidden: true });
    const go = el('button', { type: 'button', class: 'ib ' + (a.danger ? 'danger' : 'primary'), id: 'confirmgo' }, a.button);
    const cancel = el('button', { type: 'button', class: 'ib', id: 'confirmcancel' }, 'Cancel');
    cancel.addEventListener('click', () => box.close());
    go.addEventListener('click', async () => {
      go.disabled = true;
      const answer = await this.post(a.path);
      go.disabled = false;
      if (!answer.ok) {
        err.hidden = false;
        setText(err, answer.text);
        return;
      }
      box.close();
      this.onResult(a.done + (answer.text ? ` Server: ${answer.text}.` : ''), false);
    });
    box.replaceChildren(el('h2', { id: 'h-confirm' }, a.title), el('ul', {}, ...a.what.map((w) => el('li', {}, w))), err, el('div', { class: 'row' }, cancel, go));
    box.showModal();
    cancel.focus();
  }

  /** @param {string} path @returns {Promise<{ok: boolean, text: string}>} what the server said, or what went wrong */
  async post(path) {
    try {
      const r = await fetch(path, { method: 'POST', headers: { Authorization: 'Bearer ' + this.token }, cache: 'no-store' });
      const said = explanation(await r.text());
      if (r.ok) return { ok: true, text: said };
      if (r.status === 401 || r.status === 403) return { ok: false, text: `The server refused (HTTP ${r.status}): ${said || 'no explanation'}. The token can be entered again with “Admin” in the head of the page.` };
      return { ok: false, text: `The server answered HTTP ${r.status}: ${said || 'no explanation'}` };
    } catch (e) {
      return { ok: false, text: 'The server was not reached: ' + (e instanceof Error ? e.message : String(e)) + '. Whether it was done is not known; look at the events.' };
    }
  }
}

/** The words in an answer's body, plain or JSON. @param {string} body */
function explanation(body) {
  try {
    const o = JSON.parse(body);
    return [o.error, o.hint, o.text].filter((s) => typeof s === 'string' && s !== '').join('; ').slice(0, 400);
  } catch {
    return body.slice(0, 400);
  }
}

/** @typedef {import('./store.js').View} View */
/** @typedef {import('./store.js').ShownMember} ShownMember */

/** What is said before a member is drained or killed. @param {'drain'|'kill'} verb @param {ShownMember} m @param {View} v @returns {Action} */
export function memberAction(verb, m, v) {
  const cpus = v.snap.cpus.filter((c) => c.member === m.id), name = mName(m.id);
  const owned = cpus.reduce((a, c) => a + (c.buckets ?? 0), 0), flows = cpus.reduce((a, c) => a + (c.flows ?? 0), 0);
  const list = cpus.map((c) => cName(c.cpu)).join(', ') || 'no CPU';
  const who = `${name} at ${m.address}` + (m.pid ? `, pid ${m.pid}` : '');
  const here = m.id === v.snap.self ? [`This page is served by ${name}: it will lose its connection.`] : [];
  const last = v.members.filter((o) => o.shownState === 'up').length <= 1 ? ['It is the only member that is up: nothing is left to take over.'] : [];
  if (verb === 'drain') {
    return { title: `Drain ${name}?`, button: `Drain ${name}`, danger: false, path: `/api/v1/members/${m.id}/drain`, done: `${name} was asked to drain. Its progress is in the events.`,
      what: [`${who}: its ${owned} buckets with ${flows} flows move to the other members, without loss.`, `Then it leaves the cluster and its process ends. CPUs: ${list}.`, ...last, ...here] };
  }
  return { title: `Kill ${name}?`, button: `Kill ${name}`, danger: true, path: `/api/v1/members/${m.id}/kill`, done: `${name} was killed. What that did is in the events.`,
    what: [`${who}: its process ends at once, nothing is handed over.`, `What lives on it is lost: ${flows} flows in ${owned} buckets, CPUs ${list}.`, 'The other members find out by its silence and take over its buckets.', ...last, ...here] };
}

/** @param {View} v @returns {Action} */
export function rebalanceAction(v) {
  const i = v.snap.imbalance;
  return { title: 'Rebalance?', button: 'Rebalance', danger: false, path: '/api/v1/rebalance', done: 'The cluster was asked to rebalance. Moves are in the events.',
    what: [`The coordinator computes a new placement from the measured load (imbalance now ${i ? i.maxOverMean.toFixed(2) : NONE}) and moves buckets where that helps.`,
      'Flows of a moved bucket wait while their state is handed over; no packet is lost.'] };
}
