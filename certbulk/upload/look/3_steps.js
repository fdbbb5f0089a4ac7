// The steps of the page, each drawn from the view.

const STEPS = [
  ["chain", "Chain"],
  ["file", "Workbook"],
  ["plan", "Plan"],
  ["sending", "Sending"],
  ["results", "Results"],
];

const FEW = 3;
const OLD_MS = 60 * 60 * 1000;

function chainStep(view) {
  const cards = view.places.map((place) =>
    h("button", { type: "button", class: `cu-place cu-place-${place.key}`, id: `cu-place-${place.key}`,
      "data-key": place.key, "data-do": "choose", "data-place": place.key, disabled: Boolean(place.trouble) },
    h("span", { class: "cu-place-name" }, place.name, " ",
      badge(place.real ? "real" : "practice", place.real ? "real service" : "practice")),
    h("span", { class: "cu-place-words" }, place.trouble ? `Not ready: ${place.trouble}` : place.detail)));
  return section("chain", "1. Which chain?",
    h("div", { class: "cu-places", role: "group", "aria-label": "The chain to send to" }, cards));
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
      accept: view.accept }),
    h("label", { for: "cu-file" },
      h("span", { class: "cu-drop-main" }, report ? "Choose another workbook" : "Drop a workbook here, or choose one"),
      !report && h("span", null, `${view.takes} Nothing is sent yet.`)),
    uploading !== null && h("progress", { max: "1", value: String(uploading), "aria-label": "Upload" }));
  const sheets = view.sheets.length > 1 && h("label", { class: report ? "cu-sheets" : "cu-sheets cu-note cu-warn", "data-key": "sheets" },
    h("span", null, report ? "Sheet" : "The workbook has several sheets that could be meant. Which one?"),
    h("select", { "data-sheet": true }, !report && h("option", { value: "" }, "Choose a sheet"),
      view.sheets.map((name) => h("option", { value: name, selected: report?.sheet === name }, name))));
  return section("file", "2. The workbook", drop, sheets, report ? reportPart(view, report) : helpPart(view));
}

const template = (words) =>
  h("button", { type: "button", class: "cu-link", "data-do": "fetch", "data-file": "template" }, words);

function helpPart(view) {
  const recent = view.recent.length > 0 && h("div", { class: "cu-recent", "data-key": "recent" },
    h("h3", null, "Earlier runs on this chain"),
    h("ul", null, view.recent.map((run) => h("li", { "data-key": run.run },
      h("span", null, `${when(run.started)}, ${run.file}, ${run.state}`),
      button("Open", "open", { "data-run": run.run, "aria-label": `Open run ${run.run}` })))));
  return [h("p", { class: "cu-quiet", "data-key": "help" }, "No workbook yet? ", template("Take the empty one"),
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
    h("p", { tabindex: "-1", "data-heading": "report" }, h("strong", null, h("bdi", null, place)), `: ${count(report.rows, "row")}, ${count(report.columns, "known column")}. `,
      report.unknown.length > 0 && ["Not known, and left alone: ", h("bdi", null, report.unknown.join(", ")), "."]),
    report.pasted && h("div", { class: "cu-note cu-warn", "data-key": "pasted" },
      h("p", null, "These look like rows for the browser extension, which have no names of columns."),
      button("Read them as such", "pasted")),
    tiles({ good: report.good, ...(report.bad ? { invalid: report.bad } : {}) }),
    h("p", { class: report.bad || !report.rows ? "cu-note cu-warn" : "cu-note cu-good" }, !report.rows
      ? "There are no rows of certificate types in it."
      : report.bad
      ? `${count(report.bad, "row has an error", "rows have errors")} and will not be sent. Correct ${report.bad === 1 ? "the row" : "them"} in the workbook and drop it again${others(report.good)}.`
      : "Every row can be read and makes sense."),
    report.lacks && h("p", { "data-key": "lacks" }, report.columns ? "New types need more columns than it has. " : "It has no column that is known here. Is it the right workbook, and the right sheet of it? ",
      template("The empty workbook"), " has all columns, with notes and drop-downs: put your rows into it, or add to yours what it lacks."),
    report.found > 0 && h("p", { "data-key": "marked" }, button("Download your workbook with all this marked in it", "fetch", { "data-file": "annotated" })),
    findings && findings.rows.length + Object.keys(findings.filters).length > 0 && [
      narrowing(findings, "findings", false),
      table("What was found", ["Cell", hidden("Error or warning"), "What is wrong", "As it stands"], rows), pages(findings)],
    h("p", { class: "cu-actions" }, main("Make the plan", "plan", { disabled: report.good === 0 }),
      h("span", { class: "cu-quiet" }, "This only reads what is live. Nothing is sent.")));
}

function others(good) {
  if (good === 0) return "";
  return `, or go on with the other ${good === 1 ? "row" : good.toLocaleString("en")}`;
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
      `: about ${duration(plan.seconds)}, at ${plan.pace}.${plan.undoes ? "" : ` Dates without a time zone are taken in ${plan.zone}.`}`),
    madeLine(plan),
    !plan.undoes && h("label", { class: "cu-check", "data-key": "match" },
      h("input", { type: "checkbox", "data-match": true, checked: plan.match }),
      h("span", null, "A row without an id changes the live type that has its title")),
    narrowing(table_, "rows", true),
    ticks && h("p", { class: "cu-ticks", "data-key": "ticks" },
      button("Leave out all that are shown", "tick_all", { "data-on": "" }), button("Take them all", "tick_all", { "data-on": "1" }), plan.writes > 0 && button("On to sending ↓", "confirm")),
    table("The plan, row by row", ["Send", "Row", hidden("Create or change"), "Title", "What happens"], rows), pages(table_),
    confirm(view, plan));
}

