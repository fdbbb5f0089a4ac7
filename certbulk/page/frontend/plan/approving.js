// The approval of another person: asked for at the plan, given at the plan of the other one.

// It is for the rows that are ticked when it is asked for. It is looked for again and again.
function Approval({ plan: { approval, undoes, writes } }) {
  if (!approval || writes === 0) return null;
  const { standing, by, what, why, asked } = approval;
  const waits = standing === "none" && asked;
  const said = why ? told(why) : rich(`plan.approval.${waits ? "asked" : standing}`, by ? { who: by.who, when: when(by.at) } : { when: when(asked) });
  const [given, never] = [standing === "given", standing === "not_shared"];
  return html`<div class="cu-note cu-approval ${given ? "cu-good" : standing === "none" ? "" : "cu-warn"}">
    <div role="status">${given && html`<span aria-hidden="true">✓ </span>`}${said}</div>
    ${!given && !never && html`<p>${undoes ? t("plan.approve_undo", { run: undoes }) : t("plan.approve")}</p>
    <div class="cu-actions">
      ${undoes && standing !== "own" && html`<${Button} act=${{ do: "approve" }}>${t("plan.approve_this_undo")}<//>`}
      ${!undoes && !asked && html`<${Button} main act=${{ do: "ask" }}>${t("plan.ask")}<//>`}
      ${!undoes && html`<${Fetch} link file="to_approve">${t("plan.to_approve")}<//>`}
    </div>
    <p class="cu-quiet">${rich("plan.approve_with", { command: html`<code>${t("plan.approve_command", { what })}</code>` })}</p>`}
  </div>`;
}

// The plans that wait, or were approved and not sent yet.
function PlansAsked({ asked }) {
  if (asked.length === 0) return null;
  const headings = ["when", "file", "outcome", "actions"].map((name) => t(`history.${name}`));
  const line = (one) => html`<tr key=${one.plan}>
    <${Cell} label=${t("history.when")}>${when(one.at)} <small>${t("history.who")}: <bdi>${one.who}</bdi></small><//>
    <${Cell} names label=${t("history.file")}><bdi>${one.file}</bdi><//>
    <${Cell} label=${t("history.outcome")}>${one.approvals.length ? t("approving.approved") : t("approving.waits")}<${PlanCounts} counts=${one.counts} /><//>
    <${Cell} label=${t("history.actions")}><${Button} slim act=${{ do: "to_approve", plan: one.plan }} aria-label=${t("approving.look_at", { file: one.file })}>${t("history.look")}<//><//>
  </tr>`;
  return html`<div class="cu-stack"><h3>${t("approving.list")}</h3>
    <${Table} caption=${t("approving.list")} headings=${headings} rows=${asked.map(line)} />
  </div>`;
}

function PlanCounts({ counts }) {
  return html`<ul class="cu-run-counts">${Object.entries(counts).map(([kind, n]) => html`<li key=${kind}>${t(`kind.${kind}`)} ${number(n)}</li>`)}</ul>`;
}

// The plan of another person, to look at and to approve.
function ToApprove({ aside, paper }) {
  const { approvals, mine } = aside;
  const names = (by, at) => html`<p key=${at}><span aria-hidden="true">✓ </span>${rich("results.approved", { who: by.who, when: when(by.at) })}</p>`;
  return html`<${Section} step="to_approve" title=${t("approving.title", { file: aside.file })} heading=${rich("approving.title", { file: aside.file })}>
    <p>${rich("approving.asked", { who: aside.who, when: when(aside.at) })} ${t("plan.made", { when: when(aside.made) })} ${t("plan.zone", { zone: aside.zone })}</p>
    <${PlanCounts} counts=${aside.counts} />
    ${aside.warned > 0 && html`<p class="cu-note cu-warn">${t("plan.warned", { n: aside.warned })}</p>`}
    <div class=${paper.rows ? "cu-on-screen" : ""}><${PlanPaper} rows=${aside.rows} /></div>
    <${Turn} aside=${aside} />
    <${Paper} paper=${paper} many=${aside.pages > 1}>${(rows) => html`<${PlanPaper} rows=${rows} />`}<//>
    <div class="cu-note ${approvals.length ? "cu-good" : ""}" role="status">
      ${approvals.length ? approvals.map(names) : t(mine ? "approving.mine" : "approving.means")}
    </div>
    <p class="cu-actions">
      ${!mine && approvals.length === 0 && html`<${Button} main act=${{ do: "approve" }}>${t("approving.approve")}<//>`}
      <${Button} act=${{ do: "history" }}>${t("history.back")}<//>
    </p>
  <//>`;
}
