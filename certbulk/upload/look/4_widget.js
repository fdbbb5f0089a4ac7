// The widget: what a person does goes to the kernel, and what it answers is drawn.

const PART = 256 * 1024;
const ASK_AGAIN_MS = 5000;
const MEMORY = "certbulk-upload";

export default {
  render({ model, el }) {
    const root = h("div", { class: "cu", "data-lm-suppress-shortcuts": "true" });
    if (model.get("alone")) root.classList.add("cu-alone");
    el.append(root);
    let uploading = null;
    let drawn = null;
    let file = null;
    let taking = null;
    let reading = false;
    const been = []; // where the focus was, the last place last

    const send = (message, buffers) => model.send(message, undefined, buffers);
    // What this window was at, when it is loaded again; else what any was at last. Cells of a
    // notebook share a window, and none of them is the window's own.
    const remembered = (where) => { try { return JSON.parse(where().getItem(MEMORY)); } catch { return null; } };
    const memory = () => {
      const mine = model.get("alone") ? remembered(() => sessionStorage) : null;
      return mine ? { ...mine, mine: true } : remembered(() => localStorage) ?? {};
    };
    const remember = (what) => {
      for (const where of [() => localStorage, () => sessionStorage])
        try { where().setItem(MEMORY, JSON.stringify(what)); } catch { /* not kept */ }
    };

    function show() {
      const view = model.get("view");
      const focused = root.contains(document.activeElement);
      patchChildren(root, h("div", null, draw(view, uploading)));
      if (view.remember) remember(view.remember);
      if (drawn !== null && drawn !== view.step) {
        const heading = root.querySelector(`[data-heading="${view.step}"]`);
        heading?.focus({ preventScroll: true });
        heading?.scrollIntoView({ block: "start" });
      } else if (reading && uploading === null && !view.work) {
        reading = false;
        if (!view.trouble) (root.querySelector("[data-heading=report]") ?? root.querySelector("[data-sheet]"))?.focus();
      }
      // What had the focus may be gone: it goes back to where it was before that.
      if (focused && !root.contains(document.activeElement))
        (been.findLast((place) => root.contains(place) && !place.disabled) ?? root.querySelector("h2"))
          ?.focus({ preventScroll: true });
      if (view.places.length > 0) drawn = view.step;
    }
    root.addEventListener("focusin", (event) => { been.push(event.target); been.splice(0, been.length - 20); });

    // Uploads: a part at a time, the next one when the kernel has taken the last.
    async function sendPart(at) {
      const part = await file.slice(at, at + PART).arrayBuffer();
      uploading = file.size ? at / file.size : 1;
      show();
      send({ do: "upload", name: file.name, size: file.size, at, files: 1 }, [part]);
    }
    function upload(files) {
      if (files.length === 0 || model.get("view").work) return;
      if (files.length > 1) {
        send({ do: "upload", name: files[0].name, size: 0, at: 0, files: files.length });
        return;
      }
      file = files[0];
      reading = true;
      sendPart(0).catch(() => send({ do: "upload", name: file.name, size: 1, at: 1, files: 1 }));
    }

    // Downloads: asked for part by part, and once more where an answer does not come.
    function ask() {
      clearTimeout(taking.timer);
      send({ do: "fetch", file: taking.file, at: taking.at });
      taking.timer = setTimeout(() => taking && ask(), ASK_AGAIN_MS);
    }
    function take(message, buffers) {
      if (!taking || message.file !== taking.file || message.at !== taking.at) return;
      taking.parts.push(buffers[0]);
      taking.at += buffers[0].byteLength;
      if (taking.at < message.size) { ask(); return; }
      clearTimeout(taking.timer);
      const link = h("a", { download: message.name });
      link.href = URL.createObjectURL(new Blob(taking.parts));
      taking = null;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    }

    const acts = {
      look: (at) => ({ ...(at.shown !== undefined ? { shown: at.shown } : {}), ...(at.page ? { page: Number(at.page) } : {}) }),
      open: (at) => ({ run: at.run }),
      choose: (at) => ({ place: at.place }),
      tick_all: (at) => ({ on: at.on === "1" }),
    };
    root.addEventListener("click", (event) => {
      const at = event.target.closest("[data-do]");
      if (!at || at.disabled) return;
      const act = at.dataset.do;
      if (act === "fetch") {
        clearTimeout(taking?.timer);
        taking = { file: at.dataset.file, at: 0, parts: [] };
        ask();
        return;
      }
      if (act === "confirm") {
        root.querySelector("[data-key=confirm] :is(input, button)")?.focus();
        return;
      }
      send({ do: act, ...(acts[act]?.(at.dataset) ?? {}) });
    });
    root.addEventListener("change", (event) => {
      const at = event.target;
      if (at.dataset.tick) send({ do: "tick", row: Number(at.dataset.tick), on: at.checked });
      if (at.dataset.sheet !== undefined && at.value) send({ do: "sheet", name: at.value });
      if (at.dataset.match !== undefined) send({ do: "match", on: at.checked });
      if (at.dataset.upload !== undefined) { upload([...at.files]); at.value = ""; }
    });
    let typing = null;
    root.addEventListener("input", (event) => {
      const at = event.target;
      if (at.dataset.type !== "find") return;
      clearTimeout(typing);
      typing = setTimeout(() => send({ do: "look", find: at.value }), 200);
    });
    const confirmed = (event) => {
      event.preventDefault();
      send({ do: "send", typed: root.querySelector("[data-typed]")?.value ?? "" });
    };
    root.addEventListener("submit", confirmed);
    // JupyterLab keeps Enter from submitting a form; where it does not, this does.
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.dataset.typed !== undefined) confirmed(event);
    });
    const over = (event, on) => {
      const at = event.target.closest?.("[data-drop]") ?? (model.get("alone") ? root.querySelector("[data-drop]") : null);
      if (!at) return null;
      event.preventDefault();
      at.classList.toggle("cu-over", on);
      return at;
    };
    const whole = model.get("alone") ? document : root;
    const dragover = (event) => over(event, true);
    const dragleave = (event) => over(event, false);
    const drop = (event) => { if (over(event, false)) upload([...event.dataTransfer.files]); };
    whole.addEventListener("dragover", dragover);
    whole.addEventListener("dragleave", dragleave);
    whole.addEventListener("drop", drop);

    const message = (content, buffers) => {
      if (content.kind === "part") take(content, buffers);
      if (content.kind === "more" && file) sendPart(content.at);
    };
    const changed = () => { uploading = null; show(); };
    model.on("change:view", changed);
    model.on("msg:custom", message);
    show();
    send({ do: "hello", ...memory() });
    return () => {
      model.off("change:view", changed);
      model.off("msg:custom", message);
      whole.removeEventListener("dragover", dragover);
      whole.removeEventListener("dragleave", dragleave);
      whole.removeEventListener("drop", drop);
      clearTimeout(taking?.timer);
    };
  },
};
