// Step 2: the workbook, and what was read in it.

function FileStep({ view, uploading }) {
  const { report } = view;
  return html`<${Section} step="file" title="2. The workbook">
    <${Drop} view=${view} uploading=${uploading} />
    <${Sheets} view=${view} />
    ${report ? html`<${Report} report=${report} />` : html`<${Begin} view=${view} />`}
  <//>`;
}

function Drop({ view, uploading }) {
  const { report } = view;
  const desk = useContext(Desk);
  const chosen = (event) => {
    desk.upload([...event.currentTarget.files]);
    event.currentTarget.value = "";
  };
  return html`<div class="cu-drop ${report ? "cu-small" : ""}" data-drop>
    <input type="file" id="cu-file" class="cu-file" accept=${view.accept} onChange=${chosen} />
    <label for="cu-file">
      <span class="cu-drop-main">${report ? "Choose another workbook" : "Drop a workbook here, or choose one"}</span>
      ${!report && html`<span>${view.takes} Nothing is sent yet.</span>`}
    </label>
    ${uploading !== null && html`<progress max="1" value=${uploading} aria-label="Upload" />`}
  </div>`;
}

function Sheets({ view }) {
  const desk = useContext(Desk);
  const { report, sheets } = view;
  if (sheets.length < 2) return null;
  const chosen = (event) => {
    const name = event.currentTarget.value;
    if (name) desk.act({ do: "sheet", name }, `Sheet ${name}`);
  };
  return html`<label class="cu-sheets ${report ? "" : "cu-note cu-warn"}">
    <span>${report ? "Sheet" : "The workbook has several sheets that could be meant. Which one?"}</span>
    <select data-sheet onChange=${chosen}>
      ${!report && html`<option value="">Choose a sheet</option>`}
      ${sheets.map((name) => html`<option key=${name} value=${name} selected=${report?.sheet === name}>${name}</option>`)}
    </select>
  </label>`;
}

const Template = ({ children }) => html`<${Fetch} link file="template">${children}<//>`;

function Begin({ view }) {
  const run = (one) => html`<li key=${one.run}>
    <span>${when(one.started)}, <bdi>${one.file}</bdi>, ${one.state}</span>
    <${Button} act=${{ do: "open", run: one.run }} aria-label="Open run ${one.run}">Open<//>
  </li>`;
  return html`
    <p class="cu-quiet">No workbook yet? <${Template}>Take the empty one<//> with notes and drop-downs, and fill it in.</p>
    ${view.recent.length > 0 && html`<div class="cu-recent">
      <h3>Earlier runs on this chain</h3>
      <ul>${view.recent.map(run)}</ul>
    </div>`}`;
}

function Report({ report }) {
  const { good, bad, findings } = report;
  return html`<div class="cu-stack">
    <p tabindex="-1" data-heading="report">
      <strong><bdi>${report.file}</bdi>${report.sheet && html`, sheet <bdi>${report.sheet}</bdi>`}</strong>:${" "}
      ${count(report.rows, "row")}, ${count(report.columns, "known column")}.${" "}
      ${report.unknown.length > 0 && html`Not known, and left alone: <bdi>${report.unknown.join(", ")}</bdi>.`}
    </p>
    ${report.pasted && html`<div class="cu-note cu-warn">
      <p>These look like rows for the browser extension, which have no names of columns.</p>
      <${Button} act=${{ do: "pasted" }}>Read them as such<//>
    </div>`}
    <${Tiles} counts=${{ good, ...(bad ? { invalid: bad } : {}) }} />
    <p class="cu-note ${bad || !report.rows ? "cu-warn" : "cu-good"}">${verdict(report)}</p>
    ${report.lacks && html`<p>
      ${report.columns
        ? "New types need more columns than it has. "
        : "It has no column that is known here. Is it the right workbook, and the right sheet of it? "}
      <${Template}>The empty workbook<//> has all columns, with notes and drop-downs: put your rows into it, or
      add to yours what it lacks.
    </p>`}
    ${report.found > 0 && html`<p><${Fetch} file="annotated">Download your workbook with all this marked in it<//></p>`}
    ${findings && sum(findings.filters) > 0 && html`<${Findings} findings=${findings} />`}
    <p class="cu-actions">
      <${Button} main act=${{ do: "plan" }} disabled=${good === 0}>Make the plan<//>
      <${Quiet}>This only reads what is live. Nothing is sent.<//>
    </p>
  </div>`;
}

function verdict({ rows, good, bad }) {
  if (!rows) return "There are no rows of certificate types in it.";
  if (!bad) return "Every row can be read and makes sense.";
  const others = good ? `, or send only the other ${good === 1 ? "row" : number(good)}` : "";
  return `${count(bad, "row has an error", "rows have errors")} and will not be sent. Correct ${
    bad === 1 ? "the row" : "them"} in the workbook and drop it again${others}.`;
}

function Findings({ findings }) {
  const row = (finding, place) => html`<tr key=${place}>
    <${Cell} label="Cell">
      <span class="cu-cell">${finding.cell || (finding.row ? `row ${finding.row}` : "sheet")}</span>
      <small> ${finding.field}</small>
    <//>
    <${Cell} label=""><${Badge} kind=${finding.kind} words=${ONE[finding.kind]} /><//>
    <${Cell} label="What is wrong"><bdi>${finding.text}</bdi><//>
    <${Cell} label="Value">${finding.value && html`<code><bdi>${finding.value}</bdi></code>`}<//>
  </tr>`;
  const headings = ["Cell", ["Error or warning", "cu-unseen"], "What is wrong", "Value"];
  return html`<${Narrowing} table=${findings} name="findings" />
    <${Table} caption="What was found" headings=${headings} rows=${findings.rows.map(row)} />
    <${Pages} table=${findings} />`;
}
