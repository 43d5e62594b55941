"use strict";
const tip = document.getElementById("tip");
function show(mark, x, y) {
  tip.textContent = mark.getAttribute("data-tip");
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + "px";
  tip.style.top = (y - box.height - 12 > 8 ? y - box.height - 12 : y + 18) + "px";
}
function hide() { tip.hidden = true; }
for (const kind of ["pointermove", "pointerdown"]) {
  document.addEventListener(kind, (event) => {
    const mark = event.target.closest ? event.target.closest("[data-tip]") : null;
    if (mark) show(mark, event.clientX, event.clientY); else hide();
  });
}
addEventListener("scroll", hide, { passive: true });
for (const plot of document.querySelectorAll(".plot")) {
  const marks = [...plot.querySelectorAll("[data-tip]")];
  if (!marks.length) continue;
  let at = -1;
  plot.tabIndex = 0;
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", "Chart; arrow keys read its values");
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (!step) return;
    event.preventDefault();
    at = (at + step + marks.length) % marks.length;
    const box = marks[at].getBoundingClientRect();
    show(marks[at], box.left + box.width / 2, box.top);
  });
  plot.addEventListener("blur", () => { at = -1; hide(); });
}
