/* Comfort on top of pages that work without it: live sums, live changes, focus on what is wrong. */
(() => {
  "use strict";

  const summary = document.querySelector(".error-summary, [data-focus]");
  if (summary) summary.focus();
  document.querySelectorAll(".error-summary a[href^='#']").forEach((link) => {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.focus();
    });
  });

  const form = document.getElementById("section");
  if (!form) return;
  const icons = form.querySelector("template[data-icons]").content;
  const icon = (name) => icons.querySelector(`[data-icon=${name}] svg`).cloneNode(true);
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /** A whole number as the server reads it; null when blank, NaN when it is not one. */
  const number = (input) => {
    const text = input.value.replace(/\s+/g, " ").trim();
    if (text === "") return null;
    return /^(\d+|\d{1,3}( \d{3})+)$/.test(text) ? Number(text.replaceAll(" ", "")) : NaN;
  };
  const counted = (count, words) => `${count} ${count === 1 ? words.one : words.many}`;

  const showChange = (place, now) => {
    const before = Number(place.dataset.before);
    place.textContent = "\u00a0";
    if (now === null || Number.isNaN(now)) return;
    const way = now > before ? "more" : now < before ? "fewer" : "same";
    const change = document.createElement("span");
    change.className = "change";
    change.append(
      icon({ more: "up", fewer: "down", same: "same" }[way]),
      fill(form.dataset[way], { number: Math.abs(now - before) }),
    );
    place.replaceChildren(change);
  };
  const changeOf = (name, now) => {
    const place = form.querySelector(`[data-change-of="${name}"]`);
    if (place) showChange(place, now);
  };

  const COLOURS = ["bar-one", "bar-two", "bar-three", "bar-men"];
  const GENDERS = { employees_women: "bar-women", employees_men: "bar-men" };
  const WIDTH = 600;
  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  };

  const draw = (place, pieces, room, whole) => {
    const bar = svg("svg", { class: "balance-bar", viewBox: "0 0 600 12", preserveAspectRatio: "none", "aria-hidden": "true" });
    bar.append(svg("rect", { class: "bar-rest", width: WIDTH, height: 12, rx: 6 }));
    const legend = document.createElement("p");
    legend.className = "legend";
    let x = 0;
    pieces.forEach((piece) => {
      const shown = piece.excess ? piece.number : Math.min(piece.number, room);
      if (!piece.excess) room -= shown;
      const width = (WIDTH * shown) / whole;
      bar.append(svg("rect", { class: piece.colour, x: Math.round(x), width: Math.max(Math.round(width) - 2, 0), height: 12, rx: 3 }));
      x += width;
      const swatch = svg("svg", { class: "icon", viewBox: "0 0 12 12", "aria-hidden": "true" });
      swatch.append(svg("rect", { class: piece.colour, width: 12, height: 12, rx: 2 }));
      const entry = document.createElement("span");
      entry.append(swatch, piece.words);
      legend.append(entry);
    });
    place.replaceChildren(...(pieces.length ? [bar, legend] : []));
  };

  const showBalance = (box) => {
    const says = box.dataset;
    const name = says.balance;
    const parts = [...form.querySelectorAll(`[data-part-of="${name}"]`)];
    const numbers = parts.map(number);
    const typed = "typed" in says;
    const target = typed ? number(form.elements[name]) : null;
    const waiting =
      [...numbers, target].some(Number.isNaN) ||
      (typed && target === null) ||
      parts.some((part, place) => "required" in part.dataset && numbers[place] === null);
    const sum = numbers.reduce((total, part) => total + (part || 0), 0);
    const difference = waiting || !typed ? 0 : sum - target;
    const state = waiting ? "neutral" : difference ? "differs" : "adds_up";
    const way = !difference ? "" : (difference > 0 ? "More" : "Fewer") + (Math.abs(difference) === 1 ? "One" : "");
    const sentence = { neutral: says.neutral, adds_up: says.addsUp }[state] || says[`differs${way}`];

    box.className = { neutral: "balance balance-neutral", adds_up: "balance", differs: "balance balance-bad" }[state];
    box.querySelector("[data-mark]").replaceChildren(...(waiting ? [] : [icon(difference ? "alert" : "tick")]));
    box.querySelector("output").textContent = fill(sentence, {
      terms: numbers.map((part) => part || 0).join(" + "),
      sum,
      total: typed ? counted(target, says) : "",
      difference: Math.abs(difference),
    });
    const pieces = parts
      .map((part, place) => ({
        colour: GENDERS[part.name] || COLOURS[place % COLOURS.length],
        number: numbers[place] || 0,
        words: counted(numbers[place], part.dataset),
      }))
      .filter((piece) => piece.number);
    if (difference > 0) {
      pieces.push({ colour: "bar-excess", number: difference, excess: true, words: fill(says.excess, { number: difference }) });
    }
    const room = typed && target !== null ? Math.min(sum, target) : sum;
    draw(box.querySelector("[data-drawing]"), waiting ? [] : pieces, room, Math.max(sum, target || 0));
    // What was suggested for other numbers no longer helps.
    box.querySelector("[data-mends]")?.remove();
    if (!typed) {
      document.getElementById(name).textContent = waiting ? "–" : sum;
      changeOf(name, waiting ? null : sum);
    }
  };

  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.classList.contains("number-input")) return;
    form.elements.last_typed.value = input.name;
    changeOf(input.name, number(input));
    const box = form.querySelector(`[data-balance="${input.dataset.partOf || input.name}"]`);
    if (box) showBalance(box);
  });
})();
