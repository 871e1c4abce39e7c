// Judges that run inside a page. Each gives a list of [rule, element, why]; an empty list is a clean page.
globalThis.probes = (() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex]:not([tabindex^='-'])";
  const isShown = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && el.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const label = (el) => {
    const path = [];
    for (let at = el; at && at !== document.documentElement && path.length < 3; at = at.parentElement) {
      path.unshift(at.id ? `#${at.id}` : at.localName + [...at.classList].map((one) => `.${one}`).join(""));
      if (at.id) break;
    }
    const text = (el.textContent || el.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim().slice(0, 40);
    return `${path.join(" > ")}  ${el.outerHTML.replace(/\s+/g, " ").match(/^<[^>]*>/)?.[0].slice(0, 110)}${text}`;
  };
  const finding = (rule, el, why = "") => [rule, typeof el === "string" ? el : label(el), why];
  const ids = (el, name) => (el.getAttribute(name) ?? "").split(/\s+/).filter(Boolean);
  const cutsOff = (style) => /hidden|clip|auto|scroll/.test(style.overflowX + style.overflowY);

  // WCAG 1.4.10: nothing makes the page wider than the window.
  function sideways() {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    // A scrolling box holds what is in it, but not what is placed against a box around it.
    const isHeld = (el) => {
      let escapes = getComputedStyle(el).position === "absolute";
      for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.position !== "static") escapes = false;
        if (cutsOff(style) && !escapes) return true;
        if (style.position === "absolute") escapes = true;
      }
      return false;
    };
    const wide = all("body *").filter((el) => isShown(el) && el.getBoundingClientRect().right > width + 1 && !isHeld(el));
    const inner = wide.filter((el) => !wide.some((other) => other !== el && el.contains(other))).slice(0, 4);
    return (inner.length ? inner : [document.body]).map((el) => finding("sideways", el, `${document.documentElement.scrollWidth} px in ${width}`));
  }

  // WCAG 1.4.4 and 1.4.12: no text is cut off by its own box.
  function clipped() {
    return all("body *").filter((el) => {
      const style = getComputedStyle(el);
      if (!/hidden|clip/.test(style.overflowX + style.overflowY) || el.closest(".vh") || el.clientWidth < 2 || el instanceof SVGElement) return false;
      return isShown(el) && el.textContent.trim() && (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 2);
    }).map((el) => finding("clipped", el, `${el.scrollWidth}x${el.scrollHeight} in ${el.clientWidth}x${el.clientHeight}`));
  }

  // WCAG 2.5.5 and 2.5.8. A link inside a sentence may be as small as its text.
  const isInSentence = (el) => {
    const isInline = (one) => getComputedStyle(one).display.startsWith("inline");
    if (el.localName !== "a" || !isInline(el)) return false;
    let block = el.parentElement;
    while (isInline(block)) block = block.parentElement;
    const rest = block.cloneNode(true);
    all("a, button, .vh, svg", rest).forEach((one) => one.remove());
    return /[\p{L}\p{N}]/u.test(rest.textContent);
  };
  const targetBox = (el) => {
    const parts = [el, ...(/checkbox|radio/.test(el.type) ? el.labels : [])].map((one) => one.getBoundingClientRect());
    const left = Math.min(...parts.map((one) => one.left)), top = Math.min(...parts.map((one) => one.top));
    const right = Math.max(...parts.map((one) => one.right)), bottom = Math.max(...parts.map((one) => one.bottom));
    return { el, left, top, right, bottom, width: right - left, height: bottom - top, x: (left + right) / 2, y: (top + bottom) / 2 };
  };
  function targets(least, spacingCounts) {
    const boxes = all("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")
      .filter((el) => isShown(el) && !el.matches(":disabled") && !isInSentence(el)).map(targetBox);
    const isSmall = (box) => box.width < least - 0.5 || box.height < least - 0.5;
    const reach = (box, other) => Math.hypot(Math.max(other.left - box.x, 0, box.x - other.right), Math.max(other.top - box.y, 0, box.y - other.bottom));
    const isAlone = (box) => boxes.every((other) => other === box
      || (isSmall(other) ? Math.hypot(other.x - box.x, other.y - box.y) >= least : reach(box, other) >= least / 2));
    return boxes.filter((box) => isSmall(box) && !(spacingCounts && isAlone(box)))
      .map((box) => finding("target-size", box.el, `${Math.round(box.width)}x${Math.round(box.height)}, at least ${least}`));
  }

  // WCAG 3.1.2: Chinese on an English page, and English on a Chinese one, say so; names need not.
  function language() {
    const isEnglish = document.documentElement.lang.startsWith("en");
    const foreign = isEnglish ? /\p{Script=Han}{5,}/u : /([A-Za-z]{2,}[ ,]+){3,}[A-Za-z]{2,}/;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
      const el = walker.currentNode.parentElement;
      if (!foreign.test(walker.currentNode.data) || !isShown(el) || /^(script|style|textarea)$/.test(el.localName)) continue;
      if (el.closest("[lang]").lang.startsWith("en") === isEnglish) found.push(finding("language-of-parts", el, walker.currentNode.data.trim().slice(0, 40)));
    }
    return found;
  }

  // Each error is tied to its field, each line of the summary leads to one.
  function fields() {
    const told = new Set(all("input, select, textarea, fieldset, [role=group]").flatMap((el) => [...ids(el, "aria-describedby"), ...ids(el, "aria-errormessage")]));
    const texts = all(".error-text").filter((el) => isShown(el) && !told.has(el.id)).map((el) => finding("error-not-tied", el));
    const invalid = all("[aria-invalid=true]").filter((el) => {
      const tied = [el, ...(el.closest("fieldset") ? [el.closest("fieldset")] : [])].flatMap((one) => [...ids(one, "aria-describedby"), ...ids(one, "aria-errormessage")]);
      return !tied.some((id) => document.getElementById(id)?.matches(".error-text"));
    }).map((el) => finding("field-without-error", el));
    const summary = all(".errors__list a").filter((el) => !document.getElementById(el.hash.slice(1))).map((el) => finding("summary-leads-nowhere", el));
    return [...texts, ...invalid, ...summary];
  }

  function head() {
    const h1 = all("h1").filter(isShown).length;
    return [...(document.title.trim() ? [] : [finding("no-title", "title")]), ...(h1 === 1 ? [] : [finding("one-h1", "h1", `${h1} of them`)]),
      ...(/^(zh-Hans|en)$/.test(document.documentElement.lang) ? [] : [finding("page-language", "html", document.documentElement.lang)])];
  }

  // WCAG 1.4.12, by a constructed sheet, which no content security policy forbids; false takes it away again.
  const spaced = new CSSStyleSheet();
  spaced.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }");
  function spaceOut(isOn) { document.adoptedStyleSheets = isOn ? [spaced] : []; }

  // A display setting, put where the server puts it; an empty value takes it away.
  function set(name, value) { if (value) document.documentElement.dataset[name] = value; else delete document.documentElement.dataset[name]; }

  // The Tab key's walk: `stops` before the first press, `here` after each.
  let stops = [], before = [];
  const look = (el) => { const style = getComputedStyle(el); return { line: `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`, shadow: style.boxShadow }; };
  const isStop = (el) => {
    if (!isShown(el) || el.matches(":disabled") || (el.localName === "summary" && el !== el.parentElement.querySelector("summary"))) return false;
    if (el.type !== "radio" || !el.name) return true;
    const group = all(`input[type=radio][name="${CSS.escape(el.name)}"]`).filter((one) => one.form === el.form && !one.disabled);
    return el === (group.find((one) => one.checked) ?? group[0]);
  };
  function start() {
    stops = all(CONTROLS).filter(isStop);
    document.activeElement.blur();
    before = stops.map(look);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    scrollTo(0, 0);
    return stops.map(label);
  }
  function here() {
    const el = document.activeElement, place = stops.indexOf(el);
    if (el === document.body || el === document.documentElement) return { place: -2, found: [] };
    if (place < 0) return { place, what: label(el), found: cutsOff(getComputedStyle(el)) ? [] : [finding("unexpected-stop", el)] };
    const now = look(el), found = [], [style, width, ...colour] = now.line.split(" ");
    const hasLine = (style === "auto" || style !== "none" && parseFloat(width) >= 2) && (now.line !== before[place].line || el.matches(".is-focused")) && !/, 0\)$/.test(colour.join(" "));
    if (!hasLine && (now.shadow === "none" || now.shadow === before[place].shadow)) found.push(finding("focus-not-visible", el, now.line));
    const rects = [...el.getClientRects()];
    const points = rects.flatMap((one) => [[one.left + one.width / 2, one.top + one.height / 2], [one.left + 2, one.top + 2], [one.right - 2, one.bottom - 2]]);
    const isSeen = points.some(([x, y]) => { const hit = document.elementFromPoint(x, y); return hit && (el.contains(hit) || hit.contains(el) && hit !== document.documentElement && hit !== document.body || [...(el.labels ?? [])].some((one) => one.contains(hit))); });
    if (!isSeen) found.push(finding("focus-obscured", el));
    return { place, found };
  }

  return { sideways, clipped, targets, language, fields, head, spaceOut, set, start, here };
})();
