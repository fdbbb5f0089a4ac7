// Words and numbers.

const KINDS = {
  error: "errors",
  warning: "warnings",
  create: "to create",
  update: "to change",
  delete: "to delete",
  unchanged: "unchanged",
  blocked: "blocked",
  invalid: "with errors",
  skip: "skipped",
  created: "created",
  updated: "changed",
  deleted: "deleted",
  failed: "failed",
  unknown: "not certain",
  skipped: "skipped",
  not_sent: "not sent",
};
const ONE = {
  error: "error",
  warning: "warning",
  create: "create",
  update: "change",
  delete: "delete",
  skip: "skip",
  invalid: "error",
};

const number = (value) => value.toLocaleString("en");
const count = (value, one, many) => `${number(value)} ${value === 1 ? one : (many ?? `${one}s`)}`;

function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return count(whole, "second");
  if (whole < 5400) return count(Math.round(whole / 60), "minute");
  return `${(whole / 3600).toFixed(1)} hours`;
}

function when(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleString([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

const sum = (counts) => Object.values(counts).reduce((total, value) => total + value, 0);

// How much of a run is done, in percent: 100 only when every row has its outcome.
const percent = (run) => (run.writes ? Math.floor((100 * run.done) / run.writes) : 100);
