/* Comfort on top of pages that work without it: live sums, live changes, focus on what is wrong; saving. */
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
    const western = input.value.replace(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) => digit.charCodeAt(0) % 16);
    const text = western.replace(/\s+/g, " ").trim();
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
    box.querySelector("[data-suggestions]")?.remove();
    if (!typed) {
      document.getElementById(name).textContent = waiting ? "–" : sum;
      changeOf(name, waiting ? null : sum);
    }
  };

  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.classList.contains("number-input")) return;
    const order = form.elements.last_typed.value.split(" ").filter((name) => name && name !== input.name);
    form.elements.last_typed.value = [...order, input.name].join(" ");
    changeOf(input.name, number(input));
    const box = form.querySelector(`[data-balance="${input.dataset.partOf || input.name}"]`);
    if (box) showBalance(box);
  });
})();

/* Nothing typed is lost: it is kept in this browser at once, sent a moment later, and forgotten
   here as soon as the server has it. */
(() => {
  "use strict";

  const PREFIX = "asf:";
  const LONGEST = 14 * 24 * 3600 * 1000;
  // Where the browser keeps nothing, the open page still does.
  const attempt = (act) => {
    try { return act(); } catch { return null; }
  };
  const kept = {
    names: () => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) || [],
    read: (key) => attempt(() => JSON.parse(localStorage.getItem(key))),
    write: (key, entry) => attempt(() => {
      if (Object.keys(entry.fields).length) localStorage.setItem(key, JSON.stringify(entry));
      else localStorage.removeItem(key);
    }),
  };
  const forget = (key) => kept.write(key, { fields: {} });
  kept.names().forEach((key) => {
    if (!(Date.now() - kept.read(key)?.at < LONGEST)) forget(key);
  });
  if (document.querySelector("[data-forget]")) kept.names().forEach(forget);
  const reminder = document.querySelector("[data-kept]");
  if (reminder) reminder.hidden = !kept.names().length;

  const status = document.getElementById("saving");
  if (!status) return;
  const says = status.dataset;
  const whose = `${PREFIX}${says.invitation}:`;
  // A form that was sent in whole has said all that its page had to say.
  if (says.saved) {
    kept.names().filter((key) => key.endsWith(`:${says.saved}`)).forEach(forget);
    const address = new URL(location.href);
    address.searchParams.delete("sparat");
    history.replaceState(history.state, "", address);
  }
  const form = document.getElementById("section");
  const hidden = (name) => document.querySelector(`main input[name=${name}]`);
  const here = form && form.action.split("/").pop();
  const mine = form && `${whose}${here}:${hidden("window").value}`;

  /* What is not saved yet: `fields` go out; those of `waiting` wait for a choice. */
  const fields = Object.create(null);
  const waiting = Object.create(null);
  let revision = form ? Number(hidden("revision").value) : 0;
  let seenBefore = 0;
  let trouble = false;
  let reloading = false;
  let going = false; // to a page that may have been read before the last was saved
  let newest = 0;
  let wait = 1000;
  let timer, first, flight;

  const boxes = (name) => [...form.querySelectorAll(`[name="${name}"]:not([type=hidden])`)];
  const ticks = (box) => /radio|checkbox/.test(box.type);
  const offered = () => [...document.querySelectorAll("main [name=offered]")].map(({ value }) => value);
  const textsOf = (name) => boxes(name).filter((box) => !ticks(box) || box.checked).map((box) => box.value);
  const put = (name, texts) => {
    boxes(name).forEach((box) => {
      if (ticks(box)) box.checked = texts.includes(box.value) || (!texts.length && box.value === "");
      else box.value = texts[0] ?? "";
    });
    boxes(name)[0]?.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "put" }));
  };
  // A personal number is kept nowhere; a telephone number may look like one.
  const mayKeep = ([name, texts]) => name.endsWith("_contact") || !/(^|\D)(19|20)?\d\d(0\d|1[0-2])\d\d\s?[-+\u2010-\u2015\u2212]?\s?\d{4}(\D|$)/.test(texts.join(" "));
  const mirror = () => {
    const all = Object.entries({ ...fields, ...waiting }).filter(mayKeep);
    const seen = Object.keys(waiting).length ? seenBefore : revision;
    kept.write(mine, { at: Date.now(), revision: seen, offered: offered(), fields: Object.fromEntries(all) });
  };

  const line = (text, look) => Object.assign(document.createElement("p"), { className: look, textContent: text });
  const tell = (text) => {
    if (status.textContent !== text) status.replaceChildren(...(text ? [line(text, "note")] : []));
  };
  const marks = () => {
    const head = document.querySelector("main nav .row");
    return [head, status.parentElement].filter(Boolean).map((place) => {
      const mark = place.querySelector(":scope > .saved") || line("", "saved");
      if (!mark.isConnected) place.insertBefore(mark, place === head ? null : status.nextSibling);
      return mark;
    });
  };
  const unmark = () => document.querySelectorAll(".saved").forEach((mark) => mark.remove());
  const troubled = (text, passing) => {
    trouble = passing;
    tell(text);
    unmark();
  };
  /* Said aloud once, and again after trouble; after that only shown, for it must not chatter. */
  const saved = (said, told) => {
    if (Object.keys(waiting).length) unmark();
    else if (form && said) {
      const tick = form.querySelector("template[data-icons]").content.querySelector("[data-icon=tick] svg");
      marks().forEach((mark) => mark.replaceChildren(tick.cloneNode(true), said));
    }
    if (told.length) tell(told.join(" "));
    else if (!status.querySelector(".visually-hidden")) status.replaceChildren(line(said, "visually-hidden"));
    trouble = false;
    wait = 1000;
  };

  const hint = (name, text) => {
    const id = `${name}-typed`;
    const box = boxes(name)[0];
    document.getElementById(id)?.remove();
    const described = (box.getAttribute("aria-describedby") || "").split(" ").filter((each) => each && each !== id);
    // Nobody is corrected in the middle of a word.
    if (text && document.activeElement !== box && !document.getElementById(`${name}-error`)) {
      form.querySelector(`label[for="${name}"]`)?.parentElement.append(Object.assign(line(text, "hint"), { id }));
      described.push(id);
    }
    if (described.length) box.setAttribute("aria-describedby", described.join(" "));
    else box.removeAttribute("aria-describedby");
  };

  const settle = (name, texts) => {
    delete waiting[name];
    document.getElementById(`${name}-choice`)?.remove();
    form.querySelector(`[name=unsettled][value="${name}"]`)?.remove();
    if (texts) put(name, texts);
    else fields[name] = textsOf(name);
    mirror();
    boxes(name)[0].focus();
    flush(true);
  };
  const ask = (choice) => {
    const { name } = choice;
    waiting[name] = textsOf(name);
    delete fields[name];
    document.getElementById(`${name}-choice`)?.remove();
    const box = Object.assign(document.createElement("div"), { id: `${name}-choice`, className: "question" });
    const row = Object.assign(document.createElement("div"), { className: "row actions" });
    const button = (words, texts) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "button button-outline", textContent: words });
      made.addEventListener("click", () => settle(name, texts));
      row.append(made);
    };
    button(choice.keep);
    button(choice.take, choice.texts);
    box.append(line(`${choice.label}: ${choice.said}`, ""), row);
    (boxes(name)[0].closest(".number-row, .field") || boxes(name)[0]).after(box);
    return `${choice.label}: ${choice.said}`;
  };

  /* What others saved meanwhile comes into the fields nobody has touched here. */
  const take = (news) => {
    if (news.name in fields || news.name in waiting) return ask(news);
    if (!boxes(news.name).length || String(textsOf(news.name)) === String(news.texts)) return "";
    put(news.name, news.texts);
    return `${news.label}: ${news.said}`;
  };
  const heard = (reply, sent) => {
    Object.entries(sent).forEach(([name, texts]) => {
      if (String(fields[name]) === String(texts)) delete fields[name];
      hint(name, reply.hints[name]);
    });
    if (!Object.keys(waiting).length) seenBefore = revision;
    const told = [...Object.values(reply.conflicts).map(ask), ...Object.values(reply.news).map(take)].filter(Boolean);
    revision = reply.revision;
    if (!Object.keys(waiting).length) hidden("revision").value = revision;
    if (!going) mirror();
    saved(reply.said, told);
  };

  const post = (section, window, entry) => {
    const body = new URLSearchParams({ csrf_token: hidden("csrf_token").value, invitation: says.invitation, window, revision: entry.revision });
    const add = (name) => (text) => body.append(name, text);
    Object.entries(entry.fields).forEach(([name, texts]) => {
      body.append("field", name);
      texts.forEach(add(name));
    });
    entry.offered.forEach(add("offered"));
    const address = says.address.replace("SECTION", section);
    // keepalive: it arrives even where the page is gone by then.
    return fetch(address, { method: "POST", body, keepalive: String(body).length < 60000, headers: { Accept: "application/json" } });
  };
  const retry = () => {
    clearTimeout(timer);
    timer = setTimeout(flush, (wait = Math.min(2 * wait, 60000)));
  };
  /* Sends and says how it went: the reply, or nothing where it has to wait. */
  const send = async (...what) => {
    try {
      const reply = await post(...what);
      const said = await reply.json().catch(() => ({}));
      if (reply.ok) return said;
      const passing = reply.status >= 429;
      troubled(said.said || says.failed, passing);
      if (passing) retry();
    } catch {
      troubled(says.offline, true);
      retry();
    }
    return null;
  };

  /* What another page of this form, perhaps one long closed, could not send. */
  const left = (key) => {
    const [, , section, window] = key.split(":");
    return { section, window, ...kept.read(key) };
  };
  const others = () => kept.names().filter((key) => key.startsWith(whose) && key !== mine);
  const asked = new Set();
  const flushOther = async (key) => {
    const entry = left(key);
    const reply = await send(entry.section, entry.window, entry);
    const choices = Object.values(reply?.conflicts || {});
    if (!reply || (choices.length && entry.section !== here)) {
      // It waits for its own page, or for the link to be opened again.
      asked.add(key);
      if (choices.length) tell(choices.map((each) => `${each.label}: ${each.said}`).join(" "));
      return 0;
    }
    // Its own page may be open still, and have gone on.
    if (!going && JSON.stringify(left(key)) === JSON.stringify(entry)) forget(key);
    choices.forEach(ask);
    if (choices.length) mirror();
    newest = Math.max(newest, reply.revision);
    return 1;
  };
  const flushOthers = async () => {
    let sent = 0;
    for (const key of others().filter((each) => !asked.has(each))) {
      sent += await flushOther(key);
      if (trouble) {
        asked.delete(key);
        return null;
      }
    }
    return sent;
  };
  const flushMine = async (always) => {
    const sent = { ...fields };
    if (!form || (!always && !Object.keys(sent).length)) return true;
    first = 0;
    const reply = await send(here, hidden("window").value, { revision, fields: sent, offered: offered() });
    if (reply) heard(reply, sent);
    return Boolean(reply);
  };
  const inTurn = async (always) => {
    const before = trouble;
    trouble = false;
    const sent = await flushOthers();
    const done = sent !== null && (await flushMine(always || (sent && form)));
    if (done && before && status.querySelector(".note")) saved("", []);
    // What the page shows was read before that was saved.
    reloading = document.getElementById("hand-in") && newest > Number(hidden("revision").value);
    if (reloading) location.reload();
    return done;
  };
  function flush(always) {
    clearTimeout(timer);
    flight = (flight || Promise.resolve()).then(() => inTurn(always === true));
    return flight;
  }
  function soon(delay) {
    first = first || Date.now();
    clearTimeout(timer);
    timer = setTimeout(flush, Math.max(0, Math.min(delay, first + 5000 - Date.now())));
  }

  const note = (name) => {
    going = false;
    if (document.getElementById(`${name}-choice`)) waiting[name] = textsOf(name);
    else {
      delete waiting[name];
      fields[name] = textsOf(name);
    }
    mirror();
  };
  const typed = (delay) => (event) => {
    const { name, type } = event.target;
    if (!name || type === "hidden" || event.detail === "put") return;
    note(name);
    if (event.type === "input") hint(name, "");
    soon(delay);
  };

  if (form) {
    const names = [...new Set([...form.elements].filter((box) => box.name && !/hidden|submit/.test(box.type)).map((box) => box.name))];
    const sent = form.dataset.sent;
    if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") form.reset();
    form.querySelectorAll("[name=unsettled]").forEach(({ value }) => { waiting[value] = textsOf(value); });
    if (sent === "unsaved") names.filter((name) => !(name in waiting)).forEach((name) => { fields[name] = textsOf(name); });
    if (sent) mirror();
    else others().map(left).filter(({ section }) => section === here).forEach((entry) => {
      Object.entries(entry.fields).filter(([name]) => names.includes(name)).forEach(([name, texts]) => put(name, texts));
    });
    // Long enough to go on to the next field: a page of figures is then a save or two.
    form.addEventListener("input", typed(2000));
    form.addEventListener("change", typed(1500));
    if (sent === "unsaved") soon(1000);
  }
  if (others().length) flush();

  let leaving = false;
  let last = "";
  const hurry = () => {
    const now = JSON.stringify(fields);
    if (leaving || now === "{}" || now === last) return;
    last = now;
    post(here, hidden("window").value, { revision, fields, offered: offered() }).catch(() => {});
  };
  const again = (event) => flush().then((done) => {
    if (!done || !navigator.onLine) {
      if (!navigator.onLine) troubled(says.offline, true);
      status.scrollIntoView({ block: "center" });
    } else if (!reloading && !document.querySelector("[id$='-choice']")) event.target.requestSubmit(event.submitter);
  });
  document.addEventListener("submit", (event) => {
    clearTimeout(timer);
    const question = form && document.querySelector("[id$='-choice'] button");
    const unsent = event.target !== form && (others().some((key) => !asked.has(key)) || Object.keys(fields).length);
    if (event.target === form && question) {
      event.preventDefault();
      tell(says.choose);
      question.focus();
    } else if (trouble || unsent) {
      event.preventDefault();
      again(event);
    } else leaving = true;
  });
  addEventListener("beforeunload", () => { going = true; });
  addEventListener("pagehide", hurry);
  addEventListener("pageshow", (event) => {
    leaving = going = false;
    if (event.persisted) flush(true);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hurry();
    else if (form) flush(true);
  });
  addEventListener("online", () => flush());
  addEventListener("offline", () => troubled(says.offline, true));
})();
