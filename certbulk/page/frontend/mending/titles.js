// Rows whose title is live already, or in another row: what is to become of each.

function TitleChoices({ plan }) {
  const { titles } = plan;
  if (!titles) return null;
  const { waiting, decided, rows } = titles;
  const anew = { do: "titles", rows: decided.map((row) => [row, "ask"]) };
  return html`<section class="cu-note cu-titles ${waiting ? "cu-warn" : ""}" aria-label=${t("titles.heading")}>
    <h3>${t("titles.heading")}</h3>
    ${waiting > 0 && html`<p>${t("titles.lead", { n: waiting })}</p>`}
    ${waiting > 0 && html`<${TitleForm} key=${rows.map(({ row }) => row).join()} titles=${titles} />`}
    ${decided.length > 0 && html`<p class="cu-actions"><span>${t("titles.decided", { n: decided.length })}</span>
      <${Button} act=${anew}>${t("titles.anew")}<//></p>`}
  </section>`;
}

function TitleForm({ titles }) {
  const controller = useContext(Controller);
  const waiting = titles.rows.filter(({ choice }) => choice !== "leave");
  const [choices, setChoices] = useState({});
  const made = Object.entries(choices).filter(([, choice]) => choice !== "ask");
  const apply = (event) => {
    event.preventDefault();
    const said = made.map(([row, choice]) => [row, /^\d+$/.test(choice) ? Number(choice) : choice]);
    if (said.length > 0) controller.act({ do: "titles", rows: said }, t("titles.apply"));
  };
  const forAll = (event) => {
    const wanted = event.currentTarget.value;
    const of = ({ ids }) => (wanted === "change" ? (ids.length === 1 ? String(ids[0]) : "ask") : wanted);
    setChoices(Object.fromEntries(waiting.map((row) => [row.row, of(row)])));
  };
  const option = (value, words, now) => html`<option key=${value} value=${value} selected=${value === now}>${words}</option>`;
  const change = waiting.some(({ ids }) => ids.length === 1);
  const line = ({ row, title, ids, why }) => html`<li key=${row} class="cu-taken">
    <label for="cu-title-${row}">${rich("titles.choice_for", { row: String(row), title })}</label>
    <select id="cu-title-${row}" aria-describedby="cu-title-${row}-why" onChange=${(event) => setChoices({ ...choices, [row]: event.currentTarget.value })}>
      ${option("ask", t("titles.ask"), choices[row])}
      ${ids.map((id) => option(String(id), t("titles.change", { id: String(id) }), choices[row]))}
      ${option("create", t("titles.create"), choices[row])}
      ${option("leave", t("titles.leave"), choices[row])}
    </select>
    <div class="cu-quiet" id="cu-title-${row}-why">${told(why)}</div>
  </li>`;
  return html`<form class="cu-stack" onSubmit=${apply}>
    ${waiting.length > 1 && html`<label class="cu-sheets"><span>${t("titles.all")}</span>
      <select data-all-titles onChange=${forAll}>
        ${option("ask", t("titles.ask"))}
        ${change && option("change", t("titles.change_live"))}
        ${option("create", t("titles.create"))}
        ${option("leave", t("titles.leave"))}
      </select></label>`}
    <ul class="cu-taken-rows">${waiting.map(line)}</ul>
    ${titles.more > 0 && html`<p class="cu-quiet">${t("titles.more", { n: titles.more })}</p>`}
    <p><button type="submit" class="cu-button cu-main" disabled=${made.length === 0}>${t("titles.apply")}</button></p>
  </form>`;
}
