/**
 * What runs in a report and in a graph's page: search and filter, keys, dark and light. The page can be read without it. It finds everything by
 * what stands in the page: `data-image` is on all that is of one image.
 */

const search = element("search", HTMLInputElement);
const state = element("state", HTMLSelectElement);
const count = element("count", HTMLOutputElement);
const rows = [...document.querySelectorAll<HTMLElement>("tbody[data-image]")];
const drawn = [...document.querySelectorAll<SVGElement>("svg [data-image]")];

search.addEventListener("input", filter);
state.addEventListener("change", filter);
search.form?.addEventListener("submit", (event) => {
  event.preventDefault();
});
element("theme", HTMLButtonElement).addEventListener("click", changeTheme);
element("fit", HTMLButtonElement).addEventListener("click", fitGraph);
document.querySelector<HTMLElement>(".scrolled:has(svg.graph)")?.addEventListener("pointerdown", moveGraph);
window.addEventListener("hashchange", openTarget);
document.addEventListener("keydown", takeKey);
// A browser that goes back fills the fields in again.
filter();
openTarget();

/** Hides the rows of images that are not wanted, and dims them in the drawings. */
function filter(): void {
  const words = search.value.toLowerCase().split(/\s+/);
  const hidden = new Set<string>();
  for (const row of rows) {
    const { image = "", text = "", state: its = "" } = row.dataset;
    const isWanted = words.every((word) => text.includes(word)) && ["", its].includes(state.value);
    row.hidden = !isWanted;
    if (!isWanted) hidden.add(image);
  }
  for (const each of drawn) each.classList.toggle("dim", hidden.has(each.dataset["image"] ?? ""));
  const shown = rows.length - hidden.size;
  const text = `${shown} of ${rows.length} images`;
  if (count.value !== text) count.value = text;
}

/** The image that a link leads to is unfolded, and shown even if it is filtered away. */
function openTarget(): void {
  const row = document.getElementById(location.hash.slice(1));
  if (row === null || !rows.includes(row)) return;
  row.hidden = false;
  row.querySelector("details")?.setAttribute("open", "");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a")?.focus({ preventScroll: true });
}

function takeKey(event: KeyboardEvent): void {
  const isTyping = event.target === search || event.target === state;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") showAll();
  else if (isTyping) return;
  else if (event.key === "/") {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
}

function showAll(): void {
  search.value = "";
  state.value = "";
  filter();
  search.blur();
}

/** Goes to the next or previous image that is shown. */
function move(by: 1 | -1): void {
  const shown = rows.filter((row) => !row.hidden);
  const now = shown.findIndex((row) => row.contains(document.activeElement));
  const next = now === -1 ? 0 : Math.min(Math.max(now + by, 0), shown.length - 1);
  shown[next]?.querySelector("a")?.focus();
}

/** The other one of what is seen now. */
function changeTheme(): void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset["theme"] = (root.dataset["theme"] ?? system) === "dark" ? "light" : "dark";
}

/** A graph that is larger than the window is moved in it, or made so small that it fits. */
function fitGraph(this: HTMLButtonElement): void {
  const isFitted = this.ariaPressed !== "true";
  this.ariaPressed = String(isFitted);
  document.querySelector("svg.graph")?.classList.toggle("fitted", isFitted);
}

/** The graph goes with the pointer, as on a map; a finger moves it without our help, and a click stays one. */
function moveGraph(this: HTMLElement, down: PointerEvent): void {
  if (down.pointerType !== "mouse" || down.button !== 0) return;
  const { scrollLeft, scrollTop } = this;
  const move = (now: PointerEvent) => {
    const [x, y] = [now.clientX - down.clientX, now.clientY - down.clientY];
    if (Math.hypot(x, y) > 4) this.classList.add("moved");
    if (this.classList.contains("moved")) this.scrollTo(scrollLeft - x, scrollTop - y);
  };
  const end = new AbortController();
  window.addEventListener("pointermove", move, end);
  window.addEventListener(
    "pointerup",
    () => {
      end.abort();
      // The click that comes of this movement goes to what is not to be clicked.
      setTimeout(() => {
        this.classList.remove("moved");
      });
    },
    end,
  );
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${id}`);
}
