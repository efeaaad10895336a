/* Brings the drawn charts to life: on the first touch, Plotly takes the drawing's place.
   No inline code and nothing from other hosts; without JavaScript the drawings and tables remain. */
"use strict";

(() => {
  const board = document.querySelector("[data-charts]");
  if (!board) return;

  const NARROW = 480;
  const { library, language } = board.dataset;
  const palette = JSON.parse(board.dataset.palette);
  const dark = matchMedia("screen and (prefers-color-scheme: dark)");
  const CONFIG = {
    displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false, doubleClick: false,
    showTips: false, locale: language,
    showSendToCloud: false, // plotly.js 4 would otherwise offer to send the figures away
  };
  const SWEDISH = { // plotly's own Swedish has no separators
    moduleType: "locale", name: "sv", dictionary: {},
    format: {
      days: ["söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"],
      shortDays: ["sön", "mån", "tis", "ons", "tor", "fre", "lör"],
      months: ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
      shortMonths: ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"],
      date: "%Y-%m-%d", decimal: ",", thousands: "\u00a0",
    },
  };

  let loading = null;

  function loadLibrary() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => { Plotly.register(SWEDISH); resolve(); };
      script.onerror = () => { loading = null; script.remove(); reject(new Error("The chart library did not load")); };
      document.head.append(script);
    });
    return loading;
  }

  /* The figure's colours are those of the light scheme; each names the page's token for it. */
  function recoloured(text) {
    if (!dark.matches) return text;
    const tokens = getComputedStyle(document.documentElement);
    return text.replace(/#[0-9A-F]{6}\b/g, (colour) =>
      palette[colour] ? tokens.getPropertyValue(`--${palette[colour]}`).trim() : colour);
  }

  class Chart {
    constructor(card) {
      this.card = card;
      this.box = card.querySelector(".plot");
      this.text = card.querySelector("[data-figure]").textContent;
      this.rows = [...card.querySelectorAll("tbody tr")];
      this.row = null;
      this.mounting = null;
      for (const kind of ["pointerenter", "pointerdown", "focusin"]) {
        const wake = (event) => this.mount(event).catch(() => {}); // the drawing stays
        this.box.addEventListener(kind, wake, { once: true, passive: true });
      }
      this.box.addEventListener("keydown", (event) => this.step(event));
      this.box.addEventListener("focusout", () => this.leave());
    }

    get isNarrow() { return this.box.clientWidth < NARROW; }

    figure() {
      const { data, layout, narrow } = JSON.parse(recoloured(this.text));
      this.drawnNarrow = this.isNarrow;
      return [data, this.drawnNarrow ? narrow : layout];
    }

    mount(event) {
      this.mounting ??= this.draw(event).catch((error) => { this.mounting = null; throw error; });
      return this.mounting;
    }

    async draw(event) {
      await loadLibrary();
      await document.fonts.ready;
      const host = document.createElement("div");
      host.className = "live";
      this.box.append(host);
      this.live = await Plotly.newPlot(host, ...this.figure(), CONFIG);
      this.box.querySelector(".drawing").hidden = true;
      for (const svg of host.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
      if (event?.clientX) this.hoverAt(event.clientX);
    }

    redraw() {
      if (this.live) Plotly.react(this.live, ...this.figure(), CONFIG);
    }

    /* The points that answer to hover: the lines between them do not. */
    curves() { return this.live.data.filter((trace) => trace.hoverinfo !== "skip"); }

    hoverYear(year) {
      const curve = this.curves().find((trace) => trace.x.includes(year));
      if (!curve) { Plotly.Fx.unhover(this.live); return; }
      // A value rather than a list of points: that gives one box for all curves.
      Plotly.Fx.hover(this.live, { xval: year, yval: curve.y[curve.x.indexOf(year)] }, "xy");
    }

    hoverAt(clientX) {
      const axis = this.live._fullLayout.xaxis;
      const here = axis.p2d(clientX - this.live.getBoundingClientRect().left - axis._offset);
      const years = this.rows.map((row) => Number(row.dataset.year));
      this.hoverYear(years.reduce((best, year) => (Math.abs(year - here) < Math.abs(best - here) ? year : best)));
    }

    async step(event) {
      if (event.key === "Escape") { this.leave(); return; }
      const last = this.rows.length - 1;
      const next = {
        ArrowRight: this.row === null ? 0 : Math.min(this.row + 1, last),
        ArrowLeft: this.row === null ? last : Math.max(this.row - 1, 0),
        Home: 0,
        End: last,
      }[event.key];
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.row = next;
      this.announce();
      await this.mount().catch(() => {});
      if (this.live && this.row !== null) this.hoverYear(Number(this.rows[this.row].dataset.year));
    }

    /* Plotly's points cannot be reached by keyboard; the table says the same in words. */
    announce() {
      const headings = this.card.querySelectorAll("thead th");
      const words = [...this.rows[this.row].children].map((cell, column) => {
        const parts = [...cell.childNodes].filter((node) => node.ariaHidden !== "true");
        const value = parts.map((node) => node.textContent).join("").trim();
        return column ? `${headings[column].textContent} ${value}` : value;
      });
      this.card.querySelector("[data-announce]").textContent = words.join(", ");
    }

    leave() {
      this.row = null;
      this.card.querySelector("[data-announce]").textContent = "";
      if (this.live) Plotly.Fx.unhover(this.live);
    }
  }

  /* The picture is the server's own SVG, with title, notes, source and typeface in it. */
  async function download(card) {
    const answer = await fetch(card.querySelector("[data-picture]").href);
    if (!answer.ok) return;
    const drawing = await answer.text();
    const [, width, height] = drawing.match(/width="([\d.]+)" height="([\d.]+)"/).map(Number);
    const svg = new Blob([drawing], { type: "image/svg+xml;charset=utf-8" });
    save(await asPng(svg, width, height), `asf-gavleborg-${card.id}.png`);
  }

  async function asPng(svg, width, height) {
    const url = URL.createObjectURL(svg);
    const image = new Image();
    image.src = url;
    await image.decode();
    await new Promise((resolve) => setTimeout(resolve, 60)); // the embedded typeface needs a moment
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /* The bytes early, the work late: fetched when the page is idle, run at the first touch. */
  function prefetch() {
    if (navigator.connection?.saveData) return;
    const link = document.createElement("link");
    Object.assign(link, { rel: "prefetch", as: "script", href: library });
    document.head.append(link);
  }

  let charts = [];

  function wake() {
    charts = charts.filter((chart) => chart.card.isConnected);
    const known = new Set(charts.map((chart) => chart.card));
    for (const card of document.querySelectorAll("[data-charts] figure")) {
      const button = card.querySelector("[data-download]");
      if (button?.hidden) {
        button.hidden = false;
        button.addEventListener("click", () => download(card));
      }
      if (!known.has(card) && card.querySelector("[data-figure]")) charts.push(new Chart(card));
    }
  }

  wake();
  document.addEventListener("charts", wake); // the explorer has put in another chart
  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => charts.filter((chart) => chart.isNarrow !== chart.drawnNarrow).forEach((chart) => chart.redraw()), 120);
  });
  dark.addEventListener("change", () => charts.forEach((chart) => chart.redraw()));
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));
  if (document.readyState === "complete") idle(prefetch);
  else addEventListener("load", () => idle(prefetch));
})();
