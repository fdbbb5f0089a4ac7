// One cell to mend: its text, what is wrong with it, and what it may have been meant to be.

function MendCell({ row, cell, onLeave }) {
  const controller = useContext(Controller);
  const [text, setText] = useState(cell.text);
  const [all, setAll] = useState(false);
  const before = useRef(cell.text);
  if (before.current !== cell.text) {
    before.current = cell.text; // it was mended, or undone: what was typed is over
    setText(cell.text);
  }
  const id = `cu-cell-${row}-${cell.column}`;
  const why = cell.findings.map((_, at) => `${id}-why-${at}`).join(" ") || null;
  const alike = cell.findings.reduce((most, one) => (one.alike > most.alike ? one : most), { alike: 1, code: "" });
  const give = (fresh, code) => {
    onLeave();
    const what = t("mend.cell_of", { column: cell.header || t(`field.${cell.field}`), row: String(row) });
    controller.act({ do: "edit", row, column: cell.column, old: cell.text, new: fresh, alike: code }, what);
  };
  const save = () => text !== cell.text && give(text, all ? alike.code : "");
  const type = (event) => setText(event.currentTarget.value);
  const keys = (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault(); // JupyterLab would take it as well
      save();
    } else if (event.key === "Escape") setText(cell.text);
  };
  const given = { id, "aria-describedby": why, "aria-invalid": cell.kind === "error" ? "true" : null, "data-mend": "" };
  return html`<div class="cu-mend-cell ${cell.kind ? `cu-${cell.kind}` : ""}">
    <label for=${id}>${labelOf({ label: cell.header, field: cell.field })}${cell.mended && html` <small>${t("mend.changed")}</small>`}</label>
    ${cell.whole ? html`<${CellInput} cell=${cell} text=${text} given=${given} onType=${type} onKey=${keys} />`
      : html`<p id=${id}><bdi>${cell.text.slice(0, 200)}…</bdi> <small>${t("mend.too_long")}</small></p>`}
    ${text !== cell.text && html`<div class="cu-save">
      ${alike.alike > 1 && html`<label class="cu-check">
        <input type="checkbox" checked=${all} onChange=${(event) => setAll(event.currentTarget.checked)} />
        <span>${t("mend.alike_typed", { n: alike.alike - 1 })}</span>
      </label>`}
      <button type="button" class="cu-button cu-main cu-slim" onClick=${save}>${t("mend.save")}</button>
    </div>`}
    ${cell.findings.length > 0 && html`<div class="cu-whys">${cell.findings.map((finding, at) => html`<div key=${at} class="cu-why cu-${finding.kind}">
      <div id="${id}-why-${at}">${told(finding.said)}</div>
      <${Offers} finding=${finding} field=${cell.field} onTake=${give} />
    </div>`)}</div>`}
  </div>`;
}

function CellInput({ cell, text, given, onType, onKey }) {
  if (cell.options.length > 0) {
    const own = [text, cell.text].filter((one, at, both) => both.indexOf(one) === at && !cell.options.includes(one));
    const option = (name, shown) => html`<option key=${name} value=${name} selected=${name === text}>${shown || t("mend.is_blank")}</option>`;
    const blank = own.includes("") ? [] : [""];
    return html`<select ...${given} onChange=${onType} onKeyDown=${onKey}>
      ${own.map((name) => option(name, name))}${cell.options.map((name) => option(name, choiceOf(cell.field, name)))}${blank.map((name) => option(name, ""))}
    </select>`;
  }
  if (cell.lines && (cell.text.length > 60 || cell.text.includes("\n")))
    return html`<textarea ...${given} rows="3" value=${text} onInput=${onType} onKeyDown=${onKey} />`;
  return html`<input ...${given} type="text" autocomplete="off" value=${text} onInput=${onType} onKeyDown=${onKey} />`;
}

// What a finding suggests, as buttons: for the cell, and for all that are like it.
function Offers({ finding, field, onTake }) {
  const { suggestion, choices, alike, code } = finding;
  const texts = [...(suggestion === null ? [] : [suggestion]), ...choices];
  if (texts.length === 0) return null;
  const offer = (text) => html`<span key=${text} class="cu-offer">
    <button type="button" class="cu-button cu-slim" onClick=${() => onTake(text, "")}>
      ${text === "" ? t("mend.take_blank") : html`<bdi>${valueOf(field, text)}</bdi>`}
    </button>
    ${alike > 1 && html`<button type="button" class="cu-button cu-slim" onClick=${() => onTake(text, code)}>
      <${Hidden}><bdi>${valueOf(field, text) || t("mend.take_blank")}</bdi>, <//>${t("mend.alike", { n: alike })}
    </button>`}
  </span>`;
  return html`<div class="cu-offers">${texts.length > 1 && html`<p><strong>${t("mend.choose_one")}</strong></p>`}${texts.map(offer)}</div>`;
}
