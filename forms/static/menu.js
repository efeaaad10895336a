/* The menu in the head closes as menus do: by Escape, and when something else is looked at. */
(() => {
  "use strict";

  const menu = document.querySelector(".more details");
  if (!menu) return;

  const close = () => {
    menu.open = false;
  };

  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) close();
  });
})();
