/* What the data pages can do in a browser with JavaScript: copy code, open a column's menu, draw a
   chart of the rows at hand, and complete the names of tables and columns in SQL. Everything else
   is there without. */
"use strict";

(() => {
  /* Copying */
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break; // only on a safe connection
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.closest("p").previousElementSibling.textContent);
      button.textContent = button.dataset.copied;
    });
  }

  /* A menu for each column: one for all, filled in where it is opened */
  const menu = document.querySelector("#column-menu");
  if (menu?.showPopover) {
    const links = () => [...menu.querySelectorAll("a:not([hidden])")];
    let opener = null;

    const close = () => { if (menu.matches(":popover-open")) menu.hidePopover(); };

    const address = (set, column) => {
      const asked = new URLSearchParams(location.search);
      for (const name of ["_next", "_sida"]) asked.delete(name);
      if (set.startsWith("_sort")) for (const name of ["_sort", "_sort_desc"]) asked.delete(name);
      if (set === "_facet" || set === "_nocol") {
        if (!asked.has(set, column)) asked.append(set, column);
      } else if (set === "__notblank") asked.set(column + set, "1");
      else asked.set(set, column);
      return `${location.pathname}?${asked}`;
    };

    const open = (button, column) => {
      opener = button;
      menu.querySelector("code").textContent = column;
      for (const link of menu.querySelectorAll("a")) {
        link.href = address(link.dataset.set, column);
        link.hidden = link.dataset.keys?.split(" ").includes(column) ?? false;
      }
      menu.showPopover();
      const at = button.getBoundingClientRect();
      menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
      menu.style.top = `${Math.min(at.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
      button.setAttribute("aria-expanded", "true");
      links()[0].focus();
    };

    for (const head of document.querySelectorAll("th[data-column]")) {
      const button = document.createElement("button");
      const name = head.firstChild.textContent.trim();
      button.type = "button";
      button.className = "column-menu-button";
      button.textContent = "⋮";
      for (const [key, value] of Object.entries({ label: menu.dataset.name.replace("…", name), expanded: "false", controls: menu.id })) {
        button.setAttribute(`aria-${key}`, value);
      }
      button.addEventListener("click", () => open(button, head.dataset.column));
      head.firstChild.after(button);
    }
    menu.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const every = links();
      every[(every.indexOf(document.activeElement) + step + every.length) % every.length].focus();
      event.preventDefault();
    });
    menu.addEventListener("toggle", (event) => {
      if (event.newState === "closed") opener?.setAttribute("aria-expanded", "false");
    });
    // It stands still where it was opened, so it goes when its column moves away.
    addEventListener("scroll", close, { capture: true, passive: true });
    // Past its last link one goes on where one came from.
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) close();
    });
  }

  /* A chart */
  const card = document.querySelector("[data-chart]");
  if (card) {
    const { library, libraryStyle, json, language, more } = card.dataset;
    const form = card.querySelector("form");
    const box = card.querySelector(".query-chart");
    const said = card.querySelector("[role=status]");
    const dark = matchMedia("screen and (prefers-color-scheme: dark)");
    const SERIES = ["navy", "orange", "teal", "purple", "muted"];
    // Plotly's own Swedish has no separators.
    const SWEDISH = { moduleType: "locale", name: "sv", dictionary: {}, format: { decimal: ",", thousands: "\u00a0" } };
    let rows = null;

    const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

    const put = (name, properties) => new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement(name), properties, { onload: resolve, onerror: reject }));
    });

    // Plotly looks for this id and, finding it, writes no style of its own into the page.
    const load = () => Promise.all([
      put("link", { rel: "stylesheet", id: "plotly.js-style-global", className: "no-inline-styles", href: libraryStyle }),
      put("script", { src: library }),
    ]).then(() => Plotly.register(SWEDISH));

    async function begin() {
      if (rows) return;
      const [answer] = await Promise.all([fetch(json), window.Plotly ? null : load()]);
      rows = (await answer.json()).rows;
      const asked = new URLSearchParams(location.hash.slice(1));
      for (const field of ["x", "y", "colour", "kind"]) {
        if (asked.has(field)) form.elements[field].value = asked.get(field);
      }
      draw();
    }

    function traces() {
      const { x, y, colour, kind } = Object.fromEntries(new FormData(form));
      const groups = new Map();
      for (const row of rows) {
        const key = colour ? String(row[colour]) : "";
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(row);
      }
      return [...groups].map(([name, found], place) => ({
        name, x: found.map((row) => row[x]), y: found.map((row) => row[y]),
        type: kind === "bar" ? "bar" : "scatter",
        mode: kind === "line" ? "lines+markers" : "markers",
        line: { width: 2.75, color: token(SERIES[place % SERIES.length]) },
        marker: { size: 9, color: token(SERIES[place % SERIES.length]) },
      }));
    }

    function draw() {
      if (!rows) return;
      const asked = Object.fromEntries(new FormData(form));
      const axis = { gridcolor: token("line"), linecolor: token("edge"), fixedrange: true, automargin: true, zerolinecolor: token("edge") };
      // Whole years, and never half of one.
      const isYears = rows.every((row) => Number.isInteger(row[asked.x]) && row[asked.x] > 1900 && row[asked.x] < 2200);
      const layout = {
        height: 380, margin: { l: 50, r: 16, t: 16, b: 40 }, dragmode: false, hovermode: "closest", bargap: 0.34,
        font: { family: getComputedStyle(document.body).fontFamily, size: 14, color: token("ink") },
        paper_bgcolor: token("card"), plot_bgcolor: token("card"), separators: language === "sv" ? ",\u00a0" : ".,",
        showlegend: Boolean(asked.colour), legend: { orientation: "h", y: -0.2 },
        xaxis: { ...axis, showgrid: false, title: { text: label("x") }, ...(isYears ? { dtick: 1, tickformat: "d" } : {}) },
        yaxis: { ...axis, rangemode: "tozero", title: { text: label("y") } },
      };
      const config = { displayModeBar: false, displaylogo: false, responsive: true, locale: language, showSendToCloud: false, showTips: false };
      Plotly.react(box, traces(), layout, config);
      box.setAttribute("aria-label", `${label("y")}, ${label("x")}`);
      said.textContent = more || "";
      history.replaceState(null, "", `#${new URLSearchParams(asked)}`);
    }

    const label = (field) => form.elements[field].selectedOptions[0].textContent;

    card.hidden = false;
    card.addEventListener("toggle", () => { if (card.open) begin().catch(() => { said.textContent = card.dataset.failed; }); });
    form.addEventListener("change", draw);
    form.addEventListener("submit", (event) => event.preventDefault());
    dark.addEventListener("change", draw);
    if (location.hash.startsWith("#x=")) card.open = true;
  }

  /* Completion: the names that begin as the word before the caret does, Tab or Enter takes one. */
  const editor = document.querySelector("textarea[data-names]");
  if (editor) {
    const names = editor.dataset.names.split(" ");
    const list = document.createElement("ul");
    list.className = "completions";
    list.id = "sql-names";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", editor.dataset.namesLabel);
    editor.after(list);
    for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": list.id })) {
      editor.setAttribute(name, value);
    }
    let now = 0;

    const begun = () => editor.value.slice(0, editor.selectionStart).match(/[\p{L}_][\p{L}\d_]*$/u)?.[0] ?? "";

    function close() {
      list.hidden = true;
      editor.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      const options = [...list.children];
      now = (place + options.length) % options.length;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === now)));
      options[now].scrollIntoView({ block: "nearest" });
      editor.setAttribute("aria-activedescendant", options[now].id);
    }

    function offer() {
      const word = begun().toLowerCase();
      const fitting = word.length < 2 ? [] : names.filter((name) => name.toLowerCase().startsWith(word) && name.toLowerCase() !== word).slice(0, 8);
      if (!fitting.length) { close(); return; }
      list.replaceChildren(...fitting.map((name, place) => {
        const option = document.createElement("li");
        option.id = `sql-name-${place}`;
        option.setAttribute("role", "option");
        option.textContent = name;
        option.addEventListener("mousedown", (event) => { event.preventDefault(); take(name); });
        return option;
      }));
      list.hidden = false;
      mark(0);
    }

    function take(name) {
      editor.setRangeText(name, editor.selectionStart - begun().length, editor.selectionStart, "end");
      close();
    }

    editor.addEventListener("input", offer);
    editor.addEventListener("blur", close);
    editor.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { editor.form.requestSubmit(); return; }
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(now + (event.key === "ArrowDown" ? 1 : -1));
      else if (event.key === "Tab" || event.key === "Enter") take(list.children[now].textContent);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
  }
})();
