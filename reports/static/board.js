/* Brings the drawn charts to life: on the first touch, Plotly takes the drawing's place.
   No inline code and nothing from other hosts; without JavaScript the drawings and tables remain. */
"use strict";

(() => {
  const board = document.querySelector("[data-charts]");
  if (!board) return;

  const NARROW = 480, WHOLE = 800;
  // A chart on a page of its own has that page's width, and can be zoomed.
  const onPage = board.hasAttribute("data-on-page");
  // In a meeting it is as large as the screen lets it be.
  const onStage = board.hasAttribute("data-meeting");
  const isFinger = matchMedia("(pointer: coarse)");
  const { library, libraryStyle, language } = board.dataset;
  const palette = JSON.parse(board.dataset.palette);
  const template = board.dataset.template; // the look that all charts share
  const dark = matchMedia("screen and (prefers-color-scheme: dark)");
  const CONFIG = {
    displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false,
    doubleClick: onPage ? "reset" : false,
    showTips: false, locale: language,
    showSendToCloud: false, // plotly.js 4 would otherwise offer to send the figures away
  };
  // Plotly's own Swedish has no separators.
  const SWEDISH = { moduleType: "locale", name: "sv", dictionary: {}, format: { decimal: ",", thousands: "\u00a0" } };

  let loading = null;

  function put(name, properties) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(name), properties, { onload: resolve });
      element.onerror = () => { element.remove(); reject(new Error(`${name} did not load`)); };
      document.head.append(element);
    });
  }

  function loadLibrary() {
    loading ??= Promise.all([
      // Plotly looks for this id and, finding it, writes no style of its own into the page.
      put("link", { rel: "stylesheet", id: "plotly.js-style-global", className: "no-inline-styles", href: libraryStyle }),
      put("script", { src: library }),
    ]).then(() => Plotly.register(SWEDISH)).catch((error) => { loading = null; throw error; });
    return loading;
  }

  /* The figure's colours are those of the light scheme; each names the page's token for it. */
  function recoloured(text) {
    if (!dark.matches) return text;
    const tokens = getComputedStyle(document.documentElement);
    return text.replace(/#[0-9A-F]{6}\b/g, (colour) =>
      palette[colour] ? tokens.getPropertyValue(`--${palette[colour]}`).trim() : colour);
  }

  /* The arrow keys go from step to step, and each is said from what the page holds in words. */
  class Steps {
    constructor(card) {
      this.card = card;
      this.box = card.querySelector(".plot");
      this.said = card.querySelector("[data-announce]");
      this.rows = [...card.querySelectorAll("tbody tr")];
      this.now = null;
      this.box.addEventListener("keydown", (event) => this.step(event));
      this.box.addEventListener("focusout", () => this.leave());
      for (const how of card.querySelectorAll("[data-how], [data-keys]")) how.hidden = false;
      // Before this there was no key that did anything, and nothing to stop at.
      this.box.tabIndex = 0;
      const keys = card.querySelector("[data-keys]").id;
      this.box.setAttribute("aria-describedby", `${this.box.getAttribute("aria-describedby") ?? ""} ${keys}`.trim());
    }

    /* Which of the figure's layouts the room is wide enough for. */
    get size() {
      const wide = this.box.clientWidth;
      return wide < NARROW ? "narrow" : onPage && wide >= WHOLE ? "page" : "layout";
    }

    get count() { return this.rows.length; }

    static KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

    async step(event) {
      if (event.key === "Escape") {
        if (this.now !== null) event.preventDefault();
        this.leave();
        return;
      }
      const way = this.constructor.KEYS[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const from = this.now ?? (way > 0 ? -1 : this.count);
      this.now = Math.max(0, Math.min(from + way, this.count - 1));
      this.said.textContent = this.words(this.now);
      await this.mount().catch(() => {});
      if (this.now !== null) this.show(this.now);
    }

    async mount() {}

    /* A row of the table as its name and [heading, value] for each cell, without what only eyes read. */
    cells(row) {
      const headings = [...this.card.querySelectorAll("thead th")].map((cell) => cell.textContent);
      const [name, ...values] = [...this.rows[row].children].map((cell) => {
        const parts = [...cell.childNodes].filter((node) => node.ariaHidden !== "true");
        // The word says it all where there is no number.
        return parts.map((node) => node.textContent).join("").trim().replace(/^[–x] \((.+)\)$/, "$1");
      });
      return [name, values.map((value, column) => [headings[column + 1], value])];
    }

    words(row) {
      const [name, values] = this.cells(row);
      return [name, ...values.map((pair) => pair.join(" "))].join(", ");
    }

    leave() {
      this.now = null;
      this.said.textContent = "";
      this.hide();
    }
  }

  /* A page that opens under a mouse at rest is told of a move of no length. */
  const isSomebody = (event) => event.type !== "pointermove" || event.movementX || event.movementY;

  /* A chart that plotly takes over at the first touch. */
  class Live extends Steps {
    constructor(card) {
      super(card);
      this.text = card.querySelector("[data-figure]").textContent;
      this.mounting = null;
      this.scale = 1;
      const wake = (event) => isSomebody(event) && this.mount(event).catch(() => {}); // the drawing stays
      for (const kind of ["pointermove", "pointerdown", "focusin"]) this.box.addEventListener(kind, wake, { passive: true });
    }

    figure() {
      const figure = JSON.parse(recoloured(this.text));
      this.drawn = this.size;
      const look = JSON.parse(recoloured(template));
      return [figure.data, { ...(figure[this.drawn] ?? figure.layout), template: look }];
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
      const figure = this.figure();
      this.box.append(host);
      if (onStage) this.fit(host);
      this.live = await Plotly.newPlot(host, ...figure, CONFIG);
      if (onStage) new ResizeObserver(() => this.fit(host)).observe(this.box);
      this.box.querySelector(".drawing").hidden = true;
      for (const svg of host.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
      if (event?.clientX) this.hoverAt(event);
    }

    /* As large as the drawing that it takes the place of, and its words with it. */
    fit(host) {
      const { clientWidth, clientHeight } = this.box;
      if (!clientWidth) return; // another screen is shown
      const name = this.drawn === "narrow" ? "narrow" : "wide";
      const { width, height } = this.box.querySelector(`.drawing-${name} svg`).viewBox.baseVal;
      this.scale = Math.min(clientWidth / width, clientHeight / height);
      const [left, top] = [(clientWidth - width * this.scale) / 2, (clientHeight - height * this.scale) / 2];
      Object.assign(host.style, { width: `${width}px`, height: `${height}px`, left: `${left}px`, top: `${top}px`, transform: `scale(${this.scale})` });
    }

    redraw() {
      if (this.live) Plotly.react(this.live, ...this.figure(), CONFIG);
    }

    /* Where on an axis the pointer is, in the axis' own terms. */
    under(event, axis, side) {
      const along = side === "left" ? event.clientX : event.clientY;
      return axis.p2c((along - this.live.getBoundingClientRect()[side]) / this.scale - axis._offset);
    }

    hide() { if (this.live) Plotly.Fx.unhover(this.live); }
  }

  function nearest(values, wanted) {
    return values.reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best));
  }

  /* Lines and bars over years: a step is a year, which is a row of the table. */
  class Years extends Live {
    static KEYS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    static ZOOM = { "+": 0.5, "-": 2, 0: 0 };

    constructor(card) {
      super(card);
      for (const button of onPage ? card.querySelectorAll("[data-zoom-by]") : []) {
        button.addEventListener("click", () => this.mount().then(() => this.zoom(Number(button.dataset.zoomBy))).catch(() => {}));
      }
    }

    figure() {
      const [data, layout] = super.figure();
      if (!onPage) return [data, layout];
      // A finger that drags scrolls the page.
      return [data, { ...layout, dragmode: isFinger.matches ? false : "zoom", xaxis: { ...layout.xaxis, fixedrange: false } }];
    }

    async step(event) {
      const by = Years.ZOOM[event.key];
      if (!onPage || by === undefined || event.ctrlKey || event.metaKey || event.altKey) { await super.step(event); return; }
      event.preventDefault();
      await this.mount().catch(() => {});
      if (this.live) this.zoom(by);
    }

    /* Half or twice as many years around the one that is read; all of them for 0. */
    zoom(by) {
      const [first, last] = this.figure()[1].xaxis.range;
      const [from, to] = by ? this.live.layout.xaxis.range : [first, last];
      const middle = this.now === null ? (from + to) / 2 : Number(this.rows[this.now].dataset.year);
      const half = Math.max((to - from) * (by || 1) / 2, 0.75);
      const range = by ? [Math.max(first, middle - half), Math.min(last, middle + half)] : [first, last];
      Plotly.relayout(this.live, { "xaxis.range": range });
      this.said.textContent = [Math.ceil(range[0]), Math.floor(range[1])].join("–");
    }

    show(row) {
      if (!this.live) return;
      const year = Number(this.rows[row].dataset.year);
      const [from, to] = this.live.layout.xaxis.range;
      if (year < from || year > to) this.zoom(0);
      this.hoverYear(year);
      this.said.textContent = this.words(row);
    }

    hoverYear(year) {
      // The points that answer to hover: the lines between them do not.
      const curves = this.live.data.filter((trace) => trace.hoverinfo !== "skip");
      const curve = curves.find((trace) => trace.x.includes(year));
      if (!curve) { this.hide(); return; }
      // A value rather than a list of points: that gives one box for all curves.
      Plotly.Fx.hover(this.live, { xval: year, yval: curve.y[curve.x.indexOf(year)] }, "xy");
    }

    hoverAt(event) {
      const here = this.under(event, this.live._fullLayout.xaxis, "left");
      this.hoverYear(nearest(this.rows.map((row) => Number(row.dataset.year)), here));
    }
  }

  /* Lying bars: a step is a row of the chart, and the first trace holds what there is to say. */
  class Rows extends Live {
    constructor(card) {
      super(card);
      [this.bars] = JSON.parse(this.text).data;
      // Plotly answers over the bars' room only; a row is also its name and its number.
      this.box.addEventListener("pointermove", (event) => {
        if (this.live && !event.target.closest(".nsewdrag")) this.hoverAt(event);
      });
      this.box.addEventListener("pointerleave", () => { if (this.now === null) this.hide(); });
    }

    get count() { return this.bars.y.length; }

    /* As high as the drawing that it takes the place of, so that nothing moves. */
    figure() {
      if (onStage) return super.figure();
      const drawing = this.box.querySelector(".drawing");
      this.box.style.height = "";
      drawing.hidden = false;
      const height = this.box.clientHeight;
      drawing.hidden = Boolean(this.live);
      this.box.style.height = `${height}px`;
      const [data, layout] = super.figure();
      return [data, { ...layout, height }];
    }

    words(row) { return `${this.bars.y[row].trim()}: ${this.bars.customdata[row].replaceAll("<br>", " ")}`; }

    show(row) {
      if (!this.live) return;
      const yval = this.live._fullLayout.yaxis._categories.indexOf(this.bars.y[row]);
      Plotly.Fx.hover(this.live, { xval: this.bars.base[row] + this.bars.x[row], yval }, "xy");
    }

    hoverAt(event) {
      const keys = this.live._fullLayout.yaxis._categories;
      const here = this.under(event, this.live._fullLayout.yaxis, "top");
      const places = this.bars.y.map((key) => keys.indexOf(key));
      this.show(places.indexOf(nearest(places, here)));
    }
  }

  /* A grid or tiles: the drawing stays, a municipality is marked and its row of the table shown. */
  class Places extends Steps {
    constructor(card) {
      super(card);
      this.box.addEventListener("pointerover", (event) => this.point(event));
      this.box.addEventListener("pointerdown", (event) => this.point(event));
      this.box.addEventListener("pointerleave", (event) => {
        // A finger that is lifted leaves too, and what it pointed at is there to be read.
        if (this.now === null && event.pointerType !== "touch") this.hide();
      });
    }

    point(event) {
      const place = event.target.closest("[data-row]");
      if (place) this.show(Number(place.dataset.row));
      else if (this.now === null) this.hide();
    }

    show(row) {
      this.hide();
      const [name, values] = this.cells(row);
      const lines = [["b", name], ...values.map((pair) => ["span", pair.join(": ")])];
      this.tip = document.createElement("div");
      this.tip.className = "chart-tip";
      this.tip.setAttribute("aria-hidden", "true");
      for (const [kind, words] of lines) {
        this.tip.appendChild(document.createElement(kind)).textContent = words;
      }
      this.box.append(this.tip);
      for (const place of this.box.querySelectorAll(`[data-row="${row}"]`)) {
        place.classList.add("is-pointed-at");
        if (place.getClientRects().length) this.put(place.getBoundingClientRect());
      }
    }

    /* Below what it is about, or above where there is no room left in the window. */
    put(about) {
      const room = this.box.getBoundingClientRect();
      const { offsetWidth, offsetHeight, style } = this.tip;
      const left = Math.min(about.left - room.left + 24, room.width - offsetWidth);
      const above = about.bottom + offsetHeight + 8 > innerHeight;
      style.left = `${Math.max(left, 0)}px`;
      style.top = `${(above ? about.top - offsetHeight - 4 : about.bottom + 4) - room.top}px`;
    }

    hide() {
      this.tip?.remove();
      for (const place of this.box.querySelectorAll(".is-pointed-at")) place.classList.remove("is-pointed-at");
    }
  }

  function alive(card) {
    if (card.querySelector(".plot-rows")) return new Rows(card);
    return card.querySelector(".plot-years") ? new Years(card) : new Places(card);
  }

  /* The bytes a little before the touch: at the first sign that somebody is there to touch. */
  let isAsked = false;

  function prefetch(event) {
    if (isAsked || navigator.connection?.saveData || !isSomebody(event)) return;
    isAsked = true;
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", as: "script", href: library }));
  }

  let charts = [];

  function wake() {
    charts = charts.filter((chart) => chart.card.isConnected);
    const known = new Set(charts.map((chart) => chart.card));
    for (const card of document.querySelectorAll("[data-charts] figure")) {
      if (!known.has(card) && card.querySelector(".plot")) charts.push(alive(card));
    }
  }

  wake();
  document.addEventListener("charts", wake); // the explorer has put in another chart
  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => charts.filter((chart) => chart.live && chart.box.clientWidth && chart.size !== chart.drawn).forEach((chart) => chart.redraw()), 120);
  });
  dark.addEventListener("change", () => charts.forEach((chart) => chart.redraw?.()));
  for (const kind of ["pointermove", "pointerdown", "keydown"]) addEventListener(kind, prefetch, { passive: true });
})();
