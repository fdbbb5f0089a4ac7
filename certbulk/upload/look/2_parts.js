const KINDS = {
  error: "errors",
  warning: "warnings",
  create: "to create",
  update: "to change",
  delete: "to delete",
  unchanged: "unchanged",
  blocked: "blocked",
  invalid: "with errors",
  skip: "skipped",
  created: "created",
  updated: "changed",
  deleted: "deleted",
  failed: "failed",
  unknown: "not certain",
  skipped: "skipped",
  not_sent: "not sent",
};
const ONE = { error: "error", warning: "warning", create: "create", update: "change",
  delete: "delete", skip: "skip", invalid: "error" };

// Small parts.

const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many ?? one + "s"}`;

function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return count(whole, "second");
  if (whole < 5400) return count(Math.round(whole / 60), "minute");
  return `${(whole / 3600).toFixed(1)} hours`;
}

function when(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString([], {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
}

const hidden = (words) => h("span", { class: "cu-hidden" }, words);
const badge = (kind, words) => h("span", { class: `cu-badge cu-${kind}` }, words ?? KINDS[kind] ?? kind);
const button = (words, act, more) =>
  h("button", { type: "button", class: "cu-button", "data-do": act, ...more }, words);
const main = (words, act, more) => button(words, act, { ...more, class: "cu-button cu-main" });

function tiles(counts) {
  return h("ul", { class: "cu-tiles" }, Object.entries(counts).map(([kind, number]) =>
    h("li", { class: `cu-tile cu-${kind}` }, h("b", null, number.toLocaleString("en")), h("span", null, KINDS[kind] ?? kind))));
}

function section(step, title, ...children) {
  return h("section", { "data-key": step, class: "cu-card", "aria-label": title },
    h("h2", { tabindex: "-1", "data-heading": step }, title), children);
}

// Tables: filters, search, pages.

function narrowing(table, name, search) {
  const all = Object.values(table.filters).reduce((sum, number) => sum + number, 0);
  const filter = (kind, words, number) =>
    h("button", { type: "button", class: "cu-filter", "data-do": "look", "data-shown": kind,
      "aria-pressed": String(table.shown === kind), "data-key": `filter-${kind}` },
    `${words} ${number.toLocaleString("en")}`);
  if (Object.keys(table.filters).length < 2 && table.pages < 2 && !table.find) return null;
  return h("div", { class: "cu-narrow", role: "group", "aria-label": `Which ${name} are shown`, "data-key": "narrow" },
    h("div", { class: "cu-filters" }, filter("", "All", all),
      Object.entries(table.filters).map(([kind, number]) => filter(kind, KINDS[kind] ?? kind, number))),
    search && h("label", { class: "cu-find" }, h("span", null, "Find a title"),
      h("input", { type: "search", "data-type": "find", value: table.find })));
}

function pages(table) {
  if (table.pages < 2) return null;
  const turn = (words, page, off) => button(words, "look", { "data-page": page, disabled: off, "data-key": words });
  return h("nav", { class: "cu-pages", "aria-label": "Pages", "data-key": "pages" },
    turn("Previous", table.page - 1, table.page === 0),
    h("span", null, `Page ${table.page + 1} of ${table.pages}`),
    turn("Next", table.page + 1, table.page + 1 === table.pages));
}

function table(caption, headings, rows) {
  return h("div", { class: "cu-table", tabindex: "0", role: "region", "aria-label": caption, "data-key": `table-${caption}` },
    h("table", null, h("caption", { class: "cu-quiet-caption" }, caption),
      h("thead", null, h("tr", null, headings.map((words) => h("th", { scope: "col", class: words === "Title" && "cu-title" }, words)))),
      h("tbody", null, rows)));
}

const cell = (label, ...children) => h("td", { "data-label": label }, h("div", null, children));
