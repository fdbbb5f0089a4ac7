// Where the keyboard is, when what it was at goes away.

class Focus {
  constructor(root) {
    this.root = root;
    this.been = []; // the last place last
    this.had = false;
    root.addEventListener("focusin", (event) => {
      this.been.push(event.target);
      this.been.splice(0, this.been.length - 20);
    });
  }

  // To be called before the page is drawn anew.
  before() {
    this.had ||= this.root.contains(document.activeElement);
  }

  // To be called after it: what had the focus may be gone, or cannot be used just now. It goes back
  // to where it was before that; while nothing can be used, it waits.
  after() {
    if (!this.had || this.root.contains(document.activeElement)) {
      this.had = false;
      return;
    }
    if (document.activeElement !== document.body) this.had = false; // it is elsewhere on purpose
    else if (!this.root.querySelector("fieldset:disabled")) {
      const last = this.been.findLast((one) => this.root.contains(one) && !one.disabled);
      (last ?? this.root.querySelector("h2"))?.focus({ preventScroll: true });
      this.had = false;
    }
  }

  // To the heading of a step that has just begun, in a window of our own with the head above it.
  heading(step) {
    const heading = this.root.querySelector(`[data-heading="${step}"]`);
    heading?.focus({ preventScroll: true });
    if (this.root.matches(".cu-alone")) this.root.scrollIntoView();
    heading?.scrollIntoView({ block: this.root.matches(".cu-alone") ? "nearest" : "start" });
  }

  // To what was read in a workbook.
  report() {
    (this.root.querySelector("[data-heading=report]") ?? this.root.querySelector("[data-sheet]"))?.focus();
  }
}
