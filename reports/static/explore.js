/* A choice shows at once, without the whole page: the same address, the same answer from the
   server, and only the form and the chart are put in. Without JavaScript the button does it. */
"use strict";

(() => {
  const room = document.querySelector("[data-explore]");
  if (!room) return;
  const said = document.querySelector("[data-said]");
  let newest = 0;

  async function show(address, push) {
    const mine = ++newest;
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) { location.href = address; return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== newest) return; // a later choice has been made meanwhile
    const focused = document.activeElement;
    const [name, value] = [focused?.name, focused?.value];
    for (const part of room.querySelectorAll("[data-part]")) part.replaceWith(page.querySelector(`[data-part="${part.dataset.part}"]`));
    if (push) history.pushState(null, "", address);
    document.title = page.title;
    const again = [...room.querySelectorAll(`[name="${name}"]`)];
    (again.find((each) => each.type === "select-one" || each.value === value) ?? again[0])?.focus();
    document.dispatchEvent(new Event("charts"));
    said.textContent = `${room.querySelector("figure :is(h1, h2)").textContent}. ${room.querySelector(".chart-summary")?.textContent ?? ""}`;
  }

  room.addEventListener("change", (event) => {
    const form = event.target.closest("[data-choice]");
    if (form) show(`${form.action}?${new URLSearchParams(new FormData(form))}`, true);
  });
  room.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    show(`${form.action}?${new URLSearchParams(new FormData(form))}`, true);
  });
  addEventListener("popstate", () => show(location.href, false));
})();
