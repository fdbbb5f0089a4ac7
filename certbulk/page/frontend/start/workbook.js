// Step 2: the workbook, and what was read in it.

function FileStep({ view, uploading }) {
  const { report } = view;
  return html`<${Section} step="file" title=${t("file.title")}>
    <${Drop} view=${view} uploading=${uploading} />
    <${Sheets} view=${view} />
    ${report ? html`<${Report} report=${report} />` : html`<${Begin} view=${view} />`}
  <//>`;
}

function Drop({ view, uploading }) {
  const { report } = view;
  const controller = useContext(Controller);
  const chosen = (event) => {
    controller.upload([...event.currentTarget.files]);
    event.currentTarget.value = "";
  };
  return html`<div class="cu-drop ${report ? "cu-small" : ""}" data-drop>
    <input type="file" id="cu-file" class="cu-file" accept=${view.accept} onChange=${chosen} />
    <label for="cu-file">
      <span class="cu-drop-main">${t(report ? "file.another" : "file.drop")}</span>
      ${!report && html`<span>${t("file.takes", { formats: either(view.takes.formats), megabytes: view.takes.megabytes })}</span>`}
    </label>
    ${uploading !== null && html`<progress max="1" value=${uploading} aria-label=${t("file.upload")} />`}
  </div>`;
}

function Sheets({ view }) {
  const controller = useContext(Controller);
  const { report, sheets } = view;
  if (sheets.length < 2) return null;
  const chosen = (event) => {
    const name = event.currentTarget.value;
    if (name) controller.act({ do: "sheet", name }, t("file.sheet_named", { name }));
  };
  return html`<label class="cu-sheets ${report ? "" : "cu-note cu-warn"}">
    <span>${t(report ? "file.sheet" : "file.which_sheet")}</span>
    <select data-sheet onChange=${chosen}>
      ${!report && html`<option value="">${t("file.choose_sheet")}</option>`}
      ${sheets.map((name) => html`<option key=${name} value=${name} selected=${report?.sheet === name}>${name}</option>`)}
    </select>
  </label>`;
}

const template = (words) => html`<${Fetch} link file="template">${words}<//>`;

function Begin({ view }) {
  const run = (one) => html`<li key=${one.run}>
    <span>${when(one.started)}, <bdi>${one.file}</bdi>, ${t(`state.${one.state}`)}</span>
    <${Button} act=${{ do: "open", run: one.run }} aria-label=${t("file.open_run", { run: one.run })}>${t("file.open")}<//>
  </li>`;
  return html`
    <p class="cu-quiet">${rich("file.none_yet", { template: template(t("file.take_empty")) })}</p>
    ${view.recent.length > 0 && html`<div class="cu-recent">
      <h3>${t("file.earlier")}</h3>
      <ul>${view.recent.map(run)}</ul>
    </div>`}`;
}

// What was read; another file may be dropped on it.
const ReadFrom = ({ report }) => html`<p tabindex="-1" data-heading="report" data-drop>
  <strong><bdi>${report.file}</bdi>${report.sheet && [", ", rich("file.sheet_of", { name: report.sheet })]}</strong>:${" "}
  ${t("file.read_rows", { n: report.rows })}, ${t("file.read_columns", { n: report.columns })}.${" "}
  ${report.unknown.length > 0 && rich("file.unknown", { headers: report.unknown.join(", ") })}
</p>`;

function Report({ report }) {
  const { good } = report;
  const goTo = (step, words, main) => html`<${Button} main=${main} act=${{ do: "goto", step }}>${words}<//>`;
  // What is only a warning is seen in the plan as well: it keeps nobody from going on.
  const toMend = report.errors > 0 ? goTo("mend", t("mend.on_to_mend", { n: report.found }), true) : goTo("mend", t("mend.warnings", { n: report.warnings }));
  return html`<div class="cu-stack">
    <${ReadFrom} report=${report} />
    ${report.pasted && html`<div class="cu-note cu-warn">
      <p>${t("file.pasted")}</p>
      <${Button} act=${{ do: "pasted" }}>${t("file.read_pasted")}<//>
    </div>`}
    <${Tiles} counts=${tilesOf(report)} />
    <p class="cu-note ${isFine(report) ? "cu-good" : "cu-warn"}">${verdict(report)}</p>
    ${report.lacks && html`<p>
      ${t(report.columns ? "file.lacks_more" : "file.lacks_all")}${" "}
      ${rich("file.empty_has_all", { template: template(t("file.the_empty")) })}
    </p>`}
    ${report.found > 0 && html`<p><${Fetch} file="annotated">${t("file.annotated")}<//></p>`}
    <p class="cu-actions">
      ${report.rows > 0 && !report.pasted && (report.unsure ? goTo("columns", t("mend.columns"), true) : report.found > 0 && toMend)}
      <${Button} main=${!report.unsure && report.errors === 0} act=${{ do: "plan" }} disabled=${good === 0}>${t("file.make_plan")}<//>
      <${Quiet}>${t("file.only_reads")}<//>
    </p>
  </div>`;
}
