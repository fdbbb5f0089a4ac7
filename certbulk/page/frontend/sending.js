// Step 4: a run under way.

function SendingStep({ view }) {
  const { run, sending } = view;
  if (!run) return html`<${Section} step="sending" title="4. Sending">
    <progress aria-label="Starting" />
    <p>Starting. The run gets a process of its own.</p>
  <//>`;
  const paused = run.paused && !sending;
  const left = run.seconds_left === null ? "" : `, about ${duration(run.seconds_left)} left`;
  return html`<${Section} step="sending" title=${run.undoes ? "4. Undoing" : "4. Sending"}>
    <p class="cu-big">${number(run.done)} of ${count(run.writes, "row")}<${Quiet}>${paused ? ", paused" : left}<//></p>
    <progress max="100" value=${percent(run)} aria-label="Rows sent" />
    ${run.phase && html`<${Doing} doing=${run.phase} />`}
    <${Tiles} counts=${run.counts} />
    <${Last} rows=${run.last} />
    ${paused
      ? html`<p class="cu-note">Paused. Nothing is being sent, and ${count(run.left, "row")} wait.</p>`
      : html`<p class="cu-quiet" data-key="close">Run ${run.id}, <bdi>${run.file}</bdi>. You can close this page: the run goes on, and the page finds it again.</p>`}
    <p class="cu-actions">${paused ? html`<${Paused} />` : html`<${UnderWay} run=${run} />`}</p>
  <//>`;
}

function Last({ rows }) {
  if (rows.length === 0) return null;
  const line = (row) => html`<li key=${row.row}><${Badge} kind=${row.kind} /> row ${row.row} <${Title} row=${row} /></li>`;
  return html`<ul class="cu-last" aria-label="The last rows">${rows.map(line)}</ul>`;
}

const Paused = () => html`
  <${Button} key="go_on" main act=${{ do: "go_on" }}>Go on<//>
  <${Button} key="stop_here" act=${{ do: "stop" }}>Stop here<//>`;

function UnderWay({ run }) {
  if (run.stopping) return html`<span>Stopping at the next row …</span>`;
  const off = run.state !== "running";
  return html`
    <${Button} key="pause" act=${{ do: "pause" }} disabled=${off}>Pause<//>
    <${Button} key="stop" act=${{ do: "stop" }} disabled=${off}>Stop<//>`;
}
