// The line to the controller: every message has a number, and is acknowledged or known not to be.

const PATIENCE_MS = 4000;

// `changed` is called when something of it is to be drawn anew.
class Line {
  constructor(model, changed) {
    this.model = model;
    this.changed = changed;
    this.last = 0;
    this.open = new Map(); // number -> {what, late, timer}
  }

  get lost() {
    return this.model.get("connection") === "lost";
  }

  // What people know the clicks by that nobody has acknowledged in time, each once.
  get unreceived() {
    const late = [...this.open.values()].filter((click) => click.late);
    return [...new Set(late.map((click) => click.what))];
  }

  // Send a message. With `what`, it is watched: that is what it is called if it gets lost.
  send(message, what, buffers) {
    const id = (this.last += 1);
    if (what) {
      if (this.forget()) this.changed();
      const late = () => this.isLate(id);
      this.open.set(id, { what, late: this.lost, timer: setTimeout(late, PATIENCE_MS) });
    }
    if (this.lost) this.changed();
    else this.model.send({ ...message, id }, undefined, buffers);
  }

  // Nobody has acknowledged it in time, or it came at a moment when it could not be taken.
  isLate(id) {
    const click = this.open.get(id);
    if (click) click.late = true;
    this.changed();
  }

  taken(id) {
    const click = this.open.get(id);
    if (!click) return;
    clearTimeout(click.timer);
    this.open.delete(id);
    if (click.late) this.changed();
  }

  // What is under way on a line that is lost does not arrive.
  cut() {
    for (const click of this.open.values()) click.late = true;
  }

  // What was lost is forgotten once something else is tried; return whether there was any.
  forget() {
    const before = this.open.size;
    for (const [id, click] of this.open) if (click.late) this.open.delete(id);
    return this.open.size < before;
  }

  close() {
    for (const click of this.open.values()) clearTimeout(click.timer);
    this.open.clear();
  }
}
