/* Meeting mode: keys and touch step through the screens in place. Without this the same buttons are
   links, and the address says which screen in both cases. Nothing moves: a screen is simply another. */
"use strict";

(() => {
  const stage = document.querySelector("[data-meeting]");
  if (!stage) return;

  const screens = [...stage.querySelectorAll("[data-screen]")];
  const support = [...stage.querySelectorAll("[data-support]")];
  const [backward, forward] = stage.querySelectorAll("[data-step]");
  const place = stage.querySelector("[data-place]");
  const leave = stage.querySelector("[data-leave-now]");
  const full = stage.querySelector("[data-full]");
  const suffix = document.title.replace(/^\d+\/\d+ .*? (?=– [^–]*$)/, "");
  let now = Number(stage.dataset.now);

  function address(number) {
    const url = new URL(location.href);
    url.searchParams.set("bild", number);
    return url.pathname + url.search;
  }

  function show(number) {
    const wanted = Math.max(1, Math.min(number, screens.length));
    if (wanted === now) return;
    const had = [screens, support].find((each) => each[now - 1].contains(document.activeElement));
    now = wanted;
    for (const each of [screens, support]) each.forEach((part, index) => { part.hidden = index !== now - 1; });
    // What is hidden loses the focus: it goes on to what takes its place.
    (had === support ? support[now - 1].firstElementChild : had?.[now - 1])?.focus();
    tell();
    history.replaceState(null, "", address(now));
    const { title, summary } = screens[now - 1].dataset;
    stage.querySelector("[data-said]").textContent = `${place.textContent}. ${title}. ${summary}`;
  }

  function tell() {
    const { title, leave: report } = screens[now - 1].dataset;
    place.textContent = place.dataset.words.replace("{now}", now).replace("{all}", screens.length);
    document.title = `${now}/${screens.length} ${title} ${suffix}`;
    backward.href = address(Math.max(now - 1, 1));
    forward.href = address(Math.min(now + 1, screens.length));
    leave.href = report;
  }

  const KEYS = { // PageUp and PageDown are what a presenter's clicker sends
    ArrowRight: () => now + 1, ArrowDown: () => now + 1, PageDown: () => now + 1,
    ArrowLeft: () => now - 1, ArrowUp: () => now - 1, PageUp: () => now - 1,
    Home: () => 1, End: () => screens.length,
  };

  addEventListener("keydown", (event) => {
    // A chart that has the focus goes from year to year itself.
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !document.fullscreenElement) { location.assign(leave.href); return; }
    const onControl = event.target.closest?.("button, a, [tabindex='0']");
    // The space bar scrolls a screen that has more to read, and steps on from one that has not.
    const isWhole = onControl?.matches("[data-screen]") && onControl.scrollHeight <= onControl.clientHeight;
    if (event.key === " " && (!onControl || isWhole)) { event.preventDefault(); show(now + (event.shiftKey ? -1 : 1)); return; }
    // A table that scrolls keeps its own up and down.
    if (onControl?.tabIndex === 0 && onControl.matches("[role=region]") && /^(Arrow(Up|Down)|Page|Home|End)/.test(event.key)) return;
    if (!KEYS[event.key]) return;
    event.preventDefault();
    show(KEYS[event.key]());
  });

  for (const link of [backward, forward]) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(now + Number(link.dataset.step));
    });
    // They act in place now, and a button answers to the space bar.
    link.setAttribute("role", "button");
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); link.click(); }
    });
  }

  /* A finger drawn sideways turns the leaf; what scrolls sideways itself, or is enlarged, keeps it. */
  let from = null;
  const quietly = { passive: true, capture: true };
  stage.addEventListener("touchstart", ({ touches, target }) => {
    const isOurs = touches.length === 1 && !target.closest(".scroll") && (visualViewport?.scale ?? 1) === 1;
    from = isOurs ? { x: touches[0].clientX, y: touches[0].clientY } : null;
  }, quietly);
  stage.addEventListener("touchend", ({ changedTouches: [to] }) => {
    if (!from) return;
    const [x, y] = [to.clientX - from.x, to.clientY - from.y];
    from = null;
    if (Math.abs(x) > Math.max(60, 2 * Math.abs(y))) show(now - Math.sign(x));
  }, quietly);

  if (document.fullscreenEnabled) {
    full.hidden = false;
    full.addEventListener("click", () =>
      document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {}));
  }
})();
