// Help for each step: beside a step that has little in it, else closed until somebody asks for it.

function Help({ view, open }) {
  const sample = html`<${Fetch} link file="sample">${t("help.sample")}<//>`;
  const { step } = view;
  const words = html`<p>${t(`help.${step}`)}</p><p>${rich(`help.${step}_next`, { sample })}</p>`;
  if (open) return html`<section class="cu-help" aria-label=${t("help.summary")}><h2>${t("help.summary")}</h2>${words}</section>`;
  return html`<details class="cu-help" key=${step}><summary>${t("help.summary")}</summary>${words}</details>`;
}
