// Step 3: what would be sent, row by row, and what decides about it.

const FEW = 4;
const OLD_MS = 60 * 60 * 1000;
const NARROW = ["shown", "find", "field", "size"];

function PlanStep({ view, paper }) {
  const { plan } = view;
  const [cards, setCards] = useState(() => preferences().cards === true);
  const choose = (on) => {
    setCards(on);
    prefer({ cards: on });
  };
  const title = plan.undoes ? t("plan.undo_title", { run: plan.undoes }) : t("plan.title");
  const { table } = plan;
  return html`<${Section} step="plan" look="cu-plan" title=${title} aside=${html`<${Made} plan=${plan} />`}>
    <${Warned} view=${view} />
    <${Approval} plan=${plan} />
    <${TitleChoices} plan=${plan} />
    <${PlanNarrowing} table=${table} cards=${cards} setCards=${choose} />
    <${Ticks} plan=${plan} />
    <div class=${paper.rows ? "cu-on-screen" : ""}>
      ${table.count === 0
        ? html`<p class="cu-note">${t("table.nothing")}</p>`
        : cards ? html`<${PlanCards} rows=${table.rows} />` : html`<${PlanTable} table=${table} />`}
    </div>
    <${Pages} table=${table} />
    <${Paper} paper=${paper} many=${table.count < sum(table.filters) || table.pages > 1}>${(rows) => html`<${PlanPaper} rows=${rows} />`}<//>
    <${Foot} view=${view} />
  <//>`;
}

// Warnings of rows are shown with them; all those of the workbook are one step back.
function Warned({ view: { plan, report } }) {
  const found = plan.undoes ? 0 : (report?.warnings ?? 0);
  if (!plan.warned && !found) return null;
  return html`<p class="cu-note cu-warn">
    ${plan.warned > 0 && t("plan.warned", { n: plan.warned })}
    ${" "}${found > 0 && html`<${Button} link act=${{ do: "goto", step: "mend" }}>${t("mend.warnings", { n: found })}<//>`}
  </p>`;
}

// What is live may have changed since; what has changed is looked at again before it is sent.
function Made({ plan }) {
  const old = Date.now() - new Date(plan.made).getTime() > OLD_MS;
  return html`<div class=${old ? "cu-note cu-warn" : "cu-aside"}>
    <p>${t(old ? "plan.made_long_ago" : "plan.made", { when: when(plan.made) })}${!plan.undoes && ` ${t("plan.zone", { zone: plan.zone })}`}</p>
    <${Button} link=${!old} act=${{ do: plan.undoes ? "undo" : "plan" }}>${t("plan.make_again")}<//>
    ${!plan.undoes && html`<${Match} plan=${plan} />`}
  </div>`;
}

function Match({ plan }) {
  const controller = useContext(Controller);
  const words = t("plan.match");
  return html`<label class="cu-check">
    <input type="checkbox" checked=${plan.match} onChange=${(event) => controller.act({ do: "match", on: event.currentTarget.checked }, words)} />
    <span>${words}</span>
  </label>`;
}

// By action, by the field that changes, by the size of the change, by a text; and as what it is shown.
function PlanNarrowing({ table, cards, setCards }) {
  const as = (on, words) => html`<button type="button" class="cu-filter" aria-pressed=${String(cards === on)} onClick=${() => setCards(on)}>${words}</button>`;
  const fields = table.fields.map(({ name, label, count }) => [name, label || t(`field.${name}`), count]);
  const sizes = table.sizes.map(({ name, count }) => [name, t(`plan.size.${name}`), count]);
  return html`<${Narrowing} table=${table} label=${t("table.rows")} search always>
    ${fields.length > 0 && html`<${Pick} name="field" value=${table.field} label=${t("plan.field")} all=${t("plan.any_field")} quiet options=${fields} />`}
    ${sizes.length > 1 && html`<${Pick} name="size" value=${table.size} label=${t("plan.size_of")} all=${t("plan.any_size")} quiet options=${sizes} />`}
    <${Pick} name="sort" look=${cards ? "" : "cu-when-narrow"} value=${table.sort} label=${t("table.sort")} all=${t("plan.sort.first")} options=${SORTS.map((sort) => [sort, t(`plan.sort.${sort.replace("-", "falling_")}`)])} />
    <div class="cu-filters" role="group" aria-label=${t("plan.shown_as")}>${as(false, t("plan.as_rows"))}${as(true, t("plan.as_cards"))}</div>
  <//>`;
}

const SORTS = ["row", "title", "kind", "-change"];

// All that are shown, on all pages: the controller is told what that is here, whatever was asked for since.
function Ticks({ plan }) {
  const { table } = plan;
  const narrow = Object.fromEntries(NARROW.map((name) => [name, table[name]]));
  const counts = { n: table.count, all: sum(table.filters), taken: table.taken, writes: table.writes };
  const all = (on, words, off) =>
    html`<${Button} slim act=${{ do: "tick_all", on, ...narrow }} disabled=${off}>${words}<//>`;
  return html`<div class="cu-ticks">
    <span class="cu-quiet">${t("plan.shown", counts)}</span>
    ${table.writes > 0 && html`
      ${all(false, t("plan.leave_out_shown", { n: table.writes }), table.taken === 0)}
      ${all(true, t("plan.take_shown", { n: table.writes }), table.taken === table.writes)}`}
  </div>`;
}

