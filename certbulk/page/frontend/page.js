// The whole page: where it is, what is being done, what went wrong, and the step.

const STEPS = [
  ["chain", ChainStep],
  ["file", FileStep],
  ["columns", ColumnsStep],
  ["mend", MendStep],
  ["plan", PlanStep],
  ["sending", SendingStep],
  ["results", ResultsStep],
];

// `ui` is what the browser alone knows: alone, lost, uploading, and what was not received.
function Page({ view, ui, controller }) {
  const Main = ui.alone ? "main" : "div";
  const Head = ui.alone ? "header" : "div";
  const [, Step] = STEPS.find(([step]) => step === view.step) ?? [];
  return html`<${Controller.Provider} value=${controller}>
    <div class="cu-page">
      <${Head} class="cu-head">
        <div class="cu-brand"><${Mark} /><div><p class="cu-name">${t("page.brand")}</p><h1>${t("page.heading")}</h1></div></div>
        <${Stepper} view=${view} off=${ui.lost || Boolean(view.work)} />
        <div class="cu-tools"><${Languages} changed=${ui.redraw} /></div>
      <//>
      <${Main} class="cu-body">
        <${Top} view=${view} ui=${ui} />
        ${view.destinations.length === 0
          ? html`<p class="cu-quiet">${t("page.wait")}</p>`
          : html`<fieldset class="cu-body ${hasLittle(view) ? "cu-beside" : ""}" disabled=${ui.lost || Boolean(view.work)}>
              <${BusyLine} view=${view} />
              ${view.aside
                ? html`<${Aside} view=${view} paper=${ui.paper} />`
                : html`<${Step} key=${view.step} view=${view} uploading=${ui.uploading} paper=${ui.paper} />`}
              ${!view.aside && html`<div class="cu-rail"><${LookAround} view=${view} /><${Help} view=${view} open=${hasLittle(view)} /></div>`}
            </fieldset>`}
      <//>
    </div>
  <//>`;
}

// Whether a step has so little in it that there is room for its help at its side.
const hasLittle = ({ step, aside }) => !aside && ["chain", "file"].includes(step);

// The steps; those that were done can be gone back to, if nothing is lost by it.
function Stepper({ view, off }) {
  const item = ({ name, state, can_go }) => {
    const done = state === "done" && html`<${Hidden}> (${t("page.step_done")})<//>`;
    const label = html`<span class="cu-step">${t(`page.step.${name}`)}${done}</span>`;
    return html`<li key=${name} class="cu-${state}" aria-current=${state === "now" ? "step" : null}>
      ${can_go ? html`<${Button} step act=${{ do: "goto", step: name }} disabled=${off}>${label}<//>` : label}
    </li>`;
  };
  return html`<nav aria-label=${t("page.steps")}><ol class="cu-steps">${(view.steps ?? []).map(item)}</ol></nav>`;
}

// What stays on top while the page is scrolled.
function Top({ view, ui }) {
  const news = said(view);
  return html`<div class="cu-top">
    ${view.destination && html`<fieldset class="cu-body" disabled=${ui.lost || Boolean(view.work)}><${ChainLine} view=${view} /></fieldset>`}
    <div role="status" aria-live="polite" class=${view.work ? "" : "cu-hidden"}>
      ${view.work
        ? html`<${Doing} doing=${view.work} words=${told(view.work.words)}>${view.work.cancels && html`<${Button} act=${{ do: "cancel" }} disabled=${ui.lost}>${t("page.cancel")}<//>`}<//>`
        : news && html`<p>${news}</p>`}
    </div>
    <div role="alert">
      ${ui.lost && html`<div class="cu-note cu-bad"><p><strong>${t("page.lost")}</strong> ${meanwhile(view, ui.alone)}</p></div>`}
      ${ui.untaken && html`<div class="cu-note cu-warn">
        <p>${rich("page.busy_file", { file: ui.untaken })}</p>
        <button type="button" class="cu-button" onClick=${ui.forget} aria-label=${t("page.close_message")}>${t("page.close")}</button>
      </div>`}
      ${ui.unreceived.length > 0 && html`<${Unreceived} ui=${ui} />`}
      ${view.trouble?.text && html`<div class="cu-note cu-bad">
        <div><bdi>${told(view.trouble)}</bdi></div>
        ${view.renews && html`<${Button} act=${{ do: "set_up", profile: view.renews }} disabled=${ui.lost}>${t("facts.renew")}<//>`}
        <${Button} act=${{ do: "dismiss" }} disabled=${ui.lost} aria-label=${t("page.close_message")}>${t("page.close")}<//>
      </div>`}
    </div>
  </div>`;
}

// What is true while nothing is heard of the controller.
function meanwhile(view, alone) {
  const back = alone ? `${t("page.back_by_itself")} ${t("page.start_again")}` : t("page.back_by_itself");
  if (view.sending) return `${t("page.run_goes_on")} ${back}`;
  if (view.run?.paused) return `${t("page.run_is_paused")} ${back}`;
  return `${t("page.nothing_is_sent")} ${back}`;
}

// Clicks of which nobody knows whether they have arrived.
function Unreceived({ ui }) {
  const n = ui.unreceived.length;
  const what = ui.unreceived.map((words) => t("page.quoted", { what: words })).join(", ");
  if (ui.alone) return html`<div class="cu-note cu-bad">
    <p>${t("page.not_received", { n, what })}</p>
    <button type="button" class="cu-button" onClick=${ui.forget} aria-label=${t("page.close_message")}>${t("page.close")}</button>
  </div>`;
  return html`<div class="cu-note cu-warn"><p>${t("page.kernel_busy", { what })}</p></div>`;
}

// What has come of it, for people who hear the page: told when it changes, a run by its quarters.
function said(view) {
  const { report, plan, run } = view;
  if (view.step === "mend") return verdict(report);
  if (view.step === "file" && report)
    return t("page.news.file", { good: t("count.good_rows", { n: report.good }), bad: t("count.bad_rows", { n: report.bad }) });
  if (view.step === "plan") return t("page.news.plan", { writes: t("count.writes", { n: plan.writes }), out: plan.out });
  if (view.step === "results")
    return t("page.news.results", { state: t(`state.${run.state}`), rows: t("count.rows", { n: run.table.looks }) });
  if (view.step !== "sending" || !run) return "";
  if (run.paused && !view.sending) return t("page.news.paused", { n: run.left });
  if (run.stopping) return t("page.news.stopping");
  if (run.phase && run.phase.name !== "sending") return `${t(`phase.${run.phase.name}`, { n: run.phase.rows })}.`;
  const quarters = Math.floor((4 * run.done) / Math.max(1, run.writes));
  return t("page.news.done", { percent: 25 * quarters, n: run.writes });
}

// The window's title while a run is under way.
function title(view) {
  if (view.step !== "sending" || !view.run) return "certbulk";
  const paused = view.run.paused && !view.sending;
  return `${t(paused ? "page.title_paused" : "page.title", { percent: percent(view.run) })} · certbulk`;
}
