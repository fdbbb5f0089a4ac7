// Small parts, used by every step.

// What a part needs besides its own data: `act` sends a message, `lost` is true while there is no
// connection.
const Controller = createContext(null);

const Hidden = ({ children }) => html`<span class="cu-hidden">${children}</span>`;
const Quiet = ({ children }) => html`<span class="cu-quiet">${children}</span>`;

const Badge = ({ kind, words }) =>
  html`<span class="cu-badge cu-${kind}">${words ?? t(`one.${kind}`)}</span>`;

// A button that sends a message. `what` is what a person knows the click by, should it get lost.
function Button({ act, main, link, step, sort, slim, danger, what, children, ...more }) {
  const controller = useContext(Controller);
  const look = step ? "cu-back" : sort ? "cu-sort" : link ? "cu-link" : `cu-button ${main ? "cu-main" : ""} ${danger ? "cu-danger" : ""} ${slim ? "cu-slim" : ""}`;
  const click = (event) => controller.act(act, what ?? event.currentTarget.textContent);
  return html`<button type="button" class=${look} onClick=${click} ...${more}>${children}</button>`;
}

// A button that fetches a file.
function Fetch({ file, children, ...more }) {
  return html`<${Button} act=${{ do: "fetch", file }} ...${more}>${children}<//>`;
}

function Tiles({ counts }) {
  const tile = ([kind, value]) => html`<li key=${kind} class="cu-tile cu-${kind}">
    <b>${number(value)}</b><span>${t(`kind.${kind}`)}</span>
  </li>`;
  return html`<ul class="cu-tiles">${Object.entries(counts).map(tile)}</ul>`;
}

// `aside` is shown beside the title; `heading` is the title with its names set apart.
function Section({ step, title, heading = title, look, aside, children }) {
  return html`<section class="cu-card ${look ?? ""}" aria-label=${title}>
    ${aside
      ? html`<div class="cu-line"><h2 tabindex="-1" data-heading=${step}>${heading}</h2>${aside}</div>`
      : html`<h2 tabindex="-1" data-heading=${step}>${heading}</h2>`}
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
function Doing({ doing, words, children }) {
  const since = useSeconds(doing);
  const seconds = Math.round(doing.seconds + since);
  const left = doing.left ? Math.ceil(doing.left - since) : 0;
  const then = doing.name === "resting" ? "sending.goes_on_in" : "sending.next_look_in";
  const time = left > 0 ? t(then, { n: left }) : seconds > 1 ? `, ${duration(seconds)}` : "";
  return html`<p class="cu-work">
    <span class="cu-turns">${words}<span aria-hidden="true">${time} …</span></span>${children}
  </p>`;
}

// The sign of certbulk: a certificate of a stack, ticked.
const Mark = () => html`<svg class="cu-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <rect class="cu-mark-tile" width="32" height="32" rx="8" />
  <rect class="cu-mark-paper" x="9" y="6.5" width="14" height="2.2" rx="1.1" opacity="0.65" />
  <path class="cu-mark-paper" d="M8 11h16a2 2 0 0 1 2 2v2a2 2 0 0 0 0 4v2a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-2a2 2 0 0 0 0-4v-2a2 2 0 0 1 2-2z" />
  <path class="cu-mark-ink" d="m12.2 17.2 2.7 2.7 5-5.6" />
</svg>`;
