// Measures the page as it stands and returns what is wrong with it, one sentence each.
() => {
  const wrong = [];
  const name = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + '.' + String(e.getAttribute('class') || '').replace(/ /g, '.') + ' "' + (e.textContent || '').trim().slice(0, 30) + '"';
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== 'hidden'; };
  const inScroll = (e) => e.closest('.scroll') !== null;
  const overlap = (a, b) => Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const pairs = (list, what, slack) => {
    const boxes = list.filter(seen).map((e) => [e, e.getBoundingClientRect()]);
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      if (overlap(boxes[i][1], boxes[j][1]) > slack) wrong.push(what + ' overlap: ' + name(boxes[i][0]) + ' and ' + name(boxes[j][0]));
    }
  };
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) wrong.push('the page is ' + root.scrollWidth + ' px wide in a window of ' + window.innerWidth);
  pairs([...document.querySelectorAll('.panel, .kpi, .page > header, main > footer, nav')], 'parts', 1);
  for (const sel of ['.page > header', '.ph', '.tools', '.pb', '.kpi', '.mh', '.mcard', '.cpu', '.cpu > .r', '.cpu > .m', '.legendrow', '.leg', '.chips', '.stats', '.mf', '.macts', 'dl.facts', '.ev li', 'nav', '.members', '.bigs', 'thead tr']) {
    for (const box of document.querySelectorAll(sel)) if (seen(box)) pairs([...box.children].filter((c) => c.tagName !== 'UL'), 'children of ' + sel, 1);
  }
  for (const part of document.querySelectorAll('.panel, .kpi, .page > header, nav')) {
    const p = part.getBoundingClientRect();
    for (const e of part.querySelectorAll('*')) {
      if (!seen(e) || inScroll(e) || e.closest('svg, .vh, caption')) continue;
      const r = e.getBoundingClientRect();
      if (r.right > p.right + 1 || r.left < p.left - 1 || (r.bottom > p.bottom + 1 && part.tagName !== 'NAV')) wrong.push('sticks out of ' + name(part).slice(0, 40) + ': ' + name(e));
      const css = getComputedStyle(e);
      if (e.scrollWidth > e.clientWidth + 1 && css.overflowX === 'hidden' && css.textOverflow !== 'ellipsis') wrong.push('is cut: ' + name(e));
    }
  }
  for (const box of document.querySelectorAll('.scroll')) {
    if (seen(box) && box.scrollWidth > box.clientWidth + 1 && !box.closest('.tbl')) wrong.push('must be scrolled sideways: ' + name(box) + ' in ' + box.closest('.panel').id + ' ' + box.scrollWidth + ' > ' + box.clientWidth);
  }
  for (const svg of document.querySelectorAll('svg')) {
    if (!seen(svg) || svg.getAttribute('aria-hidden') === 'true') continue;
    const s = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((t) => t.textContent && seen(t)).map((t) => {
      const r = t.getBoundingClientRect(), h = r.height * 0.18;
      return [t, { left: r.left, right: r.right, top: r.top + h, bottom: r.bottom - h }];
    });
    const where = (svg.closest('.panel') || svg).id || svg.getAttribute('aria-label');
    for (const [t, r] of texts) if (r.left < s.left - 1 || r.right > s.right + 1 || r.top < s.top - 1 || r.bottom > s.bottom + 1) wrong.push('text is cut in ' + where + ': ' + name(t));
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const a = texts[i][1], b = texts[j][1], gap = Math.max(a.left, b.left) - Math.min(a.right, b.right);
      if (gap >= -1 && gap < 3 && Math.abs(a.bottom - b.bottom) < 1) wrong.push('texts run together in ' + where + ': ' + name(texts[i][0]) + ' and ' + name(texts[j][0]));
      if (overlap(texts[i][1], texts[j][1]) > 1) wrong.push('texts overlap in ' + where + ': ' + name(texts[i][0]) + ' and ' + name(texts[j][0]));
    }
  }
  return [...new Set(wrong)].slice(0, 40);
}
