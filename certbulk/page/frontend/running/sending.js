// Step 4: a run under way.

function SendingStep({ view }) {
  const { run, sending } = view;
  if (!run) return html`<${Section} step="sending" title=${t("sending.title")}>
    <progress aria-label=${t("sending.starting")} />
    <p>${t("sending.starting_more")}</p>
  <//>`;
  const paused = run.paused && !sending;
  const left = run.seconds_left === null ? "" : t("sending.left", { time: duration(run.seconds_left) });
  return html`<${Section} step="sending" title=${t(run.undoes ? "sending.undo_title" : "sending.title")}>
    <div class="cu-under-way">
      <div class="cu-stack">
        <p class="cu-big">${t("sending.done", { done: run.done, n: run.writes })}<${Quiet}>${paused ? t("sending.paused") : left}<//></p>
        <progress max="100" value=${percent(run)} aria-label=${t("sending.progress")} />
        ${run.phase && html`<${Doing} doing=${run.phase} words=${t(`phase.${run.phase.name}`, { n: run.phase.rows })} />`}
        <${Tiles} counts=${run.counts} />
        <p class="cu-actions">${paused ? html`<${Paused} />` : html`<${UnderWay} run=${run} />`}</p>
        ${paused
          ? html`<p class="cu-note">${t("sending.paused_more", { n: run.left })}</p>`
          : html`<p class="cu-quiet" data-key="close">${rich("sending.close_page", { run: run.id, file: run.file })}</p>`}
      </div>
      <${Last} rows=${run.last} />
    </div>
  <//>`;
}

function Last({ rows }) {
  if (rows.length === 0) return null;
  const line = (row) => html`<li key=${row.row}><span class="cu-figure cu-quiet">${t("sending.row", { row: row.row })}</span> <${Badge} kind=${row.kind} /> <span><${Title} row=${row} /></span></li>`;
  return html`<div class="cu-stack"><h3>${t("sending.last")}</h3><ul class="cu-last">${rows.map(line)}</ul></div>`;
}

const Paused = () => html`
  <${Button} key="go_on" main act=${{ do: "go_on" }}>${t("sending.go_on")}<//>
  <${Button} key="stop_here" act=${{ do: "stop" }}>${t("sending.stop_here")}<//>`;

function UnderWay({ run }) {
  if (run.stopping) return html`<span>${t("sending.stopping")}</span>`;
  const off = run.state !== "running";
  return html`
    <${Button} key="pause" act=${{ do: "pause" }} disabled=${off}>${t("sending.pause")}<//>
    <${Button} key="stop" act=${{ do: "stop" }} disabled=${off}>${t("sending.stop")}<//>`;
}
