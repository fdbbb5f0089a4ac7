// The step in which a person says what the columns are: each header with samples and a menu, and
// one value for every row for what new types need and the file lacks.

function ColumnsStep({ view }) {
  const { columns, report } = view;
  // Another sheet, encoding or answer is another form: what was chosen in the last one is over.
  const form = JSON.stringify([columns.columns.map(({ header, field }) => [header, field]), columns.missing.map(({ name }) => name)]);
  return html`<${Section} step="columns" title=${t("columns.heading")}>
    <${ReadFrom} report=${report} />
    <p>${t(columns.recalled ? "columns.recalled" : "columns.lead")} <${Button} link act=${{ do: "goto", step: "file" }}>${t("file.another")}<//></p>
    ${report.columns === 0 && html`<p class="cu-note cu-warn">${t("file.lacks_all")}</p>`}
    <${Sheets} view=${view} />
    ${columns.encoding && html`<${Encoding} encoding=${columns.encoding} />`}
    <${ColumnsForm} key=${form} columns=${columns} />
  <//>`;
}

function Encoding({ encoding }) {
  const controller = useContext(Controller);
  const chosen = (event) => controller.act({ do: "encoding", name: event.currentTarget.value }, t("columns.encoding"));
  return html`<div class="cu-note cu-warn">
    <label class="cu-sheets">
      <span>${t(encoding.guessed ? "columns.encoding" : "columns.encoding_chosen")}</span>
      <select onChange=${chosen} data-encoding>
        ${!encoding.now && html`<option value="" selected>${t("columns.encoding_guess")}</option>`}
        ${encoding.choices.map((name) => html`<option key=${name} value=${name} selected=${name === encoding.now}>${t(`encoding.${name}`)}</option>`)}
      </select>
    </label>
    <p>${t("columns.encoding_help")}</p>
  </div>`;
}

function ColumnsForm({ columns }) {
  const controller = useContext(Controller);
  const [fields, setFields] = useState(() => Object.fromEntries(columns.columns.map((one) => [one.number, one.apart ? "=" : one.field])));
  const [values, setValues] = useState(() => Object.fromEntries(columns.missing.map((one) => [one.name, one.value])));
  const taken = new Set(Object.values(fields));
  const missing = columns.missing.filter(({ name }) => !taken.has(name));
  const lacking = missing.filter(({ name }) => !values[name]).length;
  const go = (event) => {
    event.preventDefault();
    const said = Object.entries(fields).filter(([, field]) => field !== "=");
    controller.act({ do: "columns", fields: said, constants: Object.entries(values) }, t("columns.go_on"));
  };
  return html`<form class="cu-stack" onSubmit=${go}>
    <div class="cu-columns"><div class="cu-column cu-column-head" aria-hidden="true">
      <span>${t("columns.column")}</span><span>${t("columns.samples")}</span><span>${t("columns.means")}</span></div>
    <ul class="cu-columns" aria-label=${t("columns.heading")}>
      ${columns.columns.map((column) => html`<${OwnColumn}
        key=${column.number} column=${column} fields=${columns.fields} value=${fields[column.number]} taken=${taken}
        onChoose=${(field) => setFields({ ...fields, [column.number]: field })}
      />`)}
    </ul></div>
    ${missing.length > 0 && html`<fieldset class="cu-missing">
      <legend><h3>${t("columns.missing_heading")}</h3></legend>
      <p class="cu-quiet">${t("columns.missing_lead")}</p>
      <div class="cu-fields">
        ${missing.map((one) => html`<${MissingColumn}
          key=${one.name} missing=${one} value=${values[one.name]}
          onGive=${(text) => setValues({ ...values, [one.name]: text })}
        />`)}
      </div>
    </fieldset>`}
    ${lacking > 0 && html`<p class="cu-note cu-warn">${t("columns.lacking", { n: lacking })}</p>`}
    <p class="cu-actions">
      <button type="submit" class="cu-button cu-main">${t(lacking ? "columns.go_on_lacking" : "columns.go_on")}</button>
    </p>
  </form>`;
}

function OwnColumn({ column, fields, value, taken, onChoose }) {
  const option = (name) => html`<option key=${name} value=${name} selected=${value === name} disabled=${value !== name && taken.has(name)}>${t(`field.${name}`)}</option>`;
  const others = fields.filter((name) => !column.likely.includes(name));
  const header = column.header || t("columns.no_header");
  const letter = t("columns.column_letter", { letter: column.letter });
  // Once a person has chosen, it is not a guess any more.
  const doubt = value === (column.apart ? "=" : column.field) ? column.doubt : "";
  return html`<li class="cu-column ${doubt ? "cu-doubt" : ""}">
    <div class="cu-own">
      <strong><bdi>${header}</bdi></strong>
      <small>${letter}</small>
      ${doubt && html`<${Badge} kind="warning" words=${t(`columns.${doubt}`)} />`}
    </div>
    <p class="cu-samples"><${Hidden}>${t("columns.samples")}: <//>${column.samples.length
      ? column.samples.map((text, at) => html`<code key=${at}><bdi>${text}</bdi></code>`)
      : html`<${Quiet}>${t("columns.no_sample")}<//>`}</p>
    <select data-column=${column.number} aria-label=${t("columns.meaning_of", { header: `${header} (${letter})` })} onChange=${(event) => onChoose(event.currentTarget.value)}>
      ${column.apart && html`<option value="=" selected=${value === "="}>${t("columns.apart")}</option>`}
      <option value="" selected=${value === ""}>${t("columns.nothing")}</option>
      ${column.likely.length > 0 && html`<optgroup label=${t("columns.likely")}>${column.likely.map(option)}</optgroup>`}
      <optgroup label=${t("columns.others")}>${others.map(option)}</optgroup>
    </select>
  </li>`;
}

function MissingColumn({ missing, value, onGive }) {
  const id = `cu-every-${missing.name}`;
  const give = (event) => onGive(event.currentTarget.value);
  const control = missing.options.length > 0
    ? html`<select id=${id} aria-describedby="${id}-help" onChange=${give}>
        <option value="" selected=${!value}>${t("columns.choose")}</option>
        ${missing.options.map((name) => html`<option key=${name} value=${name} selected=${value === name}>${choiceOf(missing.name, name)}</option>`)}
      </select>`
    : html`<input id=${id} aria-describedby="${id}-help" data-every type="text" value=${value} onInput=${give} list=${missing.known.length ? `${id}-known` : null} autocomplete="off" />
      ${missing.known.length > 0 && html`<datalist id="${id}-known">${missing.known.map((name) => html`<option key=${name} value=${name} />`)}</datalist>`}`;
  return html`<div class="cu-field">
    <label for=${id}>${t(`field.${missing.name}`)} <small>${t("columns.every_row")}</small></label>
    ${control}
    <small id="${id}-help">${t(`about.${missing.name}`)}</small>
  </div>`;
}
