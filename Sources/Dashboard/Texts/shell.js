// 9. menus close when something else is pressed, or by Escape
addEventListener('click', e => { for (const m of $$('details.menu[open]')) if (!m.contains(e.target)) m.open = false });
addEventListener('keydown', e => { if (e.key === 'Escape') for (const m of $$('details.menu[open]')) { m.open = false; $('summary', m).focus() } });
// 10. two minutes before the session ends: say so, with one button to stay
const ending = $('#ending');
// What has the focus is scrolled clear of it
const below = () => document.documentElement.style.setProperty('--below', `${ending.offsetHeight && ending.offsetHeight + 24}px`);
if (ending) { const soon = s => (s - 120) * 1e3, last = Date.now() + soon(+ending.dataset.ends); let timer;
  const warn = isLast => { $('#ending-text').hidden = isLast; $('#ending-last').hidden = !isLast; $('form', ending).hidden = isLast; ending.setAttribute('aria-labelledby', isLast ? 'ending-last' : 'ending-text'); ending.hidden = false; below(); say($(isLast ? '#ending-last' : '#ending-text').textContent); document.activeElement.scrollIntoView({ block: 'nearest' }) };
  const wait = () => { clearTimeout(timer); ending.hidden = true; below(); const idle = soon(+ending.dataset.idle), left = last - Date.now(); timer = setTimeout(() => warn(left <= idle), Math.max(0, Math.min(idle, left))) };
  $('form', ending).addEventListener('submit', async e => { e.preventDefault(); const f = e.target;
    const r = await fetch(f.action, { method: 'POST', body: new URLSearchParams(new FormData(f)), redirect: 'manual' }).catch(() => null);
    if (r?.type === 'opaqueredirect') { wait(); say(said.stays) } else location.reload() });
  wait() }
// The tab of this page is seen, however many stand before it
const reveal = () => { for (const t of $$('nav .tabs [aria-current]')) { const n = t.closest('nav'), a = t.getBoundingClientRect(), b = n.getBoundingClientRect(); if (a.right > b.right || a.left < b.left) n.scrollLeft += a.left - b.left - (b.width - a.width) / 2 } };
reveal(); addEventListener('resize', reveal)
