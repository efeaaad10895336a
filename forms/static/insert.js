/* Puts a figure of the release where the writer is; without this its name is copied by hand. */
(() => {
  "use strict";

  const texts = [...document.querySelectorAll("textarea")];
  if (!texts.length) return;
  let here = texts[0];
  texts.forEach((text) => text.addEventListener("focus", () => { here = text; }));
  document.querySelectorAll("[data-insert-sv]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const words = here.lang === "en" ? button.dataset.insertEn : button.dataset.insertSv;
      here.setRangeText(words, here.selectionStart, here.selectionEnd, "end");
      here.dispatchEvent(new Event("input", { bubbles: true }));
      here.focus();
    });
  });
})();
