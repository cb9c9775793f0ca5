// Keeps the progress of live jobs moving. Without it the page shows the same after a reload.
"use strict";

const EVERY_MS = 1000;

function show(place, job) {
  const bar = place.querySelector("progress");
  if (job.share === null) {
    bar.removeAttribute("value");
  } else {
    bar.value = job.share;
  }
  const words = place.querySelector("span");
  if (words.textContent !== job.text) {
    words.textContent = job.text;
  }
}

async function watch(place) {
  for (;;) {
    await new Promise((wake) => setTimeout(wake, EVERY_MS));
    if (document.hidden) {
      continue;
    }
    const answer = await fetch(place.dataset.watch).catch(() => null);
    if (answer === null || answer.status >= 500) {
      continue; // the server may be back at the next look
    }
    if (!answer.ok || answer.redirected) {
      return; // signed out, or the job is gone: only a reload can tell
    }
    const job = await answer.json();
    show(place, job);
    if (job.over) {
      location.reload(); // the rest of the page says how it ended
      return;
    }
  }
}

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-watch]").forEach(watch);
});
