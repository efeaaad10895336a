/* The desk tells what has happened while somebody looks at it; it asks for nothing when nobody does. */
(() => {
  "use strict";

  const EVERY = 20000;
  const announcer = document.querySelector("[data-announce]");
  if (!announcer || !document.querySelector("[data-state]")) return;
  let timer = null;
  let etag = "";

  const card = () => document.querySelector("[data-state]");
  const recent = (root) => [...root.querySelectorAll("[data-recent] [data-id]")];

  /** What each enterprise did since the card before this one, said once. */
  const news = (before, after) => {
    const known = new Map(recent(before).map((item) => [item.dataset.id, item.dataset.now]));
    return recent(after).filter((item) => known.get(item.dataset.id) !== item.dataset.now);
  };

  const showChips = (items) => {
    items.forEach((item) => {
      document.querySelectorAll(`[data-chip="${item.dataset.id}"]`).forEach((cell) => {
        cell.replaceChildren(...[...item.childNodes].map((node) => node.cloneNode(true)));
      });
    });
  };

  const replace = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-state]");
    const old = card();
    if (!fresh) return;
    const changed = news(old, fresh);
    showChips(changed);
    // A list that is being read stays open, and focus in the card stays in the card.
    old.querySelectorAll("details[open]").forEach((opened) => {
      const again = fresh.querySelector(
        opened.dataset.group ? `[data-group="${opened.dataset.group}"]` : "[data-towns]",
      );
      if (again) again.open = true;
    });
    const focused = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (focused) fresh.querySelector("summary").focus();
    const said = changed.map((item) => item.dataset.said).filter(Boolean);
    if (said.length) announcer.textContent = `${said.join(". ")}.`;
  };

  const look = async () => {
    try {
      const reply = await fetch(card().dataset.state, {
        headers: etag ? { "If-None-Match": etag } : {},
        cache: "no-store",
        redirect: "error",
      });
      if (reply.status !== 200) return;
      etag = reply.headers.get("ETag") || "";
      replace(await reply.text());
    } catch {
      // Signed out or without a network: the page stands as it was.
    }
  };

  const follow = () => {
    clearInterval(timer);
    timer = document.hidden ? null : setInterval(look, EVERY);
  };

  document.addEventListener("visibilitychange", () => {
    follow();
    if (!document.hidden) look();
  });
  follow();
})();
