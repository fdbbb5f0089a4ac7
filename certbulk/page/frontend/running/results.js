// Step 5: how every row ended, in groups by what a person does about them.

function ResultsStep({ view, paper }) {
  const { run } = view;
  const { table } = run;
  const good = run.state === "finished" && table.looks === 0;
  return html`<${Section} step="results" title=${t(run.undoes ? "results.undo_title" : "results.title")}>
    <${Verdict} run=${run} good=${good} />
    <p class="cu-actions">
      ${run.left > 0 && html`<${Button} main act=${{ do: "go_on" }}>${t("results.send_rest", { n: run.left })}<//>`}
      <${Fetch} main=${run.left === 0} file="results">${t("results.download")}<//>
      ${run.undo && html`<${Button} act=${{ do: "undo" }}>${t("results.undo")}<//>`}
      <${Button} act=${{ do: "again" }}>${t("results.upload_another")}<//>
    </p>
    <div class="cu-results ${paper.rows ? "cu-on-screen" : ""}">
      <${Groups} table=${table} />
      <div class="cu-stack">
        <${Next} table=${table} />
        ${(table.pages > 1 || table.find) && html`<${Find} value=${table.find} />`}
        ${table.count === 0 ? html`<p class="cu-note">${t("table.nothing")}</p>` : html`<${Outcomes} rows=${table.rows} />`}
        <${Pages} table=${table} />
      </div>
    </div>
    <${Paper} paper=${paper} many=${table.count < sum(table.filters) || table.pages > 1}>${(rows) => html`<${Outcomes} rows=${rows} />`}<//>
    <p class="cu-quiet">
      ${rich("results.run", { run: run.id, file: run.file, when: when(run.started) })}${run.undoes && ` ${t("results.undid", { run: run.undoes })}`}
      ${run.approved && html` ${rich("results.approved", { who: run.approved.who, when: when(run.approved.at) })}`}
    </p>
  <//>`;
}

function Verdict({ run, good }) {
  const { looks } = run.table;
  const words = run.state !== "finished"
    ? t("results.ended_early", { state: t(`state.${run.state}`), done: run.done, n: run.writes })
    : looks === 0 ? t("results.all_well") : t("results.looks", { n: looks });
  return html`<div class="cu-verdict">
    <h3 class="cu-big"><span class="cu-seal ${good ? "cu-good" : "cu-warn"}" aria-hidden="true">${good ? "✓" : "!"}</span><span>${words}</span></h3>
    ${run.reason && html`<div class="cu-note cu-warn"><div>${told(run.reason)}</div></div>`}
    <p class="cu-quiet">${counted(run.counts)}${run.verifies && run.done > 0 && ` ${verified(run)}`}</p>
  </div>`;
}

// How many rows ended how, in a sentence; and of how many it was seen that they did.
const counted = (counts) =>
  `${Object.entries(counts).map(([kind, n]) => `${number(n)} ${t(`kind.${kind}`)}`).join(" · ")}.`;

function verified(run) {
  const of = sum(run.verified);
  const n = run.verified.verified;
  if (of === 0) return "";
  return n === of ? t("results.all_verified", { n }) : t("results.some_verified", { n: of, seen: n });
}

// To look at, and all; then each group, the most urgent first.
function Groups({ table }) {
  const controller = useContext(Controller);
  const all = sum(table.filters);
  const shown = table.shown || (table.looks ? "" : "all");
  const group = (kind, words, n) => html`<button
    type="button" key=${kind} class="cu-group cu-${kind || "looks"}" aria-pressed=${String(shown === kind)}
    onClick=${() => controller.act({ do: "look", shown: kind }, words)}
  ><span>${words}</span> <b>${number(n)}</b></button>`;
  return html`<div class="cu-groups" role="group" aria-label=${t("table.rows")}>
    ${table.looks > 0 && group("", t("results.group.looks"), table.looks)}
    ${group("all", t("results.group.all"), all)}
    ${Object.entries(table.filters).map(([kind, n]) => group(kind, t(`results.group.${kind}`), n))}
  </div>`;
}

// What to do about the groups that are shown.
function Next({ table }) {
  const { shown, filters, looks } = table;
  const fine = ["done", "unchanged", "skipped"];
  const kinds = Object.keys(filters).filter((kind) => (shown in filters ? kind === shown : looks > 0 && !fine.includes(kind)));
  return html`<div class="cu-nexts">${kinds.map((kind) => html`<div key=${kind} class="cu-next cu-${kind}">
    <h3>${t(`results.group.${kind}`)}: ${number(filters[kind])}</h3><p>${t(`results.next.${kind}`)}</p>
  </div>`)}</div>`;
}

function Outcomes({ rows }) {
  const line = (row) => html`<tr key=${row.row}>
    <${Cell} label=${t("results.row")} figure>${row.row}<//>
    <${Cell} label=${t("results.ended")}><${Badge} kind=${row.group === "to_check" ? row.group : row.kind} words=${t(`one.${row.kind}`)} /><//>
    <${Cell} label=${t("results.verified")}><${Verified} how=${row.verified} /><//>
    <${Cell} names label=${t("results.type_title")}><span class="cu-type"><${Title} row=${row} /></span><//>
    <${Cell} label=${t("results.why")}>${row.said && told(row.said)}${row.todo && html`<p class="cu-todo">${told(row.todo)}</p>`}<//>
  </tr>`;
  const headings = [
    { words: t("results.row"), figure: true },
    { words: t("results.ended") },
    { words: t("results.verified") },
    { words: t("results.type_title"), look: "cu-title" },
    { words: t("results.why") },
  ];
  return html`<${Table} caption=${t("results.table")} headings=${headings} rows=${rows.map(line)} />`;
}

// Whether it was seen that what is live is as the row asked.
function Verified({ how }) {
  if (!how) return "";
  const key = how.replace(" ", "_");
  return html`<span class=${how === "yes" ? "cu-mark-yes" : "cu-mark-no"}>${how === "yes" && html`<span aria-hidden="true">✓ </span>`}${t(`results.mark.${key}`)}</span>`;
}
