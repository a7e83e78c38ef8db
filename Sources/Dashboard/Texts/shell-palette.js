// 11. the palette: a dialog with a combobox (list autocomplete, manual selection)
const find = $('#find'), palette = $('#palette'), typing = e => e.target.closest?.('input,textarea,select,[contenteditable]');
if (find && palette) { const box = $('input', palette), list = $('[role=listbox]', palette); let now = -1, turn = 0;
  const options = () => $$('[role=option]', list), mark = i => { const all = options(); now = all.length ? (i + all.length) % all.length : -1; all.forEach((o, n) => o.setAttribute('aria-selected', n === now)); const o = all[now]; if (o) { box.setAttribute('aria-activedescendant', o.id); o.scrollIntoView({ block: 'nearest' }) } else box.removeAttribute('aria-activedescendant') };
  const ask = async () => { const mine = ++turn, r = await fetch(`/search.json?q=${encodeURIComponent(box.value)}`).catch(() => null); if (mine !== turn) return; if (!r?.ok) return location.assign(find.href);
    const groups = await r.json(); if (mine !== turn) return; let n = 0;
    list.replaceChildren(...groups.map((g, i) => { const d = document.createElement('div'), h = document.createElement('div'); d.setAttribute('role', 'group'); h.id = `group-${i}`; h.className = 'hint'; h.textContent = g.group; d.setAttribute('aria-labelledby', h.id); d.append(h);
      for (const x of g.results) { const o = document.createElement('div'); o.id = `option-${n++}`; o.setAttribute('role', 'option'); o.setAttribute('aria-selected', 'false'); o.dataset.href = x.href; o.textContent = x.label; if (x.about) { const s = document.createElement('span'); s.className = 'hint'; s.textContent = ` ${x.about}`; o.append(s) } d.append(o) } return d }));
    list.hidden = !n; box.setAttribute('aria-expanded', n > 0); mark(-1 - options().length); now = -1; options().forEach(o => o.setAttribute('aria-selected', 'false')); box.removeAttribute('aria-activedescendant'); say(`${n} ${n === 1 ? said.one : said.many}`) };
  const open = () => { if (palette.open) return; box.value = ''; palette.showModal(); ask() };
  find.addEventListener('click', e => { if (!e.ctrlKey && !e.metaKey) { e.preventDefault(); open() } });
  box.addEventListener('input', ask);
  box.addEventListener('keydown', e => { if (e.key === 'ArrowDown') { e.preventDefault(); mark(now + 1) } else if (e.key === 'ArrowUp') { e.preventDefault(); mark(now < 0 ? -1 : now - 1) } else if (e.key === 'Enter') { const o = options()[now]; if (o) { e.preventDefault(); location.assign(o.dataset.href) } } });
  list.addEventListener('click', e => { const o = e.target.closest('[role=option]'); if (o) location.assign(o.dataset.href) });
  palette.addEventListener('click', e => { if (e.target === palette) palette.close() });
  addEventListener('keydown', e => { if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); open() } }) }
// 12. single keys: "/", "?", and "g" with a letter; never while somebody types, and not for those who switched them off
const keys = document.body.dataset.keys; let after = '';
if (keys !== undefined) { const words = keys.split(' '), go = Object.fromEntries(words.flatMap((w, i) => i % 2 ? [] : [[w, words[i + 1]]]));
  addEventListener('keydown', e => { if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || palette?.open) return; const led = after === 'g'; after = e.key;
    if (led && go[e.key]) { after = ''; location.assign(go[e.key]) } else if (e.key === '?') location.assign('/help/keys');
    else if (e.key === '/') { e.preventDefault(); const s = $('main [type=search]'); if (s) s.focus(); else find?.click() } }) }
// 13. live wait: asks every 3 seconds until the first call has come
const waiting = $('#wait[data-live]');
if (waiting) { const until = Date.now() + 6e5, look = async () => { const r = await fetch(location.href).catch(() => null);
  const next = r?.ok && new DOMParser().parseFromString(await r.text(), 'text/html').querySelector('#wait');
  if (next && !('live' in next.dataset)) { const old = $('#wait'); old.replaceWith(document.adoptNode(next)); ago(next); say(next.innerText.trim()) } else if (Date.now() < until) setTimeout(look, 3e3) }; setTimeout(look, 3e3) }
