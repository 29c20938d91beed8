// What a keyboard and one tap can do where scripts run; every page works without this file.
"use strict";

(() => {
  const typing = (it) => it.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];

  // j and k walk over the rows of tables, Enter opens what the row is about, / goes to the search.
  const step = (by) => {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = Math.min(Math.max(at + by, 0), all.length - 1);
    if (at >= 0) all[at].classList.remove("at");
    all[next].classList.add("at");
    all[next].scrollIntoView({ block: "nearest" });
    const link = all[next].querySelector("a, button");
    if (link) link.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });

  // A button with data-copy puts a text on the clipboard and says so by its own data-done.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });

  // What needs a script to work is shown where scripts run.
  for (const one of document.querySelectorAll("[data-script]")) one.hidden = false;

  // What has data-news is told by the server when it changes, and then asks for itself. A page that
  // nobody sees is not told; one that is not let in looks again each minute.
  const follow = (it) => {
    let source = null;
    const last = new URL(it.dataset.news, location.href);
    const ask = () => it.dispatchEvent(new CustomEvent("news"));
    const stop = () => { if (source) source.close(); source = null; };
    const start = () => {
      if (source || document.hidden) return;
      source = new EventSource(last);
      source.addEventListener("news", (event) => {
        last.searchParams.set("after", event.lastEventId);
        ask();
      });
      source.addEventListener("error", () => {
        if (source === null || source.readyState !== EventSource.CLOSED) return;
        stop();
        setTimeout(() => { if (!document.hidden) { ask(); start(); } }, 60_000);
      });
    };
    document.addEventListener("visibilitychange", () => { document.hidden ? stop() : start(); });
    window.addEventListener("pagehide", stop);
    window.addEventListener("pageshow", start);
    start();
  };
  for (const one of document.querySelectorAll("[data-news]")) follow(one);

  // A form that was sent once is not sent again by a second tap.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    setTimeout(() => {
      for (const button of event.target.querySelectorAll("button:not([name])")) button.disabled = true;
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });
})();
