// Setting a chain up: tokens first, then the chain that they are for. What is typed stays in the
// fields of the form, and is sent once.

const KEYRING = "pip install 'certbulk[keyring]'"; // a command is the same in all languages

function SetupForm({ aside }) {
  const back = html`<${Button} act=${{ do: "leave" }}>${t("setup.back")}<//>`;
  const whose = aside.chain ? t("setup.chain_called", { id: String(aside.chain) }) : aside.profile;
  const title = aside.profile ? t("setup.renew_title", { whose }) : t("setup.title");
  return html`<${Section} step="setup" title=${title}>
    ${aside.trouble && html`<div class="cu-note cu-warn">
      <p>${t("setup.held")}</p>
      <details><summary>${t("setup.held_how")}</summary><p>${rich("setup.held_keyring", { command: html`<code>${KEYRING}</code>` })}</p><p>${inEnglish(aside.trouble.text)}</p></details>
    </div>`}
    ${aside.signed_in ? html`<${ChooseChain} aside=${aside} />` : html`<${EnterTokens} aside=${aside} />`}
    <p class="cu-actions">${back}</p>
  <//>`;
}

// A form whose fields are sent as one message; those that are secret are emptied at once.
function Sent({ act, what, children }) {
  const controller = useContext(Controller);
  const send = (event) => {
    event.preventDefault();
    const form = event.target.closest("form");
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    controller.act({ ...fields, do: act }, what);
    for (const secret of form.querySelectorAll("input[type=password]")) secret.value = "";
  };
  // JupyterLab keeps Enter from submitting a form; so it is taken here.
  const enter = (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") send(event);
  };
  return html`<form class="cu-form" autocomplete="off" onSubmit=${send} onKeyDown=${enter}>${children}</form>`;
}

// `name` is the name of its value in the message.
function Field({ label, name, help, secret, ...more }) {
  const id = `cu-field-${name}`;
  return html`<div class="cu-field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${name} type=${secret ? "password" : "text"} autocomplete=${secret ? "new-password" : "off"}
      autocapitalize="none" spellcheck=${false} aria-describedby=${help ? `${id}-help` : null} ...${more} />
    ${help && html`<small id="${id}-help">${help}</small>`}
  </div>`;
}

function EnterTokens({ aside }) {
  const [by, setBy] = useState("login");
  const kind = (value, words) => html`<label class="cu-check">
    <input type="radio" name="by" value=${value} checked=${by === value} onChange=${() => setBy(value)} /><span>${words}</span>
  </label>`;
  return html`<${Sent} act="sign_in" what=${t("setup.sign_in")}>
    <p class="cu-quiet">${rich(aside.trouble ? "setup.goes_to_only" : "setup.goes_to", { host: aside.host })}</p>
    <${Field} name="partner" label=${t("setup.partner")} secret
      help=${t(aside.partner ? "setup.partner_kept" : "setup.partner_help")} />
    <fieldset class="cu-choice"><legend>${t("setup.who")}</legend>${kind("login", t("setup.by_login"))}${kind("token", t("setup.by_token"))}</fieldset>
    ${by === "login"
      ? html`<${Field} key="login" name="login" label=${t("setup.login")} /><${Field} key="password" name="password" label=${t("setup.password")} secret />`
      : html`<${Field} key="user" name="user" label=${t("setup.user")} secret />`}
    ${!aside.profile && html`<details><summary>${t("setup.details")}</summary>
      <${Field} name="address" label=${t("setup.address")} value=${aside.address} inputmode="url" />
    </details>`}
    <p class="cu-actions"><button type="submit" class="cu-button cu-main">${t("setup.sign_in")}</button></p>
  <//>`;
}

function ChooseChain({ aside }) {
  const { chains } = aside;
  const [chosen, setChosen] = useState(String(aside.chain ?? chains[0]?.id ?? ""));
  const card = (chain) => html`<label key=${chain.id} class="cu-check cu-chain-choice">
    <input type="radio" name="chain" value=${String(chain.id)} checked=${chosen === String(chain.id)} onChange=${() => setChosen(String(chain.id))} />
    <span><bdi>${chain.title}</bdi> <small>${t("table.id", { id: String(chain.id) })}</small></span>
  </label>`;
  const typed = html`<${Field} name="chain" label=${t("setup.chain_id")} help=${t("setup.chain_id_help")} inputmode="numeric" />`;
  return html`<${Sent} act="keep_chain" what=${t("setup.keep")}>
    ${aside.chain === null && html`<div class="cu-choice" role="group" aria-label=${t("setup.which")}>
      <p><strong>${t("setup.which")}</strong></p>
      ${chains.length === 0 ? html`<p class="cu-note">${t("setup.not_listed")}</p>` : chains.map(card)}
      ${chains.length > 0 && html`<label class="cu-check">
        <input type="radio" name="chain" value="" checked=${chosen === ""} onChange=${() => setChosen("")} /><span>${t("setup.other")}</span>
      </label>`}
      ${chosen === "" && typed}
    </div>`}
    ${!aside.profile && !aside.first && html`<${Field} name="name" label=${t("setup.name")} help=${t("setup.name_help")} />`}
    <p class="cu-actions"><button type="submit" class="cu-button cu-main">${t(aside.trouble ? "setup.hold" : "setup.keep")}</button> <${Quiet}>${t("setup.keep_words")}<//></p>
    <p><${Button} link act=${{ do: "set_up", profile: aside.profile }}>${t("setup.again")}<//></p>
  <//>`;
}

// Whose a chain is, on its card; and what to do if its tokens are not taken.
function Facts({ destination }) {
  const { facts } = destination;
  if (!facts) return html`<span class="cu-quiet">${t("facts.asking")}</span>`;
  if (facts.trouble.text) return html`<span class="cu-facts-bad">${words(facts.trouble)}</span>`;
  return html`<span class="cu-facts">
    ${facts.title && html`<span>${told(destination.name)}</span>`}
    ${facts.locations !== null && html` <span>${t("facts.locations", { n: facts.locations })}</span>`}
  </span>`;
}
