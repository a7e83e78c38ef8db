"""What is asked of every page, as functions that list what is wrong with it."""

import datetime
import re

CONTROLS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(e =>
  !e.disabled && e.type !== 'hidden' && (e.tabIndex >= 0 || !e.closest('[aria-hidden=true]')) && e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length &&
  !(e.type === 'radio' && e.name && e !== (document.querySelector(`input[type=radio][name="${e.name}"]:checked`) ??
    document.querySelector(`input[type=radio][name="${e.name}"]`))))"""

# Where the focus is, what is wrong there, which key works it, and whether the key before did something: one question, since there are thousands.
STOP = """() => {
  const e = document.activeElement, kind = e?.type, worked = !!window.noted; window.noted = null;
  window.worked = worked;
  if (!e || e === document.body) return null;
  window.seen ??= new Set(); const again = window.seen.has(e); window.seen.add(e);
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const rects = [...e.getClientRects()], r = rects.find(r => r.width && r.height) ?? box;
  const x = Math.min(Math.max(r.left + r.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(r.top + Math.min(r.height, innerHeight) / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const covered = !(top && (top === e || e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some(l => l.contains(top))));
  const drawn = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
  const ring = drawn(style) || [e.closest('.pick'), e.parentElement].some(p => p && drawn(getComputedStyle(p)));
  const outside = box.bottom < 1 || box.top > innerHeight - 1 || box.right < 1 || box.left > innerWidth - 1;
  const key = () => { if (e.matches('select')) return e.options.length > 1 ? (e.selectedIndex ? 'ArrowUp' : 'ArrowDown') : null;
    if (e.matches('input[type=checkbox], input[type=radio]')) return kind === 'radio' && e.checked ? 'ArrowDown' : ' ';
    if (e.matches('input[type=date]')) return 'ArrowUp';
    if (e.matches('input, textarea')) return e.readOnly ? null : kind === 'tel' || e.inputMode === 'numeric' ? '7' : 'a';
    return e.matches('a[href], button, summary') ? 'Enter' : null };
  return {key: key(), worked, name: e.outerHTML.slice(0, 110), inMain: !!e.closest('main'), skip: e.classList.contains('skip'), again, covered, ring, outside};
}"""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
  const s = getComputedStyle(e);
  if (e.closest('.vh, svg, dialog, [hidden], select, option, input, textarea') || !e.checkVisibility() || e.clientWidth < 2) return false;
  const clips = v => v === 'hidden' || v === 'clip';
  return (clips(s.overflowX) && e.scrollWidth > e.clientWidth + 1) || (clips(s.overflowY) && e.scrollHeight > e.clientHeight + 1);
}).map(e => e.outerHTML.slice(0, 120))"""

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


# What a key does is noted and not done, so that the page stays: nor what a list does about a filter that was changed.
NOTE = """() => { window.noted = null; if (window.notes) return; window.notes = true;
  const note = e => { window.noted = e.target; if (e.type !== 'input') { e.preventDefault(); e.stopImmediatePropagation() } };
  for (const type of ['click', 'input']) addEventListener(type, note, true);
  for (const type of ['change', 'beforeunload']) addEventListener(type, e => e.stopImmediatePropagation(), true) }"""


def keyboard(page, limit=400, works=lambda stop: False):
    """Tab from the top of the page to its end: (what is wrong, how many stops). What `works` names is operated too, by the key for it."""
    faults, stops, pressed = [], 0, None
    page.evaluate(NOTE)
    page.evaluate("() => { window.seen = new Set(); document.activeElement?.blur?.(); getSelection().removeAllRanges(); scrollTo(0, 0) }")
    controls = page.evaluate(f"({CONTROLS})().length")
    while stops < limit:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if pressed and not (stop["worked"] if stop else page.evaluate("!!window.worked")):
            faults += [f"check 5: {pressed[0]} does nothing on {pressed[1]}"]
        pressed = None
        if stop is None or stop["again"]:
            break
        stops += 1
        faults += [f"check 5: {stop['name']} comes before the skip link"] if stops == 1 and not stop["skip"] else []
        faults += [] if stop["ring"] else [f"check 5: no ring on {stop['name']}"]
        faults += [f"check 6: covered: {stop['name']}"] if stop["covered"] or stop["outside"] else []
        if stop["key"] and works(stop):
            page.keyboard.press(stop["key"])
            pressed = stop["key"], stop["name"]
    missed = page.evaluate(f"({CONTROLS})().filter(e => !window.seen.has(e)).map(e => e.outerHTML.slice(0, 120))")
    faults += [f"check 5: Tab does not reach {control}" for control in missed]
    faults += ["check 5: the keyboard is trapped"] if stops >= limit else []
    assert controls or not faults, faults
    return faults, stops


MENUS = """() => [...document.querySelectorAll('details.menu')].filter(menu => menu.checkVisibility()).flatMap(menu => { menu.open = true;
  const box = menu.querySelector(':scope > div').getBoundingClientRect(); menu.open = false;
  return box.width && box.left >= 0 && box.right <= innerWidth ? [] : [menu.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60)] })"""


def narrow_and_large(page):
    """320 px, 1280 px at 400 %, and text of twice the size: nothing scrolls sideways, nothing is cut off, no menu opens beyond the edge."""
    faults = []
    for width, height, size in ((320, 640, "100%"), (320, 180, "100%"), (1280, 720, "200%"), (640, 720, "200%")):
        page.set_viewport_size({"width": width, "height": height})
        wide, cuts = page.evaluate(f"() => {{ document.documentElement.style.fontSize = '{size}'; return [{SIDEWAYS}, ({CUT_OFF})()] }}")
        faults += [f"check 4: scrolls sideways by {wide} px at {width} px, text {size}"] if wide > 0 else []
        faults += [f"check 4: cut off at {width} px, text {size}: {cut}" for cut in cuts]
        faults += [f"check 4: a menu opens beyond the page at {width} px, text {size}: {menu}" for menu in page.evaluate(MENUS)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 720})
    return faults


LONG_LINES = """() => { const probe = document.createElement('span'), faults = []; probe.textContent = '0';
  for (const e of document.querySelectorAll('main :is(p, li, dd, td, span)')) {
    if (e.closest('pre, .mono, nav, .vh, svg') || !e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim().length > 60)) continue;
    const range = document.createRange(); range.selectNodeContents(e); const lines = [...range.getClientRects()];
    const wide = Math.max(...lines.map(l => l.right)) - Math.min(...lines.map(l => l.left)); e.append(probe);
    if (wide > 68 * probe.getBoundingClientRect().width + 2) faults.push(e.textContent.trim().slice(0, 80)) }
  probe.remove(); return faults }"""


def frame(text):
    """What surrounds every page, as it comes from the server: landmarks once, one main heading, one live region, no order of Tab of its own."""
    faults = []
    if not text:
        return faults  # It leads on.
    for tag, count in ((r"<h1\b", 1), (r"<header\b", 1), (r"<main\b", 1), (r"<footer\b", 1), ('id="live"[^>]*aria-live="polite"', 1),
                       ('<html lang="en"', 1), (r'tabindex="[1-9]', 0)):
        found = len(re.findall(tag, text))
        faults += [] if found == count else [f"5.7: {found} of {tag}"]
    first = re.search(r"<(?:a|button|input|select|textarea|summary)\b[^>]*>", text)
    faults += [] if first and 'class="skip"' in first[0] else ["5.7: the skip link is not first"]
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", re.sub(r"<dialog.*?</dialog>", "", text, flags=re.S))]
    faults += [f"5.7: a heading of level {two} follows one of {one}" for one, two in zip(levels, levels[1:]) if two > one + 1]
    names = re.findall(r'<nav\b[^>]*aria-label="([^"]*)"', text)
    faults += [] if len(names) == len(set(names)) == text.count("<nav") else [f"5.7: navigation without a name of its own: {names}"]
    faults += ["5.7: a form that searches is no search"] if re.search(r'<form\b(?![^>]*role="search")[^>]*method="get"[^>]*>(?:(?!</form>).)*type="search"', text, re.S) else []
    title = re.search(r"<title>(.*?)</title>", text)[1]
    faults += [] if re.fullmatch(r"(?:Error: )?.+ – .+", title) else [f"5.2: the title is {title!r}"]
    return faults


MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def times(text):
    """Every moment in a page as it comes from the server: machine value, words that mean the same, UTC in full. None stands in plain text, and a
    sentence reads right when the script has made it relative."""
    main = re.sub(r"<pre\b.*?</pre>|<iframe\b.*?</iframe>|<option\b.*?</option>|<title>.*?</title>", "", text, flags=re.S)
    faults = [f"check 34: a moment as plain text: {found}" for found in re.findall(
        rf"[^<>]{{0,60}}\b\d+ (?:{MONTHS}) 20\d\d, \d\d?:\d\d[^<>]{{0,20}}", re.sub(r"<time\b.*?</time>", "", main))]
    faults += [f"check 34: does not read right with '3 hours ago': {found}" for found in re.findall(
        r"[^<>]{0,40}\b(?:on|at|until|by|since|from) <time\b", main, re.I)]
    for attributes, words in re.findall(r"<time\b([^>]*)>([^<]*)</time>", text):
        machine = re.search(r'datetime="([^"]*)"', attributes)
        exact = re.search(r'title="([^"]*)"', attributes)
        if not machine or not exact or not exact[1].endswith(" UTC"):
            faults.append(f"check 34: {attributes} {words}")
            continue
        told = datetime.datetime.strptime(exact[1], "%d %B %Y, %H:%M UTC")
        meant = datetime.datetime.strptime(machine[1].split(".")[0].rstrip("Z"), "%Y-%m-%dT%H:%M:%S")
        if told != meant.replace(second=0):
            faults.append(f"check 34: {machine[1]} is not {exact[1]}")
    return faults


def headers(answer, signed_in):
    """The headers that every page carries."""
    faults = []
    policy = answer.get("Content-Security-Policy") or ""
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        faults += [] if rule in policy else [f"no {rule} in {policy!r}"]
    faults += ["unsafe in the policy"] if "unsafe" in policy else []
    faults += [] if "max-age=" in (answer.get("Strict-Transport-Security") or "") else ["no Strict-Transport-Security"]
    faults += [] if answer.get("X-Content-Type-Options") == "nosniff" else ["no nosniff"]
    faults += [] if answer.get("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin") else ["no Referrer-Policy"]
    faults += [] if not signed_in or "no-store" in (answer.get("Cache-Control") or "") else ["may be stored"]
    return [f"check 36: {fault}" for fault in faults]
