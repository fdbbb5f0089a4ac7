// Files, in parts: a message has a largest size.

const PART = 256 * 1024;
const ASK_AGAIN_MS = 5000;

// Uploads: a part at a time, the next one when the controller has taken the last.
class Upload {
  constructor(line, changed) {
    this.line = line;
    this.changed = changed;
    this.file = null;
    this.share = null; // of the file that is sent, from 0 to 1; null if none is
  }

  // From when a file is given until it has arrived or is refused: its first part is read first.
  get underWay() {
    return this.file !== null;
  }

  begin(files) {
    if (files.length === 0) return;
    if (files.length > 1) this.send(files[0].name, 0, 0, files.length);
    else {
      [this.file] = files;
      this.part(0);
    }
  }

  async part(at) {
    const { file } = this;
    if (!file) return;
    try {
      const bytes = await file.slice(at, at + PART).arrayBuffer();
      if (this.file !== file) return; // given up meanwhile
      this.share = file.size ? at / file.size : 1;
      this.changed();
      this.send(file.name, file.size, at, 1, [bytes]);
    } catch {
      this.send(file.name, 1, 1, 1); // it cannot be read: the controller says that it was cut off
    }
  }

  send(name, size, at, files, buffers) {
    this.line.send({ do: "upload", name, size, at, files }, t("file.upload"), buffers);
  }

  // It has arrived, was refused, or the line is lost.
  end() {
    this.file = null;
    this.share = null;
  }
}

// Downloads: asked for part by part, and once more if an answer does not come.
// `done` gets the bytes and the name.
class Download {
  constructor(line, done) {
    this.line = line;
    this.done = done;
    this.taking = null;
  }

  begin(file, what) {
    this.end();
    this.taking = { file, at: 0, parts: [] };
    this.ask(what);
  }

  ask(what) {
    const { taking } = this;
    clearTimeout(taking.timer);
    this.line.send({ do: "fetch", file: taking.file, at: taking.at }, what);
    taking.timer = setTimeout(() => this.ask(), ASK_AGAIN_MS);
  }

  take(message, buffers) {
    const { taking } = this;
    if (!taking || message.file !== taking.file || message.at !== taking.at) return;
    taking.parts.push(buffers[0]);
    taking.at += buffers[0].byteLength;
    if (taking.at < message.size) {
      this.ask();
      return;
    }
    this.end();
    this.done(new Blob(taking.parts), message.name);
  }

  // Another server may make another file: what came of the first one is not put together with it.
  again() {
    if (this.taking) this.begin(this.taking.file);
  }

  // There is no such file, or it cannot be made: it is not asked for any more.
  refused(message) {
    if (this.taking?.file === message.file) this.end();
  }

  end() {
    clearTimeout(this.taking?.timer);
    this.taking = null;
  }
}

// Let the browser save it, as a link would.
function save(bytes, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(bytes);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
