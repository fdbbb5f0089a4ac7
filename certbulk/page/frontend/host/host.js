// The page's host. It gives the front end the model that a notebook would give it, over one socket,
// and connects again by itself. What is done while it is not connected is not kept for later.

import widget from "./widget.js";

const KNOWN = "certbulk-browser"; // what this browser got for a link
const SILENT_MS = 8000; // the server says something every three seconds
const LOOK_MS = 500;
const HOME = new URL(".", location.href).pathname;
const LEFT = 4001; // says that this window goes, and does not connect again
const PAUSES_MS = [500, 1000, 2000, 3500, 5000];
const { t } = widget;
const AGAIN = t("host.again");
const REFUSED = {
  link: [t("host.link_title"), t("host.link", { again: AGAIN })],
  used: [t("host.used_title"), t("host.used", { again: AGAIN })],
  old: [t("host.old_title"), t("host.old")],
  full: [t("host.full_title"), t("host.full")],
};
document.documentElement.lang = widget.language();

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const madeUp = () => hex(crypto.getRandomValues(new Uint8Array(16)));

// --- what is shown without a front end

const home = document.getElementById("page");
function words(title, text) {
  const box = document.createElement("main");
  box.className = "host-words";
  for (const [tag, content] of [["h1", title], ["p", text]]) {
    const element = document.createElement(tag);
    element.textContent = content;
    box.append(element);
  }
  home.replaceChildren(box);
}

// --- who this browser is

// The key of a link follows the "#": it is changed for a secret, and taken off the address.
// Other sites can lead a browser to a link's address, but have no key: no page is opened for them.
async function introduced() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  const opens = location.pathname !== HOME;
  history.replaceState(null, "", opens ? location.pathname : HOME);
  let known = null;
  try { known = JSON.parse(localStorage.getItem(KNOWN)); } catch { /* it is not ours */ }
  if (opens) {
    const answer = await fetch("browser", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key: key ?? "" }) });
    if (!answer.ok) {
      words(...REFUSED[key ? "used" : "link"]);
      if (known) home.querySelector("main").append(linkHome());
      return null;
    }
    known = await answer.json();
    localStorage.setItem(KNOWN, JSON.stringify(known));
    history.replaceState(null, "", HOME);
  }
  if (!known?.id || !known.secret) words(...REFUSED.link);
  return known?.id && known.secret ? known : null;
}

function linkHome() {
  const link = document.createElement("a");
  link.href = HOME;
  link.textContent = t("host.here");
  return link;
}

// What a server shows that knows the secret's hash, for this very host and port.
async function proofOf(secret, nonce) {
  const hash = await crypto.subtle.digest("SHA-256", utf8(secret));
  const key = await crypto.subtle.importKey("raw", hash, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, utf8(`${nonce}\n${location.host}`)));
}

// --- messages: JSON, and bytes behind it as they are

function packed(content, buffers) {
  if (!buffers?.length) return JSON.stringify({ content });
  const head = utf8(JSON.stringify({ content, sizes: buffers.map((buffer) => buffer.byteLength) }));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, head.byteLength);
  return new Blob([length, head, ...buffers]);
}

function unpacked(data) {
  if (typeof data === "string") return [JSON.parse(data), []];
  const length = new DataView(data).getUint32(0);
  const said = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  let at = 4 + length;
  const buffers = said.sizes.map((size) => {
    at += size;
    return new DataView(data, at - size, size);
  });
  return [said, buffers];
}

// --- the model

const callbacks = new Map();
const values = { view: { step: "chain", destinations: [] }, alone: true, connection: "open" };
let socket = null;

function tell(event, ...given) {
  for (const callback of [...(callbacks.get(event) ?? [])]) callback(...given);
}
function set(name, value) {
  if (name === "connection") document.documentElement.dataset.connection = value;
  if (name !== "view" && values[name] === value) return;
  values[name] = value;
  tell(`change:${name}`);
}
const model = {
  get: (name) => values[name],
  on(event, callback) {
    if (!callbacks.has(event)) callbacks.set(event, new Set());
    callbacks.get(event).add(callback);
  },
  off(event, callback) {
    callbacks.get(event)?.delete(callback);
  },
  send(content, _, buffers) {
    if (values.connection === "open" && socket?.readyState === WebSocket.OPEN) socket.send(packed(content, buffers));
  },
};

// --- the connection

const mine = madeUp(); // this window, from now until it is loaded again
let known = null;
let heard = 0;
let failures = 0;
let waiting = null;
let takeOff = null; // ends the front end, where it is drawn

function connect() {
  clearTimeout(waiting);
  waiting = null;
  const nonce = madeUp();
  const line = new WebSocket(`ws://${location.host}${HOME}socket`);
  line.binaryType = "arraybuffer";
  socket = line;
  heard = Date.now();
  let proved = false;
  line.onopen = () => line.send(JSON.stringify({ id: known.id, nonce }));
  line.onmessage = async ({ data }) => {
    if (line !== socket) return;
    heard = Date.now();
    const [said, buffers] = unpacked(data);
    if (!proved && said.proof) {
      const right = await proofOf(known.secret, nonce);
      if (line !== socket) return;
      if (said.proof !== right) { lose(line); return; } // another server is at this address
      proved = true;
      line.send(JSON.stringify({ secret: known.secret, window: mine }));
    } else if (said.refused && (proved || said.refused === "link")) refused(said);
    else if (proved) take(said, buffers);
  };
  line.onclose = () => lose(line);
}

function take(said, buffers) {
  if (said.open) opened();
  else if (said.view) set("view", said.view);
  else if (said.content) tell("msg:custom", said.content, buffers);
}

function opened() {
  failures = 0;
  if (takeOff === null) clear();
  set("connection", "open"); // a front end that is drawn says hello anew: its page may be a new one
  takeOff ??= widget.render({ model, el: home }) ?? (() => {});
}

function clear() {
  takeOff?.();
  takeOff = null;
  home.replaceChildren();
}

function refused({ refused: why }) {
  clear();
  words(...(REFUSED[why] ?? REFUSED.link));
  if (why !== "full") known = null;
}

function lose(line) {
  if (line !== socket) return;
  socket = null;
  line.close();
  set("connection", "lost");
  if (known === null) return;
  waiting = setTimeout(connect, PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]);
  failures += 1;
}

function look() {
  if (socket !== null && Date.now() - heard > SILENT_MS) lose(socket);
}
function lookNow() {
  look();
  if (waiting !== null) connect();
}

if (crypto.subtle) known = await introduced();
else words(...REFUSED.old);
if (known !== null) {
  connect();
  setInterval(look, LOOK_MS);
  addEventListener("online", lookNow);
  addEventListener("visibilitychange", () => { if (!document.hidden) lookNow(); });
  addEventListener("pagehide", () => {
    const line = socket;
    socket = known = null;
    clearTimeout(waiting);
    line?.close(LEFT);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
