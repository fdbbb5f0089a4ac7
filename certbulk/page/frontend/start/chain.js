// Step 1: which chain. And the line on top of every later step that says which one it is.

function ChainStep({ view }) {
  const controller = useContext(Controller);
  const free = (destination) => destination.key === "real" && destination.trouble.text && !destination.renews;
  const card = (destination) => html`<div key=${destination.key} class="cu-destination-whole"><button
    type="button" id="cu-destination-${destination.key}" class="cu-destination cu-destination-${destination.real ? "real" : "practice"}"
    disabled=${Boolean(destination.trouble.text)}
    onClick=${() => controller.act({ do: "choose", destination: destination.key }, plain(destination.name))}
  >
    <span class="cu-destination-name">${destination.facts?.title ? html`<bdi>${destination.facts.title}</bdi>` : told(destination.name)} <${Badge}
      kind=${destination.real ? "real" : "practice"} words=${t(destination.real ? "chain.real" : "chain.practice")} /></span>
    <span class="cu-destination-words">${!destination.trouble.text ? told(destination.detail) : destination.renews ? told(destination.trouble) : rich("chain.not_ready", { why: destination.trouble }, words)}</span>
    ${destination.real && !destination.trouble.text && html`<${Facts} destination=${destination} />`}
    ${destination.profile && html`<span class="cu-destination-words">${rich("chain.profile_name", { name: destination.profile })}</span>`}
  </button>
  <${Exactly} one=${destination.trouble.text ? destination.trouble : destination.facts?.trouble} />
  ${destination.renews && html`<p class="cu-destination-tools"><${Button} act=${{ do: "set_up", profile: destination.renews }}>${t(destination.facts?.expired ? "facts.renew" : "facts.enter")}<//></p>`}</div>`;
  const unset = (destination) => html`<div key="unset" class="cu-destination-whole"><button type="button" id="cu-set-up" class="cu-destination cu-destination-real"
    onClick=${() => controller.act({ do: "set_up" }, t("setup.open"))}>
    <span class="cu-destination-name">${t("setup.open")}</span>
    <span class="cu-destination-words">${t("setup.open_words")}</span>
  </button>
  <details class="cu-help"><summary>${t("setup.details")}</summary><p>${words(destination.trouble)}</p><p>${inEnglish(destination.trouble.text)}</p></details></div>`;
  return html`<${Section} step="chain" title=${t("chain.title")}>
    ${view.waiting && html`<p class="cu-note cu-warn">${view.waiting.file
      ? rich("chain.waiting", { file: view.waiting.file })
      : rich("chain.waiting_run", { run: view.waiting.run })}</p>`}
    <div class="cu-destinations" role="group" aria-label=${t("chain.group")}>${view.destinations.map((destination) => (free(destination) ? unset(destination) : card(destination)))}</div>
    ${!view.destinations.some(free) && html`<p><${Button} act=${{ do: "set_up" }}>${t("setup.another")}<//></p>`}
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
  const { destination, step } = view;
  return html`<div class="cu-where cu-where-${destination.real ? "real" : "practice"}">
    <span>
      <strong>${t(destination.real ? "chain.line_real" : "chain.line_practice")}</strong>
      ${destination.real ? html`${destination.title && html`<strong><bdi>${destination.title}</bdi></strong>, `}<bdi>${told(destination.name)}</bdi>` : t("chain.line_practice_name")}
      <span class="cu-wide">${t(destination.real ? "chain.line_real_more" : "chain.line_practice_more")}</span>
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
