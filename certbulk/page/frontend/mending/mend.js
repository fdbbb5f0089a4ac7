// The step in which cells are mended: what was found by problem, and the rows concerned.

function MendStep({ view, paper }) {
  const { report, mend } = view;
  const { rows } = mend;
  const group = mend.groups.find(({ key }) => key === rows.shown);
  return html`<${Section} step="mend" title=${t("mend.heading")}>
    <${ReadFrom} report=${report} />
    <${Tiles} counts=${tilesOf(report)} />
    <p class="cu-note ${isFine(report) ? "cu-good" : "cu-warn"}">${verdict(report)}</p>
    <${MendActions} mend=${mend} report=${report} />
    ${!mend.notes.some(({ asks_zone }) => asks_zone) && html`<${Zones} zones=${mend.zones} />`}
    ${mend.groups.length > 0 && html`<div class="cu-mend">
      <${Problems} mend=${mend} />
      <div class="cu-stack" data-mend-rows>
        <h3>${group ? [t(`finding.${group.code}`), group.field && [": ", labelOf(group)]] : t("mend.everything")}</h3>
        <${ForAll} mend=${mend} group=${group} />
        ${mend.notes.map((note, at) => html`<div key=${at} class="cu-note cu-warn"><div>${told(note.said)}</div>${note.asks_zone && html`<${Zones} zones=${mend.zones} />`}
          ${note.above !== null && html`<${Button} act=${{ do: "above", row: note.above }}>${t("mend.leave_out_above")}<//>`}</div>`)}
        ${(rows.pages > 1 || rows.find) && html`<${Find} value=${rows.find} label=${t("mend.find")} />`}
        <div class=${paper.rows ? "cu-on-screen" : ""}><${MendRows} rows=${rows.rows} /></div>
        ${rows.rows.length === 0 && mend.notes.length === 0 && html`<p class="cu-quiet">${t("mend.nothing_shown")}</p>`}
        <${Pages} table=${rows} />
        <${Paper} paper=${paper} many=${rows.pages > 1}>${(all) => html`<${MendPaper} rows=${all} />`}<//>
      </div>
    </div>`}
    ${(report.errors > 0 || report.good === 0) && html`<p class="cu-actions">
      <${Button} main act=${{ do: "plan" }} disabled=${report.good === 0}>${t("mend.plan")}<//>
      <${Quiet}>${report.bad > 0 && report.good > 0 && `${t("mend.plan_without", { n: report.bad })} `}${t("mend.plan_help")}<//>
    </p>`}
  <//>`;
}

// Warnings have a tile of their own: rows that can be sent are not yet rows that are right.
function tilesOf({ good, bad, skipped, warnings, mended }) {
  const counts = { good, invalid: bad, skipped, warning: warnings, mended };
  return Object.fromEntries(Object.entries(counts).filter(([name, value]) => value || name === "good"));
}

const isFine = ({ good, bad, warnings }) => good > 0 && !bad && !warnings;

function verdict({ rows, good, bad, warnings }) {
  if (!rows) return t("mend.no_rows");
  if (bad) return t(good ? "mend.some_bad" : "mend.nothing_good", { n: bad });
  if (!good) return t("mend.all_out");
  return warnings ? t("mend.all_good_warned", { n: warnings }) : t("mend.all_good");
}

function MendActions({ mend, report }) {
  const { certain, last } = mend;
  const whole = last && ["skip", "send", "above"].includes(last.kind);
  const several = whole ? "mend.undo_rows" : "mend.undo_several";
  const undo = last && (last.count === 1 ? t("mend.undo_cell", { row: String(last.row) }) : t(several, { n: last.count }));
  return html`<div class="cu-actions">
    ${report.errors === 0 && report.good > 0 && html`<${Button} main act=${{ do: "plan" }}>${t("mend.plan")}<//>`}
    ${certain > 0 && html`<${Button} act=${{ do: "certain" }} title=${t("mend.certain_help")}>${t("mend.certain", { n: certain })}<//>`}
    ${last && html`<${Button} act=${{ do: "unmend" }}>${undo}<//>`}
    ${last && html`<${Fetch} file="mended">${t("mend.download")}<//>`}
    ${report.found > 0 && html`<${Fetch} file="annotated" link>${t("mend.download_marked")}<//>`}
    <${Button} link act=${{ do: "goto", step: "file" }}>${t("file.another")}<//>
    ${!report.pasted && html`<${Button} link act=${{ do: "goto", step: "columns" }}>${t("mend.columns")}<//>`}
  </div>`;
}

function Problems({ mend }) {
  const controller = useContext(Controller);
  const { groups, rows } = mend;
  const problem = (key, words, kind, value, group) => html`<li key=${key}><button
    type="button" class="cu-problem" aria-pressed=${String(rows.shown === key)}
    onClick=${() => controller.act({ do: "look", shown: key, find: rows.find }, words)}
  >
    <span>${words}${kind && html` <small><${Badge} kind=${kind} /> ${group?.field && html`<bdi>${labelOf(group)}</bdi>`}</small>`}</span>
    <b>${number(value)}</b>
  </button></li>`;
  const all = groups.reduce((total, { count }) => total + count, 0);
  return html`<nav aria-label=${t("mend.problems")}><ul class="cu-problems">
    ${problem("", t("mend.everything"), "", all)}
    ${groups.map((group) => problem(group.key, t(`finding.${group.code}`), group.kind, group.count, group))}
  </ul></nav>`;
}

// The time zones that dates may be meant in, the one in use first: at the note that asks for it, and
// after a choice wherever one is, as the note may be gone then.
function Zones({ zones }) {
  const controller = useContext(Controller);
  if (zones.length < 2) return null;
  const choose = (event) => controller.act({ do: "zone", name: event.currentTarget.value }, t("mend.zone"));
  return html`<label class="cu-sheets"><span>${t("mend.zone")}</span>
    <select data-zone onChange=${choose}>${zones.map((name, at) => html`<option key=${name} value=${name} selected=${at === 0}>${name}</option>`)}</select>
  </label>`;
}

// What can be done for all cells of a problem in one go.
function ForAll({ mend, group }) {
  if (!group || (mend.suggestions < 2 && mend.ways.length === 0 && mend.can_leave_out < 2)) return null;
  const way = ({ way: name, count, old, new: fresh }) => html`<${Button} key=${name} act=${{ do: "reading", group: group.key, way: name }}>
    ${rich("mend.way", { name: t(`mend.way_name.${name}`), old, new: valueOf(group.field, fresh), n: count })}
  <//>`;
  return html`<div class="cu-note">
    ${mend.ways.length > 0 && html`<p><strong>${t("mend.way_lead")}</strong></p>`}
    <span class="cu-actions">
      ${mend.ways.map(way)}
      ${mend.suggestions > 1 && html`<${Button} act=${{ do: "suggestions", group: group.key }}>${t("mend.suggestions", { n: mend.suggestions })}<//>`}
      ${mend.can_leave_out > 1 && html`<${Button} act=${{ do: "rows_out", group: group.key }}>${t("mend.leave_out_all", { n: mend.can_leave_out })}<//>`}
    </span>
  </div>`;
}

// A row that is mended goes away. The keyboard goes on in the one that takes its place.
function MendRows({ rows }) {
  const list = useRef(null);
  const left = useRef(null); // the place of the row that something was done in
  const seen = useRef(rows);
  hooks.useLayoutEffect(() => {
    if (seen.current === rows) return;
    seen.current = rows;
    const at = left.current;
    left.current = null;
    if (at === null || list.current === null || list.current.contains(document.activeElement)) return;
    const row = list.current.children[Math.min(at, list.current.children.length - 1)];
    row?.querySelector("input, select, textarea")?.focus({ preventScroll: false });
  }, [rows]);
  if (rows.length === 0) return null;
  return html`<ul class="cu-mend-rows" ref=${list} aria-label=${t("mend.problems")}>
    ${rows.map((row, at) => html`<${MendRow} key=${row.row} row=${row} onLeave=${() => (left.current = at)} />`)}
  </ul>`;
}

function MendPaper({ rows }) {
  const found = (one, at) => html`<li key=${at}><${Badge} kind=${one.kind} /> <strong>${one.field && labelOf(one)}</strong> ${told(one.said)}</li>`;
  const line = (row) => html`<tr key=${row.row}>
    <${Cell} figure>${row.row}<//>
    <${Cell} names><bdi>${row.title || t("mend.no_title")}</bdi><//>
    <${Cell}><ul>${row.found.map(found)}</ul><//>
  </tr>`;
  const headings = ["plan.row", "plan.type_title", "mend.problems"].map((key) => ({ words: t(key) }));
  return html`<${Table} caption=${t("mend.problems")} headings=${headings} rows=${rows.map(line)} />`;
}

function MendRow({ row, onLeave }) {
  const controller = useContext(Controller);
  const [open, setOpen] = useState(false);
  const cell = (one) => html`<${MendCell} key=${one.column} row=${row.row} cell=${one} onLeave=${onLeave} />`;
  const name = t("mend.row", { row: String(row.row) });
  const choose = () => {
    onLeave();
    controller.act({ do: "row", row: row.row, send: row.choice === "send" }, name);
  };
  return html`<li class="cu-mend-row">
    <p class="cu-row-name"><strong>${name}</strong> <bdi>${row.title || t("mend.no_title")}</bdi>
      ${row.choice && html` <button type="button" class="cu-link" data-choice=${row.choice} onClick=${choose}>
        <${Hidden}>${name}: <//>${t(row.choice === "send" ? "mend.take_row" : "mend.leave_out")}</button>`}</p>
    ${row.notes.map((note, at) => html`<div key=${at} class="cu-${note.kind} cu-why"><div>${told(note.said)}</div></div>`)}
    <div class="cu-mend-cells">${[...row.cells, ...row.near].map(cell)}</div>
    ${row.others.length > 0 && html`<details onToggle=${(event) => setOpen(event.currentTarget.open)}>
      <summary>${t("mend.more_cells", { n: row.others.length })}</summary>
      ${open && html`<div class="cu-mend-cells">${row.others.map(cell)}</div>`}
    </details>`}
  </li>`;
}
