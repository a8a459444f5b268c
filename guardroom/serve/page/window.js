// The terminal has the keys as soon as its line is open, and gets them back when the window comes to the front again.
"use strict";
window.addEventListener("load", () => {
  const terminal = document.querySelector("#terminal");
  const takeKeys = () => {
    const keys = terminal.querySelector(".xterm-helper-textarea");
    if (keys && terminal.classList.contains("-connected") && !document.body.classList.contains("-closed")) {
      keys.focus();
    }
  };
  new MutationObserver(takeKeys).observe(terminal, { attributes: true, attributeFilter: ["class"] });
  window.addEventListener("focus", takeKeys);
  takeKeys();
});
