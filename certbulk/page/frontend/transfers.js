// Files, in parts: a message has a largest size.

const PART = 256 * 1024;
const ASK_AGAIN_MS = 5000;

// Uploads: a part at a time, the next one when the desk has taken the last.
class Upload {
  constructor(line, changed) {
    this.line = line;
    this.changed = changed;
    this.file = null;
    this.share = null; // of the file that is sent, from 0 to 1; null if none is
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
      this.send(file.name, 1, 1, 1); // it cannot be read: the desk says that it was cut off
    }
  }

  send(name, size, at, files, buffers) {
    this.line.send({ do: "upload", name, size, at, files }, "Upload", buffers);
  }

  // It has arrived, was refused, or the line is lost.
  end() {
    this.file = null;
    this.share = null;
  }
}

// Downloads: asked for part by part, and once more if an answer does not come.
class Download {
  constructor(line) {
    this.line = line;
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
    const link = document.createElement("a");
    link.download = message.name;
    link.href = URL.createObjectURL(new Blob(taking.parts));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  end() {
    clearTimeout(this.taking?.timer);
    this.taking = null;
  }
}
