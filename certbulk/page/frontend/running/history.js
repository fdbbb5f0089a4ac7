// Looking around: the runs of the chain, what has changed since one, and what is live.

const ASIDES = { form: SetupForm, history: HistoryList, since: SinceRun, to_approve: ToApprove };
const ASIDE_HEADINGS = { form: "setup", history: "history", since: "since", to_approve: "to_approve" };

// What is shown in the place of the step.
function Aside({ view, paper }) {
  const { aside } = view;
  const Shown = ASIDES[aside.kind];
  return html`<${Shown} key=${aside.kind} aside=${aside} paper=${paper} />`;
}

// What can be looked at in a chain, wherever the page is in it.
function LookAround({ view }) {
  const { run, step } = view;
  if (!["file", "results"].includes(step)) return null;
  return html`<p class="cu-around">
    ${step === "results" && html`<${Button} link act=${{ do: "drift", run: run.id }}>${t("history.since")}<//>`}
    <${Button} link act=${{ do: "history" }}>${t("history.open")}<//>
    <${Button} link act=${{ do: "export" }}>${t("live.export")}<//>
  </p>`;
}

function HistoryList({ aside, paper }) {
  const controller = useContext(Controller);
  const back = html`<p class="cu-actions"><${Button} act=${{ do: "leave" }}>${t("history.back")}<//></p>`;
  if (aside.all === 0) return html`<${Section} step="history" title=${t("history.title")}>
    <${PlansAsked} asked=${aside.asked} /><p class="cu-empty">${t("history.none")}</p>${back}
  <//>`;
  const headings = [t("history.when"), t("history.file"), t("history.outcome"), t("history.run"), t("history.actions")];
  const table = (runs) => html`<${Table} caption=${t("history.table")} headings=${headings} rows=${runs.map((run) => html`<${RunLine} key=${run.started} run=${run} />`)} />`;
  const find = (event) => controller.act({ do: "narrow", find: event.currentTarget.value }, t("history.find"));
  return html`<${Section} step="history" look="cu-history" title=${t("history.title")}>
    <${PlansAsked} asked=${aside.asked} />
    <label class="cu-find"><span>${t("history.find")}</span><input type="search" value=${aside.find} onChange=${find} /></label>
    ${aside.count === 0
      ? html`<p class="cu-empty">${t("history.none_found")}</p>`
      : html`<div class=${paper.rows ? "cu-on-screen" : ""}>${table(aside.rows)}</div>`}
    <${Turn} aside=${aside} />
    <${Paper} paper=${paper} many=${aside.pages > 1}>${table}<//>
    ${aside.more && html`<p class="cu-quiet">${t("history.more")}</p>`}
    ${back}
  <//>`;
}

function RunLine({ run }) {
  const counts = Object.entries(run.counts).map(([kind, n]) => html`<li key=${kind}>${t(`kind.${kind}`)} ${number(n)}</li>`);
  const stopped = run.left > 0 && run.state !== "running" && run.kind !== "settle";
  return html`<tr>
    <${Cell} label=${t("history.when")}>${when(run.started)}${run.who && html` <small>${t("history.who")}: <bdi>${run.who}</bdi></small>`}<//>
    <${Cell} names label=${t("history.file")}><bdi>${run.file}</bdi><//>
    <${Cell} label=${t("history.outcome")}>${t(`state.${run.state}`)}<ul class="cu-run-counts">${counts}</ul><//>
    <${Cell} label=${t("history.run")}>${t(`run_kind.${run.kind}`)}<br /><small><bdi>${run.run}</bdi></small><//>
    <${Cell} label=${t("history.actions")}>${run.state !== "unreadable" && html`<div class="cu-run-actions">
      <${Button} slim act=${{ do: "open", run: run.run }} aria-label=${t("history.look_at", { run: run.run })}>${t("history.look")}<//>
      ${stopped && html`<${Button} slim act=${{ do: "resume", run: run.run }} aria-label=${t("history.resume_run", { run: run.run })}>${t("history.resume")}<//>`}
      <${Fetch} slim file="results of ${run.run}" aria-label=${t("history.results_of", { run: run.run })}>${t("history.results")}<//>
      <${Button} slim act=${{ do: "drift", run: run.run }} aria-label=${t("history.since_run", { run: run.run })}>${t("history.since")}<//>
    </div>`}<//>
  </tr>`;
}

function SinceRun({ aside, paper }) {
  const words = { what: t("since.what"), title: t("since.type_title"), changes: t("since.changes") };
  const filter = ([kind, n]) => html`<${Button} slim key=${kind} act=${{ do: "narrow", shown: aside.shown === kind ? "" : kind }}
    aria-pressed=${String(aside.shown === kind)}>${t(`drift.${kind}`)} ${number(n)}<//>`;
  const line = (one, at) => html`<tr key=${at}>
    <${Cell} label=${words.what}>${t(`drift.${one.kind}`)}${one.row && html` <small>${t("since.row", { row: one.row })}</small>`}<//>
    <${Cell} names label=${words.title}><${Title} row=${one} /><//>
    <${Cell} label=${words.changes}>
      ${one.changes.length > 0 && html`<ul class="cu-changes">${one.changes.map((change) => html`<${Differs} key=${change[0]} change=${change} />`)}</ul>`}
      ${one.remark && told(one.remark)}
    <//>
  </tr>`;
  const table = (rows) => html`<${Table} caption=${t("since.table")} headings=${Object.values(words)} rows=${rows.map(line)} />`;
  return html`<${Section} step="since" title=${t("since.title", { run: aside.run })}>
    <p>${t("since.compared", { n: aside.compared })} ${aside.not_compared > 0 && t("since.not_compared", { n: aside.not_compared })}</p>
    ${Object.keys(aside.counts).length === 0
      ? html`<p class="cu-note cu-good">${t("since.none")}</p>`
      : html`<div class="cu-run-actions" role="group" aria-label=${t("since.filters")}>${Object.entries(aside.counts).map(filter)}</div>
          <div class=${paper.rows ? "cu-on-screen" : ""}>${table(aside.rows)}</div>
          <${Turn} aside=${aside} />
          <${Paper} paper=${paper} many=${aside.pages > 1}>${table}<//>`}
    <p class="cu-actions">
      ${Object.keys(aside.counts).length + aside.not_compared > 0 && html`<${Fetch} file="since">${t("since.download")}<//>`}
      <${Button} act=${{ do: "history" }}>${t("history.back")}<//>
      <${Button} act=${{ do: "export" }}>${t("live.export")}<//>
    </p>
  <//>`;
}

function Differs({ change: [field, then, now] }) {
  return html`<li>
    <span class="cu-label">${t(`field.${field}`)}</span>${" "}
    <del><${Hidden}>${t("plan.from")} <//><bdi>${valueOf(field, then)}</bdi></del><span aria-hidden="true"> → </span><${Hidden}> ${t("plan.to")} <//>
    <ins><bdi>${valueOf(field, now)}</bdi></ins>
  </li>`;
}

// The pages of a list.
function Turn({ aside }) {
  if (aside.pages < 2) return null;
  const turn = (words, page, off) => html`<${Button} act=${{ do: "narrow", page }} disabled=${off}>${words}<//>`;
  return html`<nav class="cu-pages" aria-label=${t("table.pages")}>
    ${turn(t("table.previous"), aside.page - 1, aside.page === 0)}
    <span>${t("table.page", { page: aside.page + 1, pages: aside.pages })}</span>
    ${turn(t("table.next"), aside.page + 1, aside.page + 1 === aside.pages)}
  </nav>`;
}
