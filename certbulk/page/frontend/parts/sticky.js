// How high what sticks to the top and to the bottom is, for what is scrolled under it.

const STICKY = { "--cu-top": ".cu-top", "--cu-foot": ".cu-foot" };

class Sticky {
  constructor(root) {
    this.root = root;
    this.seen = {};
    this.observer = new ResizeObserver(() => this.measure());
  }

  // To be called after the page was drawn: what sticks may be another element now.
  after() {
    for (const [name, where] of Object.entries(STICKY)) {
      const element = this.root.querySelector(where);
      if (element === this.seen[name]) continue;
      if (this.seen[name]) this.observer.unobserve(this.seen[name]);
      if (element) this.observer.observe(element);
      this.seen[name] = element;
    }
    this.measure();
  }

  measure() {
    for (const name of Object.keys(STICKY)) {
      const element = this.seen[name];
      const sticks = element && getComputedStyle(element).position === "sticky";
      this.root.style.setProperty(name, `${sticks ? element.offsetHeight : 0}px`);
    }
  }

  close() {
    this.observer.disconnect();
  }
}
