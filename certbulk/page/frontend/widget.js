// The host: what a person does goes to the controller, and what it shows is drawn.
//
// `model` is that of an anywidget: get(name), on(event, callback), off(event, callback),
// send(content, callbacks, buffers). It has "view", "alone" (whether the window is ours), and in a
// page of our own "connection": "open" or "lost".

function start({ model, el }) {
  const alone = Boolean(model.get("alone"));
  const root = document.createElement("div");
  root.className = alone ? "cu cu-alone" : "cu";
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own keys
  el.append(root);

  const line = new Line(model, show);
  const upload = new Upload(line, show);
  const download = new Download(line, save);
  const paper = alone ? new PaperRows(line, show) : NO_PAPER;
  const focus = new Focus(root);
  const sticky = new Sticky(root);
  let drawn = null; // the step that was drawn last
  let reading = false;
  let untaken = null; // the name of a file that was dropped while another one was read
  let cut = ""; // what was being done when the connection was lost

  const controller = {
    act(message, what) {
      if (message.do === "fetch") download.begin(message.file, what);
      else line.send(message, what);
    },
    upload(files) {
      const busy = Boolean(model.get("view").work) || upload.underWay;
      untaken = busy && files.length > 0 ? files[0].name : null;
      if (busy) show();
      if (line.lost || busy) return;
      reading = files.length === 1;
      upload.begin(files);
    },
  };
  const forget = () => {
    line.forget();
    untaken = null;
    show();
  };

  function show() {
    const view = model.get("view");
    const { lost, unreceived } = line;
    const ui = { alone, lost, unreceived, untaken, forget, redraw: show, uploading: upload.share, paper };
    (alone ? document.documentElement : root).lang = language;
    focus.before();
    render(html`<${Page} view=${view} ui=${ui} controller=${controller} />`, root);
    if (alone) document.title = title(view);
    if (view.remember) remember(view.remember);
    const at = view.aside ? ASIDE_HEADINGS[view.aside.kind] : view.step;
    const read = reading && !upload.underWay && !view.work;
    if (read) reading = false;
    if (drawn !== null && drawn !== at) focus.heading(at);
    else if (read && !view.trouble?.text) focus.report();
    focus.after();
    sticky.after();
    if (view.destinations.length > 0) drawn = at;
  }

  const hello = () => {
    line.send({ do: "hello", ...memory(alone), cut });
    cut = "";
  };
  const events = {
    "change:view": () => {
      paper.stale(model.get("view"));
      show();
    },
    "change:connection": () => {
      if (line.lost) {
        line.cut();
        if (upload.underWay && upload.share === null) untaken = upload.file.name; // nothing has left
        cut = upload.underWay ? "upload" : (model.get("view").work?.name ?? "");
        upload.end();
        paper.end();
      } else {
        hello();
        download.again();
      }
      show();
    },
    "msg:custom": (content, buffers) => {
      if (content.kind === "taken") line.taken(content.id);
      if (content.kind === "part") for (const one of [download, paper.download]) one?.take(content, buffers);
      if (content.kind === "no_part") for (const one of [download, paper.download]) one?.refused(content);
      if (content.kind === "ready") download.begin(content.file, t("live.export"));
      if (content.kind === "more") upload.part(content.at);
      if (content.kind === "received") upload.end(); // a view follows
      if (content.kind === "ignored") {
        upload.end();
        line.isLate(content.id);
      }
    },
  };
  for (const [event, callback] of Object.entries(events)) model.on(event, callback);
  const dropping = takeDrops(alone ? document : root, root, alone, controller);
  show();
  if (!line.lost) hello();
  return () => {
    for (const [event, callback] of Object.entries(events)) model.off(event, callback);
    dropping();
    line.close();
    download.end();
    paper.close();
    sticky.close();
    render(null, root);
    root.remove();
  };
}

// Take files that are dropped: on the field, or anywhere where the window is ours.
function takeDrops(whole, root, alone, controller) {
  const over = (event, on) => {
    const at = event.target.closest?.("[data-drop]") ?? (alone ? root.querySelector("[data-drop]") : null);
    if (!at) return null;
    event.preventDefault();
    at.classList.toggle("cu-over", on);
    return at;
  };
  const takes = {
    dragover: (event) => over(event, true),
    dragleave: (event) => over(event, false),
    drop: (event) => {
      if (over(event, false)) controller.upload([...event.dataTransfer.files]);
    },
  };
  for (const [event, take] of Object.entries(takes)) whole.addEventListener(event, take);
  return () => {
    for (const [event, take] of Object.entries(takes)) whole.removeEventListener(event, take);
  };
}

export default { render: start, t, language: () => language };
