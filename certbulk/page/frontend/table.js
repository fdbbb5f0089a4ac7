// Tables: filters, search, pages.

function Narrowing({ table, name, search }) {
  const desk = useContext(Desk);
  const { filters, shown } = table;
  if (Object.keys(filters).length < 2 && table.pages < 2 && !table.find) return null;
  const filter = (kind, words, value) => html`<button
    type="button" key=${kind} class="cu-filter" aria-pressed=${String(shown === kind)}
    onClick=${() => desk.act({ do: "look", shown: kind }, words)}
  >${words} ${number(value)}</button>`;
  return html`<div class="cu-narrow" role="group" aria-label="Which ${name} are shown">
    <div class="cu-filters">
      ${filter("", "All", sum(filters))}
      ${Object.entries(filters).map(([kind, value]) => filter(kind, KINDS[kind] ?? kind, value))}
    </div>
    ${search && html`<${Find} value=${table.find} />`}
  </div>`;
}

// What is typed stays as it is typed, until the table was narrowed to something else: an answer to
// what was asked before does not take back what was typed since.
function Find({ value }) {
  const desk = useContext(Desk);
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
      desk.act({ do: "look", find: text }, "Find a title");
    }, 200);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<label class="cu-find"><span>Find a title</span>
    <input type="search" value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
  </label>`;
}

function Pages({ table }) {
  if (table.pages < 2) return null;
  const turn = (words, page, off) =>
    html`<${Button} act=${{ do: "look", page }} disabled=${off}>${words}<//>`;
  return html`<nav class="cu-pages" aria-label="Pages">
    ${turn("Previous", table.page - 1, table.page === 0)}
    <span>Page ${table.page + 1} of ${table.pages}</span>
    ${turn("Next", table.page + 1, table.page + 1 === table.pages)}
  </nav>`;
}

// `headings` are texts, or [text, how it looks]; `rows` are elements of Row.
function Table({ caption, headings, rows }) {
  const heading = (words) => {
    const [text, look] = Array.isArray(words) ? words : [words, ""];
    return html`<th scope="col" class=${look}>${look === "cu-unseen" ? html`<${Hidden}>${text}<//>` : text}</th>`;
  };
  return html`<div class="cu-table" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="cu-hidden">${caption}</caption>
      <thead><tr>${headings.map(heading)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}

const Cell = ({ label, children }) => html`<td data-label=${label}><div>${children}</div></td>`;

// The title of a type, with its id.
const Title = ({ row }) => html`<bdi>${row.title}</bdi>${row.id !== null && html`<small> id ${row.id}</small>`}`;
