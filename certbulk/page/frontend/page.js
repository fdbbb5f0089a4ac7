// The whole page: where it is, what is being done, what went wrong, and the step.

const STEPS = [
  ["chain", "Chain", ChainStep],
  ["file", "Workbook", FileStep],
  ["plan", "Plan", PlanStep],
  ["sending", "Sending", SendingStep],
  ["results", "Results", ResultsStep],
];

// `ui` is what the browser alone knows: alone, lost, uploading, and what was not received.
function Page({ view, ui, desk }) {
  const Main = ui.alone ? "main" : "div";
  const Head = ui.alone ? "header" : "div";
  const [, , Step] = STEPS.find(([step]) => step === view.step) ?? [];
  return html`<${Desk.Provider} value=${desk}>
    <div class="cu-page">
      <${Head} class="cu-head"><h1>Upload gift-certificate types</h1><${Stepper} step=${view.step} /><//>
      <${Main} class="cu-body">
        <${Top} view=${view} ui=${ui} />
        ${view.places.length === 0
          ? html`<p class="cu-quiet">One moment …</p>`
          : html`<fieldset class="cu-body" disabled=${ui.lost || Boolean(view.work)}>
              <${BusyLine} view=${view} />
              <${Step} key=${view.step} view=${view} uploading=${ui.uploading} />
            </fieldset>`}
      <//>
    </div>
  <//>`;
}

function Stepper({ step }) {
  const at = STEPS.findIndex(([name]) => name === step);
  const item = ([name, words], place) => html`<li key=${name}
    class=${place < at ? "cu-past" : ""} aria-current=${place === at ? "step" : null}>${words}</li>`;
  return html`<ol class="cu-steps">${STEPS.map(item)}</ol>`;
}

// What stays on top while the page is scrolled.
function Top({ view, ui }) {
  const news = said(view);
  return html`<div class="cu-top">
    ${view.place && html`<fieldset class="cu-body" disabled=${ui.lost || Boolean(view.work)}><${ChainLine} view=${view} /></fieldset>`}
    <div role="status" aria-live="polite" class=${view.work ? "" : "cu-hidden"}>
      ${view.work
        ? html`<${Doing} doing=${view.work}>${view.work.cancels && html`<${Button} act=${{ do: "cancel" }} disabled=${ui.lost}>Cancel<//>`}<//>`
        : news && html`<p>${news}</p>`}
    </div>
    <div role="alert">
      ${ui.lost && html`<div class="cu-note cu-bad"><p><strong>Connection lost.</strong> ${meanwhile(view)}</p></div>`}
      ${ui.unreceived.length > 0 && html`<${Unreceived} ui=${ui} />`}
      ${view.trouble && html`<div class="cu-note cu-bad">
        <p><bdi>${view.trouble}</bdi></p>
        <${Button} act=${{ do: "dismiss" }} disabled=${ui.lost} aria-label="Close this message">Close<//>
      </div>`}
    </div>
  </div>`;
}

// What is true while nothing is heard of the desk.
function meanwhile(view) {
  const back = "The page comes back by itself as soon as it can.";
  if (view.sending) return `The run goes on. ${back}`;
  if (view.run?.paused) return `The run is paused: nothing is being sent. ${back}`;
  return `Nothing is being sent from this page. ${back}`;
}

// Clicks of which nobody knows whether they have arrived.
function Unreceived({ ui }) {
  const what = ui.unreceived.map((words) => `“${words}”`).join(", ");
  if (ui.alone) return html`<div class="cu-note cu-bad">
    <p>${what} ${ui.unreceived.length > 1 ? "were" : "was"} not received. Check what has happened, and try again.</p>
    <button type="button" class="cu-button" onClick=${ui.forget} aria-label="Close this message">Close</button>
  </div>`;
  return html`<div class="cu-note cu-warn"><p>${what}: The kernel is busy; this will happen when it is free.</p></div>`;
}

// What has come of it, for people who hear the page: told when it changes, a run by its quarters.
function said(view) {
  const { report, plan, run } = view;
  if (view.step === "file" && report)
    return `Read: ${count(report.good, "good row")}, ${count(report.bad, "row")} with errors.`;
  if (view.step === "plan") return `${count(plan.writes, "write")} to send, ${number(plan.out)} left out.`;
  if (view.step === "results") return `The run is ${run.state}, ${count(sum(run.rows.filters), "row")} to look at.`;
  if (view.step !== "sending" || !run) return "";
  if (run.paused && !view.sending) return `Paused. ${count(run.left, "row")} wait.`;
  if (run.stopping) return "It stops at the next row.";
  if (run.phase && run.phase.name !== "sending") return `${run.phase.words}.`;
  return `${25 * Math.floor((4 * run.done) / Math.max(1, run.writes))} percent of ${count(run.writes, "row")} done.`;
}

// The window's title while a run is under way.
function title(view) {
  if (view.step !== "sending" || !view.run) return "certbulk";
  return `${percent(view.run)}%${view.run.paused && !view.sending ? " paused" : ""} · certbulk`;
}
