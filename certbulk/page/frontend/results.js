// Step 5: how every row ended.

function ResultsStep({ view }) {
  const { run } = view;
  const looks = sum(run.rows.filters);
  const good = run.state === "finished" && looks === 0;
  return html`<${Section} step="results" title=${run.undoes ? "5. Results of the undo" : "5. Results"}>
    <p class="cu-note ${good ? "cu-good" : "cu-warn"}">
      <strong>${headline(run, looks)}</strong>${run.reason && html` <bdi>${run.reason}</bdi>`}
    </p>
    <${Tiles} counts=${run.counts} />
    <p class="cu-actions">
      <${Fetch} main file="results">Download the results workbook<//>
      ${run.left > 0 && html`<${Button} act=${{ do: "go_on" }}>Send the remaining ${count(run.left, "row")}<//>`}
    </p>
    ${looks > 0 && html`<${ToLookAt} table=${run.rows} />`}
    <p class="cu-quiet">
      Run ${run.id}, <bdi>${run.file}</bdi>, ${when(run.started)}.${run.undoes && ` It undid run ${run.undoes}.`}
    </p>
    <p class="cu-actions">
      <${Button} act=${{ do: "again" }}>Upload another workbook<//>
      ${run.undo && html`<${Button} act=${{ do: "undo" }}>Undo this run …<//>`}
    </p>
  <//>`;
}

function headline(run, looks) {
  if (run.state !== "finished") return `The run was ${run.state} after ${number(run.done)} of ${count(run.writes, "row")}.`;
  return looks === 0 ? "Every row ended well." : `Finished. ${count(looks, "row needs", "rows need")} a look.`;
}

function ToLookAt({ table }) {
  const line = (row) => html`<tr key=${row.row}>
    <${Cell} label="Row">${row.row}<//>
    <${Cell} label=""><${Badge} kind=${row.kind} /><//>
    <${Cell} label="Title"><${Title} row=${row} /><//>
    <${Cell} label="Why, and what to do"><bdi>${row.text}</bdi>${row.todo && html`<p class="cu-todo">${row.todo}</p>`}<//>
  </tr>`;
  const headings = ["Row", ["How it ended", "cu-unseen"], ["Title", "cu-title"], "Why, and what to do"];
  return html`<${Narrowing} table=${table} name="rows" search />
    <${Table} caption="Rows to look at" headings=${headings} rows=${table.rows.map(line)} />
    <${Pages} table=${table} />`;
}
