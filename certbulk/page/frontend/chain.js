// Step 1: which chain. And the line on top of every later step that says which one it is.

function ChainStep({ view }) {
  const desk = useContext(Desk);
  const card = (place) => html`<button
    type="button" key=${place.key} id="cu-place-${place.key}" class="cu-place cu-place-${place.key}"
    disabled=${Boolean(place.trouble)}
    onClick=${() => desk.act({ do: "choose", place: place.key }, place.name)}
  >
    <span class="cu-place-name"><bdi>${place.name}</bdi> <${Badge}
      kind=${place.real ? "real" : "practice"} words=${place.real ? "real service" : "practice"} /></span>
    <span class="cu-place-words">${place.trouble ? `Not ready: ${place.trouble}` : place.detail}</span>
  </button>`;
  return html`<${Section} step="chain" title="1. Which chain?">
    <div class="cu-places" role="group" aria-label="The chain to send to">${view.places.map(card)}</div>
  <//>`;
}

function ChainLine({ view }) {
  const { place, step } = view;
  return html`<div class="cu-where cu-where-${place.key}">
    <span>
      <strong>${place.real ? "Real service: " : "Practice: "}</strong>
      ${place.real ? html`<bdi>${place.name}</bdi>` : "nothing real is changed"}
      <span class="cu-wide">${place.real ? ". What you send is live at once." : "."}</span>
    </span>
    ${step === "file" && html`<${Button} link act=${{ do: "elsewhere" }}>Another chain<//>`}
  </div>`;
}

function BusyLine({ view }) {
  const { busy } = view;
  if (!busy || view.run) return null;
  return html`<div class="cu-note cu-warn" role="status">
    <p>
      Somebody is sending to this chain just now: run ${busy.run}, file <bdi>${busy.file}</bdi>, since ${" "}
      ${when(busy.started)}. You can prepare yours meanwhile; it can be sent when that one has ended.
    </p>
    <${Button} act=${{ do: "open", run: busy.run }}>Look at that run<//>
  </div>`;
}
