// Keeps the page current. The server names the newest edition; when the page shows another, it fetches itself anew.
// A story that did not change stays the same element, so that its pictures, a selection and the focus stay with it; of
// one that did, what a person has unfolded stays unfolded.
const main = document.querySelector("main");
const pulse = document.querySelector("#pulse");
let newest = main.dataset.version;
let busy = false;
let line;

function swap(page) {
  const focused = document.activeElement;
  const anchor = [...main.querySelectorAll("article")].find((story) => story.getBoundingClientRect().bottom > 0);
  const before = anchor?.getBoundingClientRect().top;
  const fresh = document.importNode(page.querySelector("main"), true);
  for (const story of fresh.querySelectorAll("article")) {
    const shown = document.getElementById(story.id);
    const folds = shown?.querySelectorAll("details");
    story.querySelectorAll("details").forEach((fold, number) => (fold.open ||= folds?.[number]?.open ?? false));
    if (shown?.isEqualNode(story)) story.replaceWith(shown);
  }
  main.replaceChildren(...fresh.childNodes);
  main.dataset.version = fresh.dataset.version;
  document.title = page.title;
  const kept = focused.isConnected ? focused : document.getElementById(focused.id);
  if (kept !== document.activeElement) kept?.focus({ preventScroll: true });
  const after = document.getElementById(anchor?.id)?.getBoundingClientRect().top;
  if (scrollY > 0 && after !== undefined) scrollBy({ top: after - before, behavior: "instant" });
}

async function refresh() {
  if (busy) return;
  busy = true;
  try {
    for (let asked; asked !== newest; ) {
      asked = newest;
      const answer = await fetch(location.pathname + location.search);
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    pulse.className = "lost"; // the line below comes back by itself and asks again
  } finally {
    busy = false;
  }
}

function connect() {
  line = new EventSource("/events");
  line.onopen = () => (pulse.className = "");
  line.onerror = () => (pulse.className = "lost");
  line.addEventListener("change", (event) => {
    pulse.className = "";
    newest = event.data;
    if (newest !== main.dataset.version) refresh();
  });
}

// A hidden page lets go of its line: browsers allow six for one server, whatever the number of tabs.
document.addEventListener("visibilitychange", () => (document.hidden ? line.close() : connect()));
setInterval(() => document.hidden || refresh(), 60_000); // "3 minutes ago" has to keep its word
pulse.hidden = false;
document.hidden || connect();
