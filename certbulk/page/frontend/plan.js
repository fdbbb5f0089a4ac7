// Step 3: what would be sent, row by row, and the confirmation.

const FEW = 3;
const OLD_MS = 60 * 60 * 1000;

function PlanStep({ view }) {
  const { plan } = view;
  const left_out = plan.out > 0 ? ` (${number(plan.out)} left out)` : "";
  const zone = plan.undoes ? "" : ` Dates without a time zone are taken in ${plan.zone}.`;
  return html`<${Section} step="plan" title=${plan.undoes ? `3. Undo run ${plan.undoes}` : "3. The plan"}>
    <${Tiles} counts=${plan.counts} />
    <p>
      <strong>${count(plan.writes, "write")}</strong>${left_out}: about ${duration(plan.seconds)}, at ${plan.pace}.${zone}
    </p>
    <${Made} plan=${plan} />
    ${!plan.undoes && html`<${Match} plan=${plan} />`}
    <${Narrowing} table=${plan.rows} name="rows" search />
    <${Ticks} plan=${plan} />
    <${PlanTable} rows=${plan.rows.rows} />
    <${Pages} table=${plan.rows} />
    <${Confirm} view=${view} />
  <//>`;
}

// What is live may have changed since; what has changed is looked at again before it is sent.
function Made({ plan }) {
  const old = Date.now() - new Date(plan.made).getTime() > OLD_MS;
  return html`<div class=${old ? "cu-note cu-warn" : "cu-made cu-quiet"}>
    <p>${old
      ? `This plan was made on ${when(plan.made)}. A row whose type has been changed since will not be sent; make the plan again to compare with what is live now.`
      : `Made on ${when(plan.made)} from what was live then.`}</p>
    <${Button} act=${{ do: plan.undoes ? "undo" : "plan" }}>Make the plan again<//>
  </div>`;
}

function Match({ plan }) {
  const desk = useContext(Desk);
  const words = "A row without an id changes the live type that has its title";
  return html`<label class="cu-check">
    <input type="checkbox" checked=${plan.match} onChange=${(event) => desk.act({ do: "match", on: event.currentTarget.checked }, words)} />
    <span>${words}</span>
  </label>`;
}

function Ticks({ plan }) {
  if (!plan.rows.rows.some((row) => row.tick)) return null;
  const confirm = (event) =>
    event.currentTarget.closest("section").querySelector(".cu-confirm :is(input, button)")?.focus();
  return html`<p class="cu-ticks">
    <${Button} act=${{ do: "tick_all", on: false }}>Leave out all that are shown<//>
    <${Button} act=${{ do: "tick_all", on: true }}>Take them all<//>
    ${plan.writes > 0 && html`<button type="button" class="cu-button" onClick=${confirm}>On to sending ↓</button>`}
  </p>`;
}

function PlanTable({ rows }) {
  const desk = useContext(Desk);
  const tick = (row) => html`<input
    type="checkbox" data-tick=${row.row} checked=${row.send} aria-label="Send row ${row.row}, ${row.title}"
    onChange=${(event) => desk.act({ do: "tick", row: row.row, on: event.currentTarget.checked }, `Row ${row.row}`)}
  />`;
  const line = (row) => html`<tr key=${row.row} class=${row.tick && !row.send ? "cu-out" : ""}>
    <${Cell} label="Send">${row.tick ? tick(row) : html`<${Hidden}>not sent<//>`}<//>
    <${Cell} label="Row">${row.row}<//>
    <${Cell} label=""><${Badge} kind=${row.kind} words=${ONE[row.kind]} /><//>
    <${Cell} label="Title"><${Title} row=${row} /><//>
    <${Cell} label="What happens"><${Changes} row=${row} /><//>
  </tr>`;
  const headings = ["Send", "Row", ["Create or change", "cu-unseen"], ["Title", "cu-title"], "What happens"];
  return html`<${Table} caption="The plan, row by row" headings=${headings} rows=${rows.map(line)} />`;
}

function Changes({ row }) {
  const [few, rest] = [row.changes.slice(0, FEW), row.changes.slice(FEW)];
  const list = (changes) => html`<ul class="cu-changes">${changes.map((one) => html`<${Change} key=${one[0]} change=${one} />`)}</ul>`;
  return html`
    ${row.text && html`<p><bdi>${row.text}</bdi></p>`}
    ${few.length > 0 && list(few)}
    ${rest.length > 0 && html`<details><summary>and ${rest.length} more</summary>${list(rest)}</details>`}`;
}

function Change({ change: [label, old, fresh] }) {
  return html`<li>
    <span class="cu-label">${label}</span>${" "}
    ${old && html`<del><${Hidden}>from <//><bdi>${old}</bdi></del><span class="cu-arrow" aria-hidden="true"> → </span><${Hidden}> to <//>`}
    <ins><bdi>${fresh}</bdi></ins>
  </li>`;
}

function Confirm({ view }) {
  const { plan, place, busy } = view;
  const desk = useContext(Desk);
  const typed = useRef(null);
  const back = html`<${Button} act=${{ do: "back" }}>Back<//>`;
  if (plan.writes === 0) return html`<div class="cu-note">
    <p>There is nothing to send.</p>
    <span class="cu-actions">${back}<${Button} act=${{ do: "again" }}>Upload another workbook<//></span>
  </div>`;
  const words = `${plan.undoes ? "Undo" : "Send"} ${count(plan.writes, "row")}`;
  const wait = busy && html`<p>Somebody else is sending to this chain: wait until that run has ended, or go back.</p>`;
  const off = Boolean(busy);
  if (!place.real) return html`<div class="cu-confirm">
    ${wait}
    <p>This goes to the practice chain. Nothing real is changed.</p>
    <${Button} main act=${{ do: "send" }} disabled=${off}>${words}<//>${back}
  </div>`;
  const send = (event) => {
    event.preventDefault();
    if (!off) desk.act({ do: "send", typed: typed.current.value }, words);
  };
  // JupyterLab keeps Enter from submitting a form; so it is taken here, and nowhere else.
  const enter = (event) => { if (event.key === "Enter") send(event); };
  return html`<form class="cu-confirm cu-confirm-real" onSubmit=${send}>
    ${wait}
    <label for="cu-typed">This changes the real service. Type <strong>${String(plan.writes)}</strong>, the number of writes, to confirm:</label>
    <input ref=${typed} id="cu-typed" inputmode="numeric" autocomplete="off" size="8" onKeyDown=${enter} />
    <button type="submit" class="cu-button cu-main cu-danger" disabled=${off}>${words}</button>${back}
  </form>`;
}
