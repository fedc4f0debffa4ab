"use strict";
(() => {
  const root = document.documentElement;
  const bar = document.querySelector(".bar");
  const count = bar.querySelector(".count");
  const keysOn = bar.querySelector(".keys-on");
  const SIDE = { phone: 390, desktop: 1128 };
  const GAP = 20;
  const READABLE = 0.62; // a desktop's width is shown no smaller than this
  const LINES = 3; // of About, above "see more"
  let twoColumns = true;

  // How the page is shown: sides, width of the profile, colours.
  const layOut = () => {
    const room = document.querySelector("main").clientWidth;
    const side = SIDE[root.dataset.width];
    const both = 2 * side + GAP;
    const zoom = root.dataset.width === "desktop" ? Math.min(1, room / both) : 1;
    const fits = room >= both || (root.dataset.width === "desktop" && zoom >= READABLE);
    const two = twoColumns && root.dataset.view === "both" && fits;
    root.dataset.columns = two ? "2" : "1";
    root.style.setProperty("--zoom", String(two ? Math.floor(zoom * 1000) / 1000 : 1));
  };
  const set = (name, value) => {
    root.dataset[name] = value;
    for (const button of bar.querySelectorAll(`[data-set="${name}"]`)) {
      button.setAttribute("aria-pressed", String(button.dataset.to === value));
    }
    layOut();
  };

  // The changes, in the order in which they stand on the page.
  const anchors = new Set([...document.querySelectorAll("a[data-jump]")].map((link) => link.hash.slice(1)));
  const changes = [...anchors]
    .map((id) => document.getElementById(id))
    .filter(Boolean)
    .sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  let current = -1;
  const goTo = (place) => {
    current = (place + changes.length) % changes.length;
    const change = changes[current];
    const seen = change.getClientRects().length > 0 ? change : change.closest(".row");
    seen.focus({ preventScroll: true });
    const marks = [...seen.querySelectorAll("ins, del")].filter((mark) => mark.getClientRects().length > 0);
    const tall = seen.getBoundingClientRect().height > window.innerHeight / 2;
    (tall && marks[0] || seen).scrollIntoView({ block: "center" });
    count.textContent = `${current + 1} of ${changes.length}`;
  };
  const step = (by) => {
    if (changes.length === 0) {
      count.textContent = "no changes";
    } else {
      goTo(current < 0 && by < 0 ? changes.length - 1 : current + by);
    }
  };

  // The fold of About: the text is laid out at the width of a phone and of a desktop, and the end of the third line found.
  const textNodes = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(".mark") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };
  const foldOf = (node) => {
    const range = document.createRange();
    const lineOf = (offset) => {
      range.setStart(node, offset);
      range.setEnd(node, offset + 1);
      const boxes = range.getClientRects();
      return boxes.length === 0 ? null : boxes[boxes.length - 1].bottom;
    };
    const top = node.parentElement.getBoundingClientRect().top;
    const height = parseFloat(getComputedStyle(node.parentElement).lineHeight);
    const below = (offset) => {
      for (let place = offset; place < node.length; place += 1) {
        const bottom = lineOf(place);
        if (bottom !== null) return bottom - top > (LINES + 0.5) * height;
      }
      return true;
    };
    if (node.parentElement.getBoundingClientRect().height <= (LINES + 0.5) * height) return null;
    let [low, high] = [0, node.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (below(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const markAt = (element, offset, text) => {
    const whole = textNodes(element).map((node) => node.data).join("");
    let left = whole.slice(0, offset).trimEnd().length; // at the end of the line, not at the head of the next
    for (const node of textNodes(element)) {
      if (left <= node.length) {
        const mark = document.createElement("span");
        mark.className = "fold mark";
        mark.textContent = text;
        const rest = node.splitText(left);
        rest.before(mark);
        return;
      }
      left -= node.length;
    }
  };
  const measure = (profile) => {
    const abouts = [...profile.querySelectorAll(".line.about > .text")];
    const probes = document.createElement("div");
    probes.className = "probes";
    const made = abouts.map((about) => {
      const text = textNodes(about).map((node) => node.data).join("");
      return Object.keys(SIDE).map((width) => {
        const probe = document.createElement("div");
        probe.className = `probe ${width}`;
        probe.dir = "auto";
        probe.textContent = text;
        probes.append(probe);
        return { width, probe, text };
      });
    });
    document.body.append(probes);
    const folds = made.map((each) => each.map(({ width, probe, text }) =>
      ({ width, text, offset: text === "" ? null : foldOf(probe.firstChild) })));
    probes.remove();
    abouts.forEach((about, place) => tell(about, folds[place]));
  };
  const tell = (about, folds) => {
    const said = folds.map(({ width, text, offset }) => {
      const name = width === "phone" ? "On a phone" : "On a desktop";
      if (offset === null) return `${name}, all of it is seen.`;
      const seen = [...text.slice(0, offset)].length;
      const all = [...text].length;
      return `${name}, ${seen.toLocaleString("en")} of ${all.toLocaleString("en")} characters stand before “see more”.`;
    });
    const kept = folds.filter(({ offset }) => offset !== null).sort((one, other) => other.offset - one.offset);
    for (const { width, offset } of kept) markAt(about, offset, `${width}: see more`);
    const note = document.createElement("p");
    note.className = "fold-note mark";
    note.textContent = said.join(" ");
    about.closest(".body").append(note);
  };

  // Keys, unless they are switched off, meant for something else, or typed into a field.
  const next = (name, values) => set(name, values[(values.indexOf(root.dataset[name]) + 1) % values.length]);
  const KEYS = {
    n: () => step(1),
    p: () => step(-1),
    c: () => { twoColumns = root.dataset.columns === "1"; set("view", "both"); },
    b: () => set("view", root.dataset.view === "after" ? "before" : "after"),
    w: () => next("width", ["phone", "desktop"]),
    t: () => set("theme", getComputedStyle(root).getPropertyValue("--dark").trim() === "1" ? "light" : "dark"),
  };
  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    const typed = event.target.closest("input, select, textarea, [contenteditable]");
    if (!act || !keysOn.checked || typed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.dataset.set) {
      if (button.dataset.to === "both") twoColumns = true;
      set(button.dataset.set, button.dataset.to);
    } else if (button && button.dataset.step) {
      step(Number(button.dataset.step));
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-jump]");
    if (!link) return;
    const place = changes.indexOf(document.getElementById(link.hash.slice(1)));
    if (place >= 0) {
      event.preventDefault();
      goTo(place);
    }
  });
  window.addEventListener("resize", layOut);

  bar.hidden = false;
  for (const name of ["view", "width", "theme"]) set(name, root.dataset[name]);
  const profiles = [...document.querySelectorAll("main > .profile")];
  if (profiles.length > 1) {
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        watch.unobserve(entry.target);
        measure(entry.target);
      }
    }, { rootMargin: "800px" });
    for (const profile of profiles) watch.observe(profile);
  } else {
    for (const profile of profiles) measure(profile);
  }
})();
