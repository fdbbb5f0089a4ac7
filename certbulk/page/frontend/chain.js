// Step 1: which chain. And the line on top of every later step that says which one it is.

function ChainStep({ view }) {
  const desk = useContext(Desk);
  const free = (place) => place.key === "real" && place.trouble.text && !place.renews;
  const card = (place) => html`<div key=${place.key} class="cu-place-whole"><button
    type="button" id="cu-place-${place.key}" class="cu-place cu-place-${place.real ? "real" : "practice"}"
    disabled=${Boolean(place.trouble.text)}
    onClick=${() => desk.act({ do: "choose", place: place.key }, plain(place.name))}
  >
    <span class="cu-place-name">${place.facts?.title ? html`<bdi>${place.facts.title}</bdi>` : told(place.name)} <${Badge}
      kind=${place.real ? "real" : "practice"} words=${t(place.real ? "chain.real" : "chain.practice")} /></span>
    <span class="cu-place-words">${!place.trouble.text ? told(place.detail) : place.renews ? told(place.trouble) : rich("chain.not_ready", { why: place.trouble }, words)}</span>
    ${place.real && !place.trouble.text && html`<${Facts} place=${place} />`}
    ${place.profile && html`<span class="cu-place-words">${rich("chain.profile_name", { name: place.profile })}</span>`}
  </button>
  <${Exactly} one=${place.trouble.text ? place.trouble : place.facts?.trouble} />
  ${place.renews && html`<p class="cu-place-tools"><${Button} act=${{ do: "set_up", profile: place.renews }}>${t(place.facts?.expired ? "facts.renew" : "facts.enter")}<//></p>`}</div>`;
  const unset = (place) => html`<div key="unset" class="cu-place-whole"><button type="button" id="cu-set-up" class="cu-place cu-place-real"
    onClick=${() => desk.act({ do: "set_up" }, t("setup.open"))}>
    <span class="cu-place-name">${t("setup.open")}</span>
    <span class="cu-place-words">${t("setup.open_words")}</span>
  </button>
  <details class="cu-help"><summary>${t("setup.details")}</summary><p>${words(place.trouble)}</p><p>${inEnglish(place.trouble.text)}</p></details></div>`;
  return html`<${Section} step="chain" title=${t("chain.title")}>
    ${view.waiting && html`<p class="cu-note cu-warn">${view.waiting.file
      ? rich("chain.waiting", { file: view.waiting.file })
      : rich("chain.waiting_run", { run: view.waiting.run })}</p>`}
    <div class="cu-places" role="group" aria-label=${t("chain.group")}>${view.places.map((place) => (free(place) ? unset(place) : card(place)))}</div>
    ${!view.places.some(free) && html`<p><${Button} act=${{ do: "set_up" }}>${t("setup.another")}<//></p>`}
    <${Ahead} view=${view} />
  <//>`;
}

// What comes after this step.
function Ahead({ view }) {
  const ahead = ({ name }) => html`<li key=${name}><strong>${t(`page.step.${name}`)}</strong><span>${t(`help.${name}`)}</span></li>`;
  return html`<section class="cu-coming" aria-label=${t("chain.ahead")}><h3>${t("chain.ahead")}</h3>
    <ol>${view.steps.filter(({ state }) => state === "ahead").map(ahead)}</ol></section>`;
}

function ChainLine({ view }) {
  const { place, step } = view;
  return html`<div class="cu-where cu-where-${place.real ? "real" : "practice"}">
    <span>
      <strong>${t(place.real ? "chain.line_real" : "chain.line_practice")}</strong>
      ${place.real ? html`${place.title && html`<strong><bdi>${place.title}</bdi></strong>, `}<bdi>${told(place.name)}</bdi>` : t("chain.line_practice_name")}
      <span class="cu-wide">${t(place.real ? "chain.line_real_more" : "chain.line_practice_more")}</span>
    </span>
    ${step === "file" && html`<${Button} link act=${{ do: "elsewhere" }}>${t("chain.another")}<//>`}
  </div>`;
}

function BusyLine({ view }) {
  const { busy } = view;
  if (!busy || view.run) return null;
  return html`<div class="cu-note cu-warn" role="status">
    <p>${rich("chain.busy", { run: busy.run, file: busy.file, when: when(busy.started) })}</p>
    <${Button} act=${{ do: "open", run: busy.run }}>${t("chain.look_at_run")}<//>
  </div>`;
}
