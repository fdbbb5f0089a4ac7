// The upload page. It draws `view`, which the kernel keeps, and sends back what a person does.
// Every text is set as text: nothing that comes from a cell or from the service is ever markup.

const PART = 256 * 1024;
const ASK_AGAIN_MS = 5000;
const MEMORY = "certbulk-upload";
const FEW = 3;

const STEPS = [
  ["chain", "Chain"],
  ["file", "Workbook"],
  ["plan", "Plan"],
  ["sending", "Sending"],
  ["results", "Results"],
];

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

// --- a tree of elements, and how it is put in the place of the last one

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") : null);

// What is there already stays where it is alike, and with it focus, typed text and scrolling.
function patch(old, fresh) {
  if (old.nodeName !== fresh.nodeName || keyOf(old) !== keyOf(fresh)) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.hasAttribute("checked");
  patchChildren(old, fresh);
}

function patchChildren(old, fresh) {
  const wanted = [...fresh.childNodes];
  wanted.forEach((want, place) => {
    const key = keyOf(want);
    let have = old.childNodes[place];
    if (key !== null && (!have || keyOf(have) !== key)) {
      const moved = [...old.childNodes].slice(place).find((node) => keyOf(node) === key);
      if (moved) old.insertBefore(moved, have);
      else old.insertBefore(want, have ?? null);
      have = old.childNodes[place];
      if (!moved) return;
    }
    if (have) patch(have, want);
    else old.append(want);
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

// --- small parts

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

// --- tables: filters, search, pages

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
      h("thead", null, h("tr", null, headings.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", null, rows)));
}

const cell = (label, ...children) => h("td", { "data-label": label }, h("div", null, children));

// --- the steps

function chainStep(view) {
  const cards = view.places.map((place) => {
    const id = `cu-place-${place.key}`;
    return h("div", { class: `cu-place cu-place-${place.key}`, "data-key": place.key },
      h("input", { type: "radio", name: "cu-place", id, value: place.key, "data-pick": "choose",
        checked: place.chosen, disabled: Boolean(place.trouble), "aria-describedby": `${id}-words` }),
      h("label", { for: id }, h("span", { class: "cu-place-name" }, place.name,
        badge(place.real ? "real" : "practice", place.real ? "real service" : "practice")),
      h("span", { class: "cu-place-words", id: `${id}-words` }, place.trouble ? `Not ready: ${place.trouble}` : place.detail)));
  });
  return section("chain", "1. Which chain?",
    h("fieldset", { class: "cu-places" }, h("legend", { class: "cu-hidden" }, "The chain to send to"), cards));
}

function chainLine(view) {
  const place = view.place;
  return h("div", { class: `cu-where cu-where-${place.key}`, "data-key": "where" },
    h("span", null, place.real ? h("strong", null, "Real service: ") : h("strong", null, "Practice: "),
      place.real ? place.name : "nothing real is changed",
      h("span", { class: "cu-wide" }, place.real ? ". What you send is live at once." : ".")),
    view.step === "file" && h("button", { type: "button", class: "cu-link", "data-do": "elsewhere" }, "Another chain"));
}

function busyLine(view) {
  if (!view.busy || view.run) return null;
  return h("div", { class: "cu-note cu-warn", role: "status", "data-key": "busy" },
    h("p", null, `Somebody is sending to this chain just now: run ${view.busy.run}, file ${view.busy.file}, since ${when(view.busy.started)}. You can prepare yours meanwhile; it can be sent when that one has ended.`),
    button("Look at that run", "open", { "data-run": view.busy.run }));
}

function fileStep(view, uploading) {
  const report = view.report;
  const drop = h("div", { class: report ? "cu-drop cu-small" : "cu-drop", "data-drop": true, "data-key": "drop" },
    h("input", { type: "file", id: "cu-file", class: "cu-file", "data-upload": true,
      accept: ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.parquet", disabled: Boolean(view.work) }),
    h("label", { for: "cu-file" },
      h("span", { class: "cu-drop-main" }, report ? "Choose another workbook" : "Drop a workbook here, or choose one"),
      !report && h("span", null, "Excel, LibreOffice, .csv or .parquet, up to 20 MB. Nothing is sent yet.")),
    uploading !== null && h("progress", { max: "1", value: String(uploading), "aria-label": "Upload" }));
  const sheets = view.sheets.length > 0 && h("div", { class: "cu-note", "data-key": "sheets" },
    h("p", null, "The workbook has several sheets that could be meant. Which one?"),
    view.sheets.map((name) => button(name, "sheet", { "data-name": name })));
  return section("file", "2. The workbook", drop, sheets, report ? reportPart(view, report) : helpPart(view));
}

function helpPart(view) {
  const recent = view.recent.length > 0 && h("div", { class: "cu-recent", "data-key": "recent" },
    h("h3", null, "Earlier runs on this chain"),
    h("ul", null, view.recent.map((run) => h("li", { "data-key": run.run },
      h("span", null, `${when(run.started)}, ${run.file}, ${run.state}`),
      button("Open", "open", { "data-run": run.run, "aria-label": `Open run ${run.run}` })))));
  return [h("p", { class: "cu-quiet", "data-key": "help" }, "No workbook yet? ",
    h("button", { type: "button", class: "cu-link", "data-do": "fetch", "data-file": "template" }, "Take the empty one"),
    " with notes and drop-downs, and fill it in."), recent];
}

function reportPart(view, report) {
  const place = report.sheet ? `${report.file}, sheet ${report.sheet}` : report.file;
  const findings = report.findings;
  const rows = (findings?.rows ?? []).map((finding) => h("tr", null,
    cell("Cell", h("span", { class: "cu-cell" }, finding.cell || (finding.row ? `row ${finding.row}` : "sheet")), h("small", null, " ", finding.field)),
    cell("", badge(finding.kind, ONE[finding.kind])),
    cell("What is wrong", h("bdi", null, finding.text)),
    cell("As it stands", finding.value && h("code", null, finding.value))));
  return h("div", { "data-key": "report", class: "cu-stack" },
    h("p", null, h("strong", null, h("bdi", null, place)), `: ${count(report.rows, "row")}, ${count(report.columns, "known column")}. `,
      report.unknown.length > 0 && ["Not known, and left alone: ", h("bdi", null, report.unknown.join(", ")), "."]),
    tiles({ good: report.good, ...(report.bad ? { invalid: report.bad } : {}) }),
    h("p", { class: report.bad ? "cu-note cu-warn" : "cu-note cu-good" }, report.bad
      ? `${count(report.bad, "row has an error", "rows have errors")} and will not be sent. Correct them in the workbook and drop it again, or go on with the other ${report.good.toLocaleString("en")}.`
      : "Every row can be read and makes sense."),
    report.found > 0 && h("p", { "data-key": "marked" }, button("Download your workbook with all this marked in it", "fetch", { "data-file": "annotated" })),
    findings && findings.rows.length + Object.keys(findings.filters).length > 0 && [
      narrowing(findings, "findings", false),
      table("What was found", ["Cell", "", "What is wrong", "As it stands"], rows), pages(findings)],
    h("p", { class: "cu-actions" }, main("Make the plan", "plan", { disabled: report.good === 0 }),
      h("span", { class: "cu-quiet" }, "This only reads what is live. Nothing is sent.")));
}

function changeList(row) {
  const few = row.changes.slice(0, FEW).map(change);
  const rest = row.changes.slice(FEW).map(change);
  return [row.text && h("p", null, h("bdi", null, row.text)),
    few.length > 0 && h("ul", { class: "cu-changes" }, few),
    rest.length > 0 && h("details", null, h("summary", null, `and ${rest.length} more`), h("ul", { class: "cu-changes" }, rest))];
}

function change([label, old, fresh]) {
  return h("li", null, h("span", { class: "cu-label" }, label), " ",
    old && [h("del", null, h("span", { class: "cu-hidden" }, "from "), h("bdi", null, old)),
      h("span", { class: "cu-arrow", "aria-hidden": "true" }, " → "), h("span", { class: "cu-hidden" }, " to ")],
    h("ins", null, h("bdi", null, fresh)));
}

function planStep(view) {
  const plan = view.plan;
  const table_ = plan.rows;
  const rows = table_.rows.map((row) => h("tr", { "data-key": `row-${row.row}`, class: row.tick && !row.send ? "cu-out" : "" },
    cell("Send", row.tick ? h("input", { type: "checkbox", "data-tick": row.row, checked: row.send,
      "aria-label": `Send row ${row.row}, ${row.title}` }) : h("span", { class: "cu-hidden" }, "not sent")),
    cell("Row", row.row), cell("", badge(row.kind, ONE[row.kind])),
    cell("Title", h("bdi", null, row.title), row.id !== null && h("small", null, ` id ${row.id}`)),
    cell("What happens", changeList(row))));
  const ticks = table_.rows.some((row) => row.tick);
  return section("plan", plan.undoes ? `3. Undo run ${plan.undoes}` : "3. The plan",
    tiles(plan.counts),
    h("p", { "data-key": "budget" }, h("strong", null, `${count(plan.writes, "write")}`),
      plan.out > 0 && ` (${plan.out.toLocaleString("en")} left out)`,
      `: about ${duration(plan.seconds)}, at ${plan.pace}. Dates without a time zone are taken in ${plan.zone}.`),
    !plan.undoes && h("label", { class: "cu-check", "data-key": "match" },
      h("input", { type: "checkbox", "data-match": true, checked: plan.match }),
      h("span", null, "A row without an id changes the live type that has its title")),
    narrowing(table_, "rows", true),
    ticks && h("p", { class: "cu-ticks", "data-key": "ticks" },
      button("Leave out all that are shown", "tick_all", { "data-on": "" }), button("Take them all", "tick_all", { "data-on": "1" })),
    table("The plan, row by row", ["Send", "Row", "", "Title", "What happens"], rows), pages(table_),
    confirm(view, plan));
}

function confirm(view, plan) {
  if (plan.writes === 0) return h("div", { class: "cu-note", "data-key": "confirm" },
    h("p", null, "There is nothing to send."), button("Upload another workbook", "again"));
  const words = plan.undoes ? `Undo ${count(plan.writes, "row")}` : `Send ${count(plan.writes, "row")}`;
  if (!view.place.real) return h("div", { class: "cu-confirm", "data-key": "confirm" },
    h("p", null, "This goes to the practice chain. Nothing real is changed."),
    main(words, "send"), button("Back", "back"));
  return h("form", { class: "cu-confirm cu-confirm-real", "data-send": true, "data-key": "confirm" },
    h("label", { for: "cu-typed" }, "This changes the real service. Type ", h("strong", null, String(plan.writes)), ", the number of writes, to confirm:"),
    h("input", { id: "cu-typed", inputmode: "numeric", autocomplete: "off", "data-typed": true, size: "8" }),
    h("button", { type: "submit", class: "cu-button cu-main cu-danger" }, words), button("Back", "back"));
}

function sendingStep(view) {
  const run = view.run;
  if (!run) return section("sending", "4. Sending", h("progress", { "aria-label": "Starting" }), h("p", null, "Starting. The run gets a process of its own."));
  const left = run.seconds_left === null ? "" : `, about ${duration(run.seconds_left)} left`;
  const share = run.writes ? Math.round((100 * run.done) / run.writes) : 100;
  return section("sending", run.undoes ? "4. Undoing" : "4. Sending",
    h("p", { class: "cu-big", "data-key": "big" }, `${run.done.toLocaleString("en")} of ${count(run.writes, "row")}`, h("span", { class: "cu-quiet" }, run.paused ? ", paused" : left)),
    h("progress", { max: "100", value: String(share), "aria-label": "Rows sent", "data-key": "bar" }),
    tiles(run.counts),
    run.last.length > 0 && h("ul", { class: "cu-last", "aria-label": "The last rows", "data-key": "last" }, run.last.map((row) =>
      h("li", null, badge(row.kind), ` row ${row.row} `, h("bdi", null, row.title), row.id !== null && h("small", null, ` id ${row.id}`)))),
    run.paused && !view.sending
      ? h("p", { class: "cu-note", "data-key": "paused" }, `Paused. Nothing is being sent, and ${count(run.left, "row")} wait.`)
      : h("p", { class: "cu-quiet", "data-key": "close" }, `Run ${run.id}, ${run.file}. You can close this page: the run goes on, and the page finds it again.`),
    h("p", { class: "cu-actions", "data-key": "actions" }, run.paused && !view.sending
      ? [main("Go on", "go_on"), button("Stop here", "stop")]
      : run.stopping ? h("span", null, "Stopping at the next row …")
        : [button("Pause", "pause", { disabled: run.state !== "running" }), button("Stop", "stop", { disabled: run.state !== "running" })]));
}

function resultsStep(view) {
  const run = view.run;
  const rows = run.rows.rows.map((row) => h("tr", { "data-key": `row-${row.row}` },
    cell("Row", row.row), cell("", badge(row.kind)),
    cell("Title", h("bdi", null, row.title), row.id !== null && h("small", null, ` id ${row.id}`)),
    cell("Why, and what to do", h("bdi", null, row.text), row.todo && h("p", { class: "cu-todo" }, row.todo))));
  const looks = Object.values(run.rows.filters).reduce((sum, number) => sum + number, 0);
  const headline = run.state !== "finished"
    ? `The run was ${run.state} after ${run.done.toLocaleString("en")} of ${count(run.writes, "row")}.`
    : looks === 0 ? "Every row ended well." : `Finished. ${count(looks, "row needs", "rows need")} a look.`;
  const good = run.state === "finished" && looks === 0;
  return section("results", run.undoes ? `5. Results of the undo` : "5. Results",
    h("p", { class: `cu-note ${good ? "cu-good" : "cu-warn"}`, "data-key": "headline" }, h("strong", null, headline),
      run.reason && [" ", h("bdi", null, run.reason), "."]),
    tiles(run.counts),
    h("p", { class: "cu-actions", "data-key": "take" }, main("Download the results workbook", "fetch", { "data-file": "results" }),
      run.left > 0 && button(`Go on with ${count(run.left, "row")}`, "go_on")),
    looks > 0 && [narrowing(run.rows, "rows", true), table("Rows to look at", ["Row", "", "Title", "Why, and what to do"], rows), pages(run.rows)],
    h("p", { class: "cu-quiet", "data-key": "number" }, `Run ${run.id}, ${run.file}, ${when(run.started)}.`,
      run.undoes && ` It undid run ${run.undoes}.`),
    h("p", { class: "cu-actions", "data-key": "next" }, button("Upload another workbook", "again"),
      run.undo && button("Undo this run …", "undo")));
}

function stepper(view) {
  const at = STEPS.findIndex(([step]) => step === view.step);
  return h("ol", { class: "cu-steps", "data-key": "steps" }, STEPS.map(([step, words], place) =>
    h("li", { class: place < at ? "cu-past" : "", "aria-current": place === at ? "step" : null }, words)));
}

function draw(view, uploading) {
  if (view.places.length === 0) return h("div", null, h("p", { class: "cu-quiet" }, "One moment …"));
  const steps = { file: () => fileStep(view, uploading), plan: () => planStep(view), sending: () => sendingStep(view), results: () => resultsStep(view) };
  return h("div", null,
    h("header", { class: "cu-head", "data-key": "head" }, h("h1", null, "Upload gift-certificate types"), stepper(view)),
    h("div", { class: "cu-top", "data-key": "top" },
      view.place && chainLine(view),
      h("div", { role: "status", "aria-live": "polite", "data-key": "status" }, view.work && h("p", { class: "cu-work" }, `${view.work} …`)),
      h("div", { role: "alert", "data-key": "trouble" }, view.trouble && h("div", { class: "cu-note cu-bad" },
        h("p", null, h("bdi", null, view.trouble)), button("Close", "dismiss", { "aria-label": "Close this message" })))),
    view.step === "chain" && chainStep(view),
    busyLine(view), steps[view.step]?.());
}

// --- what a person does

export default {
  render({ model, el }) {
    const root = h("div", { class: "cu", "data-lm-suppress-shortcuts": "true" });
    if (model.get("alone")) root.classList.add("cu-alone");
    el.append(root);
    let uploading = null;
    let drawn = null;
    let file = null;
    let taking = null;

    const send = (message, buffers) => model.send(message, undefined, buffers);
    const memory = () => {
      try { return JSON.parse(localStorage.getItem(MEMORY) ?? "{}"); } catch { return {}; }
    };

    function show() {
      const view = model.get("view");
      const fresh = draw(view, uploading);
      patchChildren(root, h("div", null, fresh));
      root.setAttribute("aria-busy", String(Boolean(view.work)));
      if (view.remember)
        try { localStorage.setItem(MEMORY, JSON.stringify(view.remember)); } catch { /* not kept */ }
      if (drawn !== null && drawn !== view.step) {
        const heading = root.querySelector(`[data-heading="${view.step}"]`);
        heading?.focus({ preventScroll: true });
        heading?.scrollIntoView({ block: "start" });
      }
      if (view.places.length > 0) drawn = view.step;
    }

    // Uploads: a part at a time, the next one when the kernel has taken the last.
    async function sendPart(at) {
      const part = await file.slice(at, at + PART).arrayBuffer();
      uploading = file.size ? at / file.size : 1;
      show();
      send({ do: "upload", name: file.name, size: file.size, at, files: 1 }, [part]);
    }
    function upload(files) {
      if (files.length === 0 || model.get("view").work) return;
      if (files.length > 1) {
        send({ do: "upload", name: files[0].name, size: 0, at: 0, files: files.length });
        return;
      }
      file = files[0];
      sendPart(0).catch(() => send({ do: "upload", name: file.name, size: 1, at: 1, files: 1 }));
    }

    // Downloads: asked for part by part, and once more where an answer does not come.
    function ask() {
      clearTimeout(taking.timer);
      send({ do: "fetch", file: taking.file, at: taking.at });
      taking.timer = setTimeout(() => taking && ask(), ASK_AGAIN_MS);
    }
    function take(message, buffers) {
      if (!taking || message.file !== taking.file || message.at !== taking.at) return;
      taking.parts.push(buffers[0]);
      taking.at += buffers[0].byteLength;
      if (taking.at < message.size) { ask(); return; }
      clearTimeout(taking.timer);
      const link = h("a", { download: message.name });
      link.href = URL.createObjectURL(new Blob(taking.parts));
      taking = null;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    }

    const acts = {
      look: (at) => ({ ...(at.shown !== undefined ? { shown: at.shown } : {}), ...(at.page ? { page: Number(at.page) } : {}) }),
      open: (at) => ({ run: at.run }),
      sheet: (at) => ({ name: at.name }),
      tick_all: (at) => ({ on: at.on === "1" }),
    };
    root.addEventListener("click", (event) => {
      const at = event.target.closest("[data-do]");
      if (!at || at.disabled) return;
      const act = at.dataset.do;
      if (act === "fetch") {
        clearTimeout(taking?.timer);
        taking = { file: at.dataset.file, at: 0, parts: [] };
        ask();
        return;
      }
      send({ do: act, ...(acts[act]?.(at.dataset) ?? {}) });
    });
    root.addEventListener("change", (event) => {
      const at = event.target;
      if (at.dataset.pick) send({ do: "choose", place: at.value });
      if (at.dataset.tick) send({ do: "tick", row: Number(at.dataset.tick), on: at.checked });
      if (at.dataset.match !== undefined) send({ do: "match", on: at.checked });
      if (at.dataset.upload !== undefined) { upload([...at.files]); at.value = ""; }
    });
    let typing = null;
    root.addEventListener("input", (event) => {
      const at = event.target;
      if (at.dataset.type !== "find") return;
      clearTimeout(typing);
      typing = setTimeout(() => send({ do: "look", find: at.value }), 200);
    });
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      send({ do: "send", typed: root.querySelector("[data-typed]")?.value ?? "" });
    });
    const over = (event, on) => {
      const at = event.target.closest?.("[data-drop]") ?? (model.get("alone") ? root.querySelector("[data-drop]") : null);
      if (!at) return null;
      event.preventDefault();
      at.classList.toggle("cu-over", on);
      return at;
    };
    const whole = model.get("alone") ? document : root;
    const dragover = (event) => over(event, true);
    const dragleave = (event) => over(event, false);
    const drop = (event) => { if (over(event, false)) upload([...event.dataTransfer.files]); };
    whole.addEventListener("dragover", dragover);
    whole.addEventListener("dragleave", dragleave);
    whole.addEventListener("drop", drop);

    const message = (content, buffers) => {
      if (content.kind === "part") take(content, buffers);
      if (content.kind === "more" && file) sendPart(content.at);
    };
    const changed = () => { uploading = null; show(); };
    model.on("change:view", changed);
    model.on("msg:custom", message);
    show();
    send({ do: "hello", ...memory() });
    return () => {
      model.off("change:view", changed);
      model.off("msg:custom", message);
      whole.removeEventListener("dragover", dragover);
      whole.removeEventListener("dragleave", dragleave);
      whole.removeEventListener("drop", drop);
      clearTimeout(taking?.timer);
    };
  },
};
