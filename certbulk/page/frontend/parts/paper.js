// What a printer gets: every row of the table, of which the page holds one page. A printer does not
// wait, so the rows are fetched as soon as a table has not changed for a moment.

const QUIET_MS = 700;

// A notebook prints its cells by itself.
const NO_PAPER = { rows: null, stale() {}, end() {}, close() {} };

const hasPages = ({ step, plan, run, mend, aside }) =>
  Boolean(aside ? aside.pages : { plan: plan?.table, results: run?.table, mend: mend?.rows }[step]);

// `changed` is called when the page is to be drawn anew, at once.
class PaperRows {
  constructor(line, changed) {
    this.changed = changed;
    this.fetched = null; // all rows as they are now; null while they are on their way
    this.rows = null; // the same, while it is printed
    this.download = new Download(line, (bytes) => this.take(bytes));
    this.print = (on) => {
      this.rows = on ? this.fetched : null;
      this.changed();
    };
    this.before = () => this.print(true);
    this.after = () => this.print(false);
    addEventListener("beforeprint", this.before);
    addEventListener("afterprint", this.after);
  }

  // The page shows something else: what was fetched may not be true any more.
  stale(view) {
    this.end();
    if (hasPages(view) && !view.work) this.timer = setTimeout(() => this.download.begin("rows"), QUIET_MS);
  }

  async take(bytes) {
    const { timer } = this;
    const rows = JSON.parse(await bytes.text());
    if (this.timer === timer) this.fetched = rows;
  }

  end() {
    clearTimeout(this.timer);
    this.timer = this.fetched = null;
    this.download.end();
  }

  close() {
    this.end();
    removeEventListener("beforeprint", this.before);
    removeEventListener("afterprint", this.after);
  }
}
