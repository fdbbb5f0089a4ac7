// The host: what a person does goes to the desk, and what it shows is drawn.
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
  const download = new Download(line);
  const focus = new Focus(root);
  let drawn = null; // the step that was drawn last
  let reading = false;
  let cut = ""; // what was being done when the connection was lost

  const desk = {
    act(message, what) {
      if (message.do === "fetch") download.begin(message.file, what);
      else line.send(message, what);
    },
    upload(files) {
      if (line.lost || model.get("view").work) return;
      reading = files.length === 1;
      upload.begin(files);
    },
  };
  const forget = () => {
    line.forget();
    show();
  };

  function show() {
    const view = model.get("view");
    const { lost, unreceived } = line;
    const ui = { alone, lost, unreceived, forget, uploading: upload.share };
    focus.before();
    render(html`<${Page} view=${view} ui=${ui} desk=${desk} />`, root);
    if (alone) document.title = title(view);
    if (view.remember) remember(view.remember);
    if (drawn !== null && drawn !== view.step) focus.heading(view.step);
    else if (reading && upload.share === null && !view.work) {
      reading = false;
      if (!view.trouble) focus.report();
    }
    focus.after();
    if (view.places.length > 0) drawn = view.step;
  }

  const hello = () => {
    line.send({ do: "hello", ...memory(alone), cut });
    cut = "";
  };
  const events = {
    "change:view": () => {
      upload.end();
      show();
    },
    "change:connection": () => {
      if (line.lost) {
        line.cut();
        cut = upload.share === null ? (model.get("view").work?.name ?? "") : "upload";
        upload.end();
        download.end();
      } else hello();
      show();
    },
    "msg:custom": (content, buffers) => {
      if (content.kind === "taken") line.taken(content.id);
      if (content.kind === "part") download.take(content, buffers);
      if (content.kind === "more") upload.part(content.at);
    },
  };
  for (const [event, callback] of Object.entries(events)) model.on(event, callback);
  const dropping = takeDrops(alone ? document : root, root, alone, desk);
  show();
  if (!line.lost) hello();
  return () => {
    for (const [event, callback] of Object.entries(events)) model.off(event, callback);
    dropping();
    line.close();
    download.end();
    render(null, root);
    root.remove();
  };
}

// Take files that are dropped: on the field, or anywhere where the window is ours.
function takeDrops(whole, root, alone, desk) {
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
      if (over(event, false)) desk.upload([...event.dataTransfer.files]);
    },
  };
  for (const [event, take] of Object.entries(takes)) whole.addEventListener(event, take);
  return () => {
    for (const [event, take] of Object.entries(takes)) whole.removeEventListener(event, take);
  };
}

export default { render: start };
