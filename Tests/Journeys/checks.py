"""What is asked of every page, as functions that list what is wrong with it."""

import datetime
import re

CONTROLS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(e =>
  !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length &&
  !(e.type === 'radio' && e.name && e !== (document.querySelector(`input[type=radio][name="${e.name}"]:checked`) ??
    document.querySelector(`input[type=radio][name="${e.name}"]`))))"""

STOP = """() => {
  const e = document.activeElement;
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
  return {name: e.outerHTML.slice(0, 110), skip: e.classList.contains('skip'), again, covered, ring, outside};
}"""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
  const s = getComputedStyle(e);
  if (e.closest('.vh, svg, dialog, [hidden], select, option, input, textarea') || !e.checkVisibility() || e.clientWidth < 2) return false;
  const clips = v => v === 'hidden' || v === 'clip';
  return (clips(s.overflowX) && e.scrollWidth > e.clientWidth + 1) || (clips(s.overflowY) && e.scrollHeight > e.clientHeight + 1);
}).map(e => e.outerHTML.slice(0, 120))"""

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def keyboard(page, limit=400):
    """Tab from the top of the page to its end: (what is wrong, how many stops)."""
    faults, stops = [], 0
    page.evaluate("() => { window.seen = new Set(); document.activeElement?.blur?.(); getSelection().removeAllRanges(); scrollTo(0, 0) }")
    controls = page.evaluate(f"({CONTROLS})().length")
    while stops < limit:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["again"]:
            break
        stops += 1
        faults += [f"check 5: {stop['name']} comes before the skip link"] if stops == 1 and not stop["skip"] else []
        faults += [] if stop["ring"] else [f"check 5: no ring on {stop['name']}"]
        faults += [f"check 6: covered: {stop['name']}"] if stop["covered"] or stop["outside"] else []
    missed = page.evaluate(f"({CONTROLS})().filter(e => !window.seen.has(e)).map(e => e.outerHTML.slice(0, 120))")
    faults += [f"check 5: Tab does not reach {control}" for control in missed]
    faults += ["check 5: the keyboard is trapped"] if stops >= limit else []
    assert controls or not faults, faults
    return faults, stops


def narrow_and_large(page):
    """320 px, 1280 px at 400 %, and text of twice the size: nothing scrolls sideways, nothing is cut off."""
    faults = []
    for width, height, size in ((320, 640, "100%"), (320, 180, "100%"), (1280, 720, "200%"), (640, 720, "200%")):
        page.set_viewport_size({"width": width, "height": height})
        wide, cuts = page.evaluate(f"() => {{ document.documentElement.style.fontSize = '{size}'; return [{SIDEWAYS}, ({CUT_OFF})()] }}")
        faults += [f"check 4: scrolls sideways by {wide} px at {width} px, text {size}"] if wide > 0 else []
        faults += [f"check 4: cut off at {width} px, text {size}: {cut}" for cut in cuts]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 720})
    return faults


def times(text):
    """Every moment in a page as it comes from the server: machine value, words that mean the same, UTC in full."""
    faults = []
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
