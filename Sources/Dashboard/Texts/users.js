// Forms about users: the sentence above the button, copying roles, looking for one
const sum = $('#sum');
if (sum) { const d = sum.dataset, f = sum.closest('form'), tell = () => {
    const on = (n, v) => $(`[name=${n}][value="${v}"]`, f)?.checked, a = on('access', 'dashboard'), b = on('access', 'api');
    const level = $('[name=level]:checked', f)?.closest('label').querySelector('b').textContent.toLowerCase();
    const places = $$('[name=accounts]:checked', f).map(c => { const n = $$(`[name=roles][value^="${c.value}:"]:checked`, f).length; return `${n ? `${n} ${n > 1 ? d.roles : d.role}` : d.norole} ${d.in} ${c.value}` });
    sum.textContent = [$('[name=username]', f).value.trim() || d.who, level, a ? b ? d.both : d.dashboard : b ? d.api : d.none, places.length ? `${d.with} ${places.join(` ${d.and} `)}` : d.noaccount].filter(Boolean).join(', ') + '.' };
  f.addEventListener('input', tell); f.addEventListener('change', tell); tell() }
for (const g of $$('[data-roles]')) {
  g.addEventListener('change', () => { for (const d of $$('details', g)) { const n = $$('[name=roles]:checked', d).length; $('[data-count]', d).textContent = $('[name=accounts]:checked', d) ? `${n} ${n === 1 ? g.dataset.one : g.dataset.many}` : g.dataset.no } });
  for (const b of $$('[data-from]', g)) b.addEventListener('click', () => { const to = b.closest('[data-account]').dataset.account;
    for (const c of $$('input[name=roles]', b.closest('details'))) { const same = $(`input[name=roles][value="${b.dataset.from}:${c.value.slice(to.length + 1)}"]`, g); if (same && !c.disabled) c.checked = same.checked }
    $('input[name=accounts]', b.closest('details')).checked = true; b.dispatchEvent(new Event('change', { bubbles: true })); say(b.dataset.done) });
  const q = $('#role-filter', g); if (!q) continue;
  q.addEventListener('keydown', e => { if (e.key === 'Enter') e.preventDefault() });
  q.addEventListener('input', e => { e.stopPropagation(); const w = q.value.trim().toLowerCase(); let n = 0;
    for (const s of $$('fieldset', g)) { let any = false; for (const p of $$('.pick', s)) { const hit = p.textContent.toLowerCase().includes(w); p.hidden = !hit; any ||= hit; n += hit } s.hidden = !any }
    if (w) for (const t of $$('details', g)) t.open = true; say(`${n} ${n === 1 ? q.dataset.one : q.dataset.many}`) }) }

// A list follows a choice of its filter at once; the form keeps the focus, the address keeps the filter
for (const f of $$('form[data-follow]')) { let turn = 0; f.addEventListener('change', async e => { if (e.target.localName !== 'select') return;
  const u = `${f.action}?${new URLSearchParams([...new FormData(f)].filter(p => p[1]))}`, mine = ++turn, r = await fetch(u).catch(() => null);
  const found = r?.ok && !r.redirected && new DOMParser().parseFromString(await r.text(), 'text/html').querySelector(f.dataset.follow);
  if (mine !== turn) return; if (!found) return f.requestSubmit();
  $(f.dataset.follow).replaceWith(document.adoptNode(found)); history.replaceState(null, '', u); ago(found); say(found.dataset.say) }) }