function Tick({ row }) {
  const controller = useContext(Controller);
  if (!row.tick) return html`<${Hidden}>${t("plan.not_sent")}<//>`;
  const label = t("plan.send_row", { row: row.row, title: row.title });
  const change = (event) => controller.act({ do: "tick", row: row.row, on: event.currentTarget.checked }, t("plan.row_named", { row: row.row }));
  return html`<input type="checkbox" data-tick=${row.row} checked=${row.send} aria-label=${label} onChange=${change} />`;
}

const lookOf = (row) => `${row.warned ? "cu-warned" : ""} ${row.jumps ? "cu-jump" : ""} ${row.tick && !row.send ? "cu-out" : ""}`;

function PlanTable({ table }) {
  const line = (row) => html`<tr key=${row.row} class=${lookOf(row)}>
    <${Cell} label=${t("plan.send")}><${Tick} row=${row} /><//>
    <${Cell} label=${t("plan.row")} figure>${row.row}<//>
    <${Cell} label=${t("plan.action")}><${Badge} kind=${row.kind} /><//>
    <${Cell} names label=${t("plan.type_title")}><span class="cu-type"><${Title} row=${row} /></span><//>
    <${Cell} label=${t("plan.happens")}><${Changes} row=${row} few=${FEW} /><//>
  </tr>`;
  const headings = [
    { words: t("plan.send") },
    { words: t("plan.row"), sort: "row", figure: true },
    { words: t("plan.action"), sort: "kind" },
    { words: t("plan.type_title"), sort: "title", look: "cu-title" },
    { words: t("plan.happens"), sort: "change", falls: true },
  ];
  return html`<${Table} caption=${t("plan.table")} headings=${headings} sorted=${table.sort} rows=${table.rows.map(line)} />`;
}

function PlanCards({ rows }) {
  const card = (row) => html`<li key=${row.row} class=${lookOf(row)}>
    <div class="cu-card-head"><${Tick} row=${row} /><div><span class="cu-type"><${Title} row=${row} /></span></div>
      <div><${Badge} kind=${row.kind} /><br /><small>${t("sending.row", { row: row.row })}</small></div></div>
    <${Remark} row=${row} />
    <dl class=${row.kind === "create" ? "cu-new" : ""}>${row.changes.map((one) => html`<dt key=${one.name}>${labelOf(one)}</dt><dd><${Change} change=${one} /></dd>`)}</dl>
  </li>`;
  return html`<ul class="cu-cards" aria-label=${t("plan.table")}>${rows.map(card)}</ul>`;
}

function PlanPaper({ rows }) {
  const line = (row) => html`<tr key=${row.row} class=${lookOf(row)}>
    <${Cell} label=${t("plan.row")} figure>${row.row}<//>
    <${Cell} label=${t("plan.action")}><${Badge} kind=${row.kind} />${row.tick && !row.send && html` (${t("plan.left_out_one")})`}<//>
    <${Cell} names label=${t("plan.type_title")}><span class="cu-type"><${Title} row=${row} /></span><//>
    <${Cell} label=${t("plan.happens")}><${Changes} row=${row} few=${Infinity} /><//>
  </tr>`;
  const headings = ["row", "action", "type_title", "happens"].map((key) => ({ words: t(`plan.${key}`) }));
  return html`<${Table} caption=${t("plan.table")} headings=${headings} rows=${rows.map(line)} />`;
}

// The person's own header, else the name of the field.
const labelOf = ({ label, name, field = name }) => (label ? html`<bdi>${label}</bdi>` : t(`field.${field}`));

const Remark = ({ row }) => row.said.map((one, at) => html`<div key=${at} class="cu-remark">${told(one)}</div>`);

function Changes({ row, few }) {
  const [first, rest] = [row.changes.slice(0, few), row.changes.slice(few)];
  const one = (change) => html`<li key=${change.name}><span class="cu-label">${labelOf(change)}</span> <${Change} change=${change} /></li>`;
  const list = (changes) => html`<ul class="cu-changes ${row.kind === "create" ? "cu-new" : ""}">${changes.map(one)}</ul>`;
  return html`
    ${first.length > 0 && html`<div class="cu-differs">${list(first)}${rest.length > 0 && html`<details>
      <summary>${t("plan.more", { n: rest.length })}</summary>${list(rest)}
    </details>`}</div>`}
    <${Remark} row=${row} />`;
}

// Old → new, or what a list gains and loses; by how much a price changes.
function Change({ change: { name, old, new: fresh, share, added, removed } }) {
  if (added || removed) return html`
    ${removed && html`<del><${Hidden}>${t("plan.removed")} <//>− <bdi>${removed}</bdi></del> `}
    ${added && html`<ins><${Hidden}>${t("plan.added")} <//>+ <bdi>${added}</bdi></ins>`}`;
  return html`
    ${old !== undefined && html`<del><${Hidden}>${t("plan.from")} <//><bdi>${valueOf(name, old)}</bdi></del><span aria-hidden="true"> → </span><${Hidden}> ${t("plan.to")} <//>`}
    <ins><bdi>${valueOf(name, fresh)}</bdi></ins>
    ${share !== undefined && share !== null && html` <span class="cu-share">${percentage(share)}</span>`}`;
}

function percentage(share) {
  const digits = Math.abs(share) < 10 ? 1 : 0;
  return (share / 100).toLocaleString(locale(), { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: digits });
}