// What is live may have changed since; what has changed is looked at again before it is sent.
function madeLine(plan) {
  const old = Date.now() - new Date(plan.made).getTime() > OLD_MS;
  return h("div", { class: old ? "cu-note cu-warn" : "cu-made cu-quiet", "data-key": "made" },
    h("p", null, old
      ? `This plan was made on ${when(plan.made)}. A row whose type has been changed since will not be sent; make the plan again to see how things stand now.`
      : `Made on ${when(plan.made)} from what was live then.`),
    button("Make the plan again", plan.undoes ? "undo" : "plan"));
}

function confirm(view, plan) {
  if (plan.writes === 0) return h("div", { class: "cu-note", "data-key": "confirm" },
    h("p", null, "There is nothing to send."), button("Upload another workbook", "again"));
  const words = plan.undoes ? `Undo ${count(plan.writes, "row")}` : `Send ${count(plan.writes, "row")}`;
  const wait = view.busy && h("p", { "data-key": "wait" }, "Somebody else is sending to this chain: wait until that run has ended, or go back.");
  if (!view.place.real) return h("div", { class: "cu-confirm", "data-key": "confirm" },
    wait, h("p", null, "This goes to the practice chain. Nothing real is changed."),
    main(words, "send", { disabled: Boolean(wait) }), button("Back", "back"));
  return h("form", { class: "cu-confirm cu-confirm-real", "data-send": true, "data-key": "confirm" }, wait,
    h("label", { for: "cu-typed" }, "This changes the real service. Type ", h("strong", null, String(plan.writes)), ", the number of writes, to confirm:"),
    h("input", { id: "cu-typed", inputmode: "numeric", autocomplete: "off", "data-typed": true, size: "8" }),
    h("button", { type: "submit", class: "cu-button cu-main cu-danger", disabled: Boolean(wait) }, words), button("Back", "back"));
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
      ? [main("Go on", "go_on", { "data-key": "go_on" }), button("Stop here", "stop", { "data-key": "stop_here" })]
      : run.stopping ? h("span", null, "Stopping at the next row …")
        : ["Pause", "Stop"].map((words) => button(words, words.toLowerCase(), { "data-key": words, disabled: run.state !== "running" }))));
}

const toLookAt = (run) => Object.values(run.rows.filters).reduce((sum, number) => sum + number, 0);

function resultsStep(view) {
  const run = view.run;
  const rows = run.rows.rows.map((row) => h("tr", { "data-key": `row-${row.row}` },
    cell("Row", row.row), cell("", badge(row.kind)),
    cell("Title", h("bdi", null, row.title), row.id !== null && h("small", null, ` id ${row.id}`)),
    cell("Why, and what to do", h("bdi", null, row.text), row.todo && h("p", { class: "cu-todo" }, row.todo))));
  const looks = toLookAt(run);
  const headline = run.state !== "finished"
    ? `The run was ${run.state} after ${run.done.toLocaleString("en")} of ${count(run.writes, "row")}.`
    : looks === 0 ? "Every row ended well." : `Finished. ${count(looks, "row needs", "rows need")} a look.`;
  const good = run.state === "finished" && looks === 0;
  return section("results", run.undoes ? `5. Results of the undo` : "5. Results",
    h("p", { class: `cu-note ${good ? "cu-good" : "cu-warn"}`, "data-key": "headline" }, h("strong", null, headline),
      run.reason && [" ", h("bdi", null, run.reason)]),
    tiles(run.counts),
    h("p", { class: "cu-actions", "data-key": "take" }, main("Download the results workbook", "fetch", { "data-file": "results" }),
      run.left > 0 && button(`Go on with ${count(run.left, "row")}`, "go_on")),
    looks > 0 && [narrowing(run.rows, "rows", true), table("Rows to look at", ["Row", hidden("How it ended"), "Title", "Why, and what to do"], rows), pages(run.rows)],
    h("p", { class: "cu-quiet", "data-key": "number" }, `Run ${run.id}, ${run.file}, ${when(run.started)}.`,
      run.undoes && ` It undid run ${run.undoes}.`),
    h("p", { class: "cu-actions", "data-key": "next" }, button("Upload another workbook", "again"),
      run.undo && button("Undo this run …", "undo")));
}

// What has come of it, for people who hear the page: said when it changes, a run by its quarters.
function said(view) {
  const { report, plan, run } = view;
  if (view.step === "file" && report)
    return `Read: ${count(report.good, "good row")}, ${count(report.bad, "row")} with errors.`;
  if (view.step === "plan") return `${count(plan.writes, "write")} to send, ${plan.out.toLocaleString("en")} left out.`;
  if (view.step === "results") return `The run is ${run.state}, ${count(toLookAt(run), "row")} to look at.`;
  if (view.step !== "sending" || !run) return "";
  if (run.paused && !view.sending) return `Paused. ${count(run.left, "row")} wait.`;
  if (run.stopping) return "It stops at the next row.";
  return `${25 * Math.floor((4 * run.done) / Math.max(1, run.writes))} percent of ${count(run.writes, "row")} done.`;
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
      h("div", { role: "status", "aria-live": "polite", "data-key": "status", class: !view.work && "cu-hidden" },
        view.work ? h("p", { class: "cu-work" }, `${view.work} …`) : said(view) && h("p", null, said(view))),
      h("div", { role: "alert", "data-key": "trouble" }, view.trouble && h("div", { class: "cu-note cu-bad" },
        h("p", null, h("bdi", null, view.trouble)), button("Close", "dismiss", { "aria-label": "Close this message" })))),
    view.step === "chain" && chainStep(view),
    busyLine(view), steps[view.step]?.());
}
