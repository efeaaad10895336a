/* A chart as a PNG, made in the reader's own browser; without JavaScript the button is not there. */
"use strict";

(() => {
  /* The picture is the server's own SVG, with title, notes, source and typeface in it. */
  async function download(card) {
    const answer = await fetch(card.querySelector("[data-picture]").href);
    if (!answer.ok) return;
    const drawing = await answer.text();
    const [, width, height] = drawing.match(/width="([\d.]+)" height="([\d.]+)"/).map(Number);
    const svg = new Blob([drawing], { type: "image/svg+xml;charset=utf-8" });
    save(await asPng(svg, width, height), `${document.body.dataset.files}-${card.id}.png`);
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

  function wake() {
    for (const button of document.querySelectorAll("[data-charts] [data-download][hidden]")) {
      button.hidden = false;
      button.addEventListener("click", () => download(button.closest("figure")));
    }
  }

  wake();
  document.addEventListener("charts", wake); // the explorer has put in another chart
})();
