// Texts, numbers and dates in the reader's language. TEXTS has the texts of each by key.

const LANGUAGE = "certbulk-language"; // what this browser was told

let language = firstLanguage();

// What a person chose in this browser, else the first of the browser's languages that there is.
function firstLanguage() {
  let chosen = null;
  try {
    chosen = localStorage.getItem(LANGUAGE);
  } catch {
    // not allowed
  }
  const wanted = [chosen ?? "", ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.find((tag) => tag in TEXTS) ?? "en";
}

function speak(another) {
  language = another;
  try {
    localStorage.setItem(LANGUAGE, another);
  } catch {
    // until the page is loaded again
  }
}

// For numbers and dates: the browser's own kind of the language, such as en-GB.
const locale = () => navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;

const number = (value) => value.toLocaleString(locale());

// The text of a key; of one that counts, the form for its `n`.
function textOf(key, values) {
  const text = TEXTS[language][key] ?? TEXTS.en[key] ?? key;
  if (typeof text === "string") return text;
  return text[new Intl.PluralRules(language).select(values.n)] ?? text.other;
}

// The pieces of a text, with what `piece` makes of each {name}.
const pieces = (key, values, piece) =>
  textOf(key, values).split(/\{(\w+)\}/).map((part, at) => (at % 2 ? piece(values[part]) : part));

// A text as a string: numbers as the language writes them.
function t(key, values = {}) {
  return pieces(key, values, plain).join("");
}

// A text with elements in it; what is a string may be from a file or the service, in any script.
function rich(key, values = {}, say = told) {
  const piece = (value) => (typeof value === "string" ? html`<bdi>${value}</bdi>` : (value?.type ? value : say(value)));
  return pieces(key, values, piece).filter((part) => part !== "");
}

// What the controller tells: a text of the page, or a message of the core. Of that, the page says what it
// has for it in the reader's language, and has the message itself, in English, under its details.
const told = (one) => html`${words(one)}<${Exactly} one=${one} />`;

function words(one) {
  if (typeof one === "number") return number(one);
  if (one?.amounts) return amounts(one.text);
  if (!one?.text) return "";
  if (one.key && isSaid(one)) return rich(one.key, one.values, one.exact ? words : told);
  return inEnglish(one.text);
}

const Exactly = ({ one }) => one?.exact && isSaid(one) && html`<details class="cu-exact">
  <summary>${t("page.details")}</summary>${inEnglish(one.text)}
</details>`;

// Whether the page says it in its own words.
const isSaid = ({ key, exact }) => !exact || key in TEXTS[language];

const inEnglish = (text) => html`<bdi lang="en">${text}</bdi>`;

function plain(one) {
  if (typeof one === "number") return number(one);
  if (typeof one === "string") return one;
  if (one?.amounts) return amounts(one.text);
  return one?.key && isSaid(one) ? t(one.key, one.values) : (one?.text ?? "");
}

// A choice, yes and no in the reader's language; another text of a cell as it is.
function choiceOf(field, text) {
  const key = `value.${field}.${text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`;
  return TEXTS[language][key] ?? text;
}

// An amount as the core writes it; any other text stays as it is.
function amountOf(text) {
  if (language === "en" || !/^\d+(\.\d+)?$/.test(text)) return text;
  return Number(text).toLocaleString(locale(), { minimumFractionDigits: text.includes(".") ? 2 : 0 });
}

// If the comma is part of a number, it does not separate amounts.
const amounts = (text) => text.split(", ").map(amountOf).join(language === "en" ? ", " : "; ");

// A value of a field as the core writes it: English is how it does.
function valueOf(field, text) {
  if (text === "(none)") return t("count.nothing");
  if (language === "en") return choiceOf(field, text);
  if (["balance", "online_sale_price"].includes(field)) return amountOf(text);
  if (field === "expiration_date" && /^\d{4}-\d\d-\d\d$/.test(text)) return new Date(`${text}T12:00`).toLocaleDateString(locale());
  return choiceOf(field, text);
}

function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return t("time.seconds", { n: whole });
  if (whole < 5400) return t("time.minutes", { n: Math.round(whole / 60) });
  return t("time.hours", { n: Math.round(whole / 360) / 10 });
}

function when(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleString(locale(), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

const either = (words) => new Intl.ListFormat(locale(), { type: "disjunction" }).format(words);

const sum = (counts) => Object.values(counts).reduce((total, value) => total + value, 0);

// How much of a run is done, in percent: 100 only when every row has its outcome.
const percent = (run) => (run.writes ? Math.floor((100 * run.done) / run.writes) : 100);

// The languages to choose from, each in its own words.
function Languages({ changed }) {
  const choose = (event) => {
    speak(event.currentTarget.value);
    changed();
  };
  const option = (tag, key) => html`<option value=${tag} lang=${tag} selected=${tag === language}>${t(key)}</option>`;
  return html`<label class="cu-language"><${Hidden}>${t("language.label")}<//>
    <select data-language onChange=${choose}>${option("en", "language.english")}${option("ru", "language.russian")}</select>
  </label>`;
}
