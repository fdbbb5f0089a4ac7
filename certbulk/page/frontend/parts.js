// Small parts, used by every step.

// What a part needs besides its own data: `act` sends a message, `lost` is true while there is no
// connection.
const Desk = createContext(null);

const Hidden = ({ children }) => html`<span class="cu-hidden">${children}</span>`;
const Quiet = ({ children }) => html`<span class="cu-quiet">${children}</span>`;

const Badge = ({ kind, words }) =>
  html`<span class="cu-badge cu-${kind}">${words ?? KINDS[kind] ?? kind}</span>`;

// A button that sends a message. `what` is what a person knows the click by, should it get lost.
function Button({ act, main, link, danger, what, children, ...more }) {
  const desk = useContext(Desk);
  const look = link ? "cu-link" : `cu-button ${main ? "cu-main" : ""} ${danger ? "cu-danger" : ""}`;
  const click = (event) => desk.act(act, what ?? event.currentTarget.textContent);
  return html`<button type="button" class=${look} onClick=${click} ...${more}>${children}</button>`;
}

// A button that fetches a file.
function Fetch({ file, children, ...more }) {
  return html`<${Button} act=${{ do: "fetch", file }} ...${more}>${children}<//>`;
}

function Tiles({ counts }) {
  const tile = ([kind, value]) => html`<li key=${kind} class="cu-tile cu-${kind}">
    <b>${number(value)}</b><span>${KINDS[kind] ?? kind}</span>
  </li>`;
  return html`<ul class="cu-tiles">${Object.entries(counts).map(tile)}</ul>`;
}

function Section({ step, title, children }) {
  return html`<section class="cu-card" aria-label=${title}>
    <h2 tabindex="-1" data-heading=${step}>${title}</h2>
    ${children}
  </section>`;
}

// Seconds that go on by themselves since something was shown.
function useSeconds(shown) {
  const [, again] = useState(0);
  const at = useRef({});
  if (at.current.shown !== shown) at.current = { shown, began: performance.now() };
  useEffect(() => {
    const timer = setInterval(() => again((turn) => turn + 1), 500);
    return () => clearInterval(timer);
  }, []);
  return (performance.now() - at.current.began) / 1000;
}

// What is being done, for how long, and when it goes on. Who hears the page is told once.
function Doing({ doing, children }) {
  const since = useSeconds(doing);
  const seconds = Math.round(doing.seconds + since);
  const then = doing.name === "resting" ? "goes on" : "next look";
  const left = doing.left ? Math.ceil(doing.left - since) : 0;
  const time = left > 0 ? `, ${then} in ${left} s` : seconds > 1 ? `, ${duration(seconds)}` : "";
  return html`<p class="cu-work">
    <span class="cu-turns">${doing.words}<span aria-hidden="true">${time} …</span></span>${children}
  </p>`;
}
