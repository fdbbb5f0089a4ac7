// The foot of the plan, which stays: what is sent, what it costs, and the one next button.

function Foot({ view }) {
  const { plan } = view;
  return html`<div class="cu-foot">
    <div class="cu-sums">
      <p><strong>${t("plan.sends", { n: plan.writes })}</strong>
        ${Object.entries(plan.sends).map(([kind, n]) => html`<${Badge} key=${kind} kind=${kind} words=${`${number(n)} ${t(`kind.${kind}`)}`} />`)}
        ${plan.out > 0 && html`<span class="cu-quiet">${t("plan.out", { n: plan.out })}</span>`}
      </p>
      ${plan.writes > 0 && html`<${Budget} plan=${plan} />`}
    </div>
    <${Confirm} view=${view} />
  </div>`;
}

// The requests by what they are for, and the least time for them at the pace.
function Budget({ plan }) {
  const { budget } = plan;
  const parts = ["looks", "canary", "witness"].filter((part) => budget[part] > 0);
  const pace = { per_second: plan.per_second, per_minute: plan.per_minute };
  return html`<p class="cu-quiet">
    ${t("plan.requests", { n: plan.requests })}<span class="cu-wide"> (${[t("plan.budget.rows", { n: budget.rows }), ...parts.map((part) => t(`plan.budget.${part}`, { n: budget[part] }))].join(", ")})</span>,
    ${" "}${t("plan.time", { time: duration(plan.seconds) })}<span class="cu-wide">, ${t("plan.pace", pace)}</span>
  </p>`;
}

function Confirm({ view }) {
  const { plan, destination, busy } = view;
  const controller = useContext(Controller);
  const typed = useRef(null);
  const back = html`<${Button} act=${{ do: "back" }} what=${t("plan.back")} aria-label=${t("plan.back")}>
    <span class="cu-wide">${t("plan.back")}</span><span class="cu-slender" aria-hidden="true">←</span><//>`;
  if (plan.writes === 0) return html`<div class="cu-confirm">
    <p>${t("plan.nothing")}</p>${back}<${Button} act=${{ do: "again" }}>${t("plan.upload_another")}<//>
  </div>`;
  const words = t(plan.undoes ? "plan.undo_rows" : "plan.send_rows", { n: plan.writes });
  const lacks = plan.approval && plan.approval.standing !== "given";
  const why = busy ? "plan.somebody_sends" : lacks ? "plan.lacks_approval" : "";
  const wait = why && html`<p class="cu-warn">${t(why)}</p>`;
  const off = Boolean(why);
  if (!destination.real) return html`<div class="cu-confirm">
    ${wait || html`<p class="cu-quiet cu-wide">${t("plan.practice")}</p>`}
    ${back}<${Button} main act=${{ do: "send" }} disabled=${off}>${words}<//>
  </div>`;
  const send = (event) => {
    event.preventDefault();
    if (!off) controller.act({ do: "send", typed: typed.current.value }, words);
  };
  // JupyterLab keeps Enter from submitting a form; so it is taken here, and nowhere else.
  const enter = (event) => { if (event.key === "Enter") send(event); };
  return html`<form class="cu-confirm cu-confirm-real" onSubmit=${send}>
    ${wait}
    ${!lacks && html`<label for="cu-typed"><span class="cu-wide">${t("plan.changes_real")} </span>${rich("plan.type_number", { number: html`<strong>${String(plan.writes)}</strong>` })}</label>
    <input ref=${typed} id="cu-typed" inputmode="numeric" autocomplete="off" onKeyDown=${enter} />`}
    ${back}<button type="submit" class="cu-button cu-main cu-danger" disabled=${off}>${words}</button>
  </form>`;
}
