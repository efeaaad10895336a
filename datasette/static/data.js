/* What the data pages can do in a browser with JavaScript: copy code, draw a chart of the rows at
   hand, and complete the names of tables and columns in SQL. Everything else is there without. */
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

  /* A chart */
  const card = document.querySelector("[data-chart]");
  if (card) {
    const { library, json, language, more } = card.dataset;
    const form = card.querySelector("form");
    const box = card.querySelector(".query-chart");
    const said = card.querySelector("[role=status]");
    const dark = matchMedia("screen and (prefers-color-scheme: dark)");
    const SERIES = ["navy", "orange", "teal", "purple", "muted"];
    // Plotly's own Swedish has no separators.
    const SWEDISH = { moduleType: "locale", name: "sv", dictionary: {}, format: { decimal: ",", thousands: "\u00a0" } };
    let rows = null;

    const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

    const load = () => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => { Plotly.register(SWEDISH); resolve(); };
      script.onerror = reject;
      document.head.append(script);
    });

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
