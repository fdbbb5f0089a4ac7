// Tables: filters, search, order, pages.

// `label` says what the filters are for; `children` are further ones. With `always` they are there
// even if there is nothing to choose among.
function Narrowing({ table, label, search, always, children }) {
  const controller = useContext(Controller);
  const { filters, shown } = table;
  if (!always && Object.keys(filters).length < 2 && table.pages < 2 && !table.find) return null;
  const filter = (kind, words, value) => html`<button
    type="button" key=${kind} class="cu-filter" aria-pressed=${String(shown === kind)}
    onClick=${() => controller.act({ do: "look", shown: kind }, words)}
  >${words} <span>${number(value)}</span></button>`;
  return html`<div class="cu-narrow" role="group" aria-label=${label}>
    <div class="cu-filters">
      ${filter("", t("table.all"), sum(filters))}
      ${Object.entries(filters).map(([kind, value]) => filter(kind, t(`kind.${kind}`), value))}
    </div>
    ${children}
    ${search && html`<${Find} value=${table.find} />`}
  </div>`;
}

// A menu that narrows or sorts a table. `options` are [value, words, count]; a count may be missing.
// A `quiet` one says by its first choice what it is for.
function Pick({ name, value, label, all, options, look, quiet }) {
  const controller = useContext(Controller);
  const choose = (event) => controller.act({ do: "look", [name]: event.currentTarget.value }, label);
  const option = ([key, words, n]) => html`<option key=${key} value=${key} selected=${key === value}>${n === undefined ? words : `${words} (${number(n)})`}</option>`;
  return html`<label class="cu-pick ${look ?? ""}"><span class=${quiet ? "cu-hidden" : ""}>${label}</span>
    <select data-pick=${name} onChange=${choose}>${option(["", all])}${options.map(option)}</select>
  </label>`;
}

// What is typed stays as it is typed, until the table was narrowed to something else: an answer to
// what was asked before does not take back what was typed since.
function Find({ value, label }) {
  const words = label ?? t("table.find");
  const controller = useContext(Controller);
  const [text, setText] = useState(value);
  const asked = useRef([]); // and not answered yet
  useEffect(() => {
    const at = asked.current.indexOf(value);
    asked.current.splice(0, at < 0 ? asked.current.length : at + 1);
    if (at < 0) setText(value);
  }, [value]);
  useEffect(() => {
    if (text === (asked.current.at(-1) ?? value)) return undefined;
    const timer = setTimeout(() => {
      asked.current.push(text);
      controller.act({ do: "look", find: text }, words);
    }, 200);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<label class="cu-find"><${Hidden}>${words}<//>
    <input type="search" placeholder=${words} value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
  </label>`;
}

function Pages({ table }) {
  if (table.pages < 2) return null;
  const turn = (words, page, off) =>
    html`<${Button} act=${{ do: "look", page }} disabled=${off}>${words}<//>`;
  return html`<nav class="cu-pages" aria-label=${t("table.pages")}>
    ${turn(t("table.previous"), table.page - 1, table.page === 0)}
    <span>${t("table.page", { page: table.page + 1, pages: table.pages })}</span>
    ${turn(t("table.next"), table.page + 1, table.page + 1 === table.pages)}
  </nav>`;
}

// `headings` are texts, [text, how it looks], or {words, look, figure, sort, falls}: with `sort`, it
// can be sorted by that, and `falls` if the greatest come first. `sorted` is what it is sorted by,
// "-" before it for the other direction. `rows` are elements of Row.
function Table({ caption, headings, sorted, rows }) {
  const heading = (given) => {
    const { words, look, figure, sort, falls } = Array.isArray(given) ? { words: given[0], look: given[1] } : given.words ? given : { words: given };
    const classes = `${look ?? ""} ${figure ? "cu-figure" : ""}`;
    if (look === "cu-unseen") return html`<th scope="col" class=${classes}><${Hidden}>${words}<//></th>`;
    if (!sort) return html`<th scope="col" class=${classes}>${words}</th>`;
    return html`<${Sorting} words=${words} classes=${classes} sort=${sort} falls=${falls} sorted=${sorted} />`;
  };
  return html`<div class="cu-table">
    <table>
      <caption class="cu-hidden">${caption}</caption>
      <thead><tr>${headings.map(heading)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}

// A heading to sort by: in one direction, in the other, and as it was.
function Sorting({ words, classes, sort, falls, sorted }) {
  const turns = falls ? [`-${sort}`, sort, ""] : [sort, `-${sort}`, ""];
  const next = turns[(turns.indexOf(sorted) + 1) % turns.length];
  const at = sorted === sort ? "ascending" : sorted === `-${sort}` ? "descending" : "none";
  const sign = { ascending: "↑", descending: "↓", none: "" }[at];
  return html`<th scope="col" class=${classes} aria-sort=${at}>
    <${Button} sort act=${{ do: "look", sort: turns.includes(sorted) ? next : turns[0] }} what=${t("table.sort")}>${words}<span aria-hidden="true">${sign}</span><//>
  </th>`;
}

// A cell. The one that `names` its row is the row's header: a reader of the screen says it with each
// cell of the row.
function Cell({ label, figure, names, children }) {
  const inside = html`<div data-label=${label}>${children}</div>`;
  return names
    ? html`<th scope="row" data-label=${label}>${inside}</th>`
    : html`<td data-label=${label} class=${figure ? "cu-figure" : null}>${inside}</td>`;
}

// The title of a type, with its id.
const Title = ({ row }) => html`<bdi>${row.title}</bdi>${row.id !== null && html`<small> ${t("table.id", { id: String(row.id) })}</small>`}`;

// All rows, for paper only. They were fetched beforehand, as a printer does not wait.
function Paper({ paper, many, children: draw }) {
  if (paper.rows) return html`<div class="cu-paper">${draw(paper.rows)}</div>`;
  return many && html`<p class="cu-paper">${t("table.paper_part")}</p>`;
}
