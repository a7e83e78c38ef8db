// Progressive enhancement only: every page works with this file missing. Loaded as <script type="module" src>. No inline code, no eval.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
document.documentElement.classList.add('js');
const live = $('#live'), said = live?.dataset ?? {}, say = t => { if (live) { live.textContent = ''; setTimeout(() => live.textContent = t, 30) } };
// 1. focus the error summary, or the success notice, after a full page load
$('[data-focus]')?.focus();
// 2. error-summary links focus the control itself, not just scroll to it
for (const a of $$('.errors a[href^="#"]')) a.addEventListener('click', e => { const t = document.getElementById(a.hash.slice(1)); if (t) { e.preventDefault(); t.focus(); t.closest('.field,fieldset')?.scrollIntoView({ block: 'center' }) } });
// 3. show / hide password, always hidden again on submit
for (const b of $$('[data-show]')) { const i = document.getElementById(b.dataset.show);
  b.addEventListener('click', () => { const on = i.type === 'password'; i.type = on ? 'text' : 'password'; b.textContent = on ? said.toHide : said.toShow; b.setAttribute('aria-label', `${b.textContent} ${b.dataset.what}`); say(on ? said.shown : said.hidden) });
  i.form?.addEventListener('submit', () => { i.type = 'password' }) }
// 4. copy buttons with a spoken and a visible receipt
for (const b of $$('[data-copy]')) b.addEventListener('click', async () => { const t = $(b.dataset.copy)?.textContent.trim() ?? ''; const label = [...b.childNodes];
  try { await navigator.clipboard.writeText(t); b.textContent = said.copied; say(said.copiedSaid) } catch { getSelection().selectAllChildren($(b.dataset.copy)); b.textContent = said.byHand; say(said.byHandSaid) } setTimeout(() => b.replaceChildren(...label), 2000) });
// 5. relative times; the exact time stays in the title and in datetime=
const rtf = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto' }), U = [['year', 31536e3], ['month', 2592e3], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
const ago = root => { for (const t of $$('time[datetime]', root)) { const s = (new Date(t.dateTime) - Date.now()) / 1000, [u, n] = U.find(([, n]) => Math.abs(s) >= n) ?? U[5]; t.title = t.textContent === t.title ? t.title : `${t.textContent} · ${t.title}`; t.textContent = rtf.format(Math.round(s / n), u) } };
ago(document);
// 6. warn before losing edits; stop double submits
for (const f of $$('form[data-guard]')) { let dirty = false; f.addEventListener('input', () => dirty = true); f.addEventListener('submit', e => { if (f.dataset.sent) { e.preventDefault(); return } f.dataset.sent = 1; dirty = false; const b = $('button:not([type=button])', f); b?.setAttribute('aria-disabled', 'true') }); addEventListener('beforeunload', e => { if (dirty) e.preventDefault() }) }
addEventListener('pageshow', () => { for (const f of $$('form[data-sent]')) { delete f.dataset.sent; $('[aria-disabled]', f)?.removeAttribute('aria-disabled') } });
// 7. announce a conditional warning when it appears
for (const f of $$('form')) { const w = $('.both', f); if (w) f.addEventListener('change', e => { if (e.target.name === 'access' && getComputedStyle(w).display !== 'none') say(w.innerText) }) }
// The password that is shown once: a .env file made here, and a warning before leaving without it
for (const c of $$('[data-unsaved]')) { let open = true; const close = () => open = false; for (const b of $$('[data-copy],[data-env],[data-saved]', c)) b.addEventListener('click', close); addEventListener('beforeunload', e => { if (open) e.preventDefault() });
  for (const b of $$('[data-env]', c)) b.addEventListener('click', () => { const u = URL.createObjectURL(new Blob([`API_USERNAME=${b.dataset.user}\nAPI_PASSWORD=${$(b.dataset.env).textContent.trim()}\n`], { type: 'text/plain' })), a = document.createElement('a'); a.href = u; a.download = '.env'; a.click(); setTimeout(() => URL.revokeObjectURL(u), 1000); say(said.downloaded) }) }
