/* Search runs in a worker, and browsers start no worker for a page that was opened as a file. There
 * a hidden frame takes its place. The idea is that of iframe-worker (MIT), which Zensical would load
 * from another host: https://github.com/squidfunk/iframe-worker */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      window.addEventListener("message", (event) => {
        if (event.source !== inside) return;
        const message = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(message);
        this.onmessage?.(message);
      });
      inside.document.open();
      inside.document.write(
        "<body><script>postMessage = (data) => parent.postMessage(data, '*');" +
        "importScripts = (...urls) => urls.reduce((before, url) => before.then(() =>" +
        " new Promise((resolve) => { const script = document.createElement('script');" +
        " script.src = url; script.onload = resolve; document.body.append(script); }))," +
        " Promise.resolve());<\/script>" +
        `<script src="${url}"><\/script></body>`,
      );
      inside.document.close();
      this.ready = new Promise((resolve) => { inside.onload = resolve; });
    }
    postMessage(data) {
      this.ready.then(() => this.frame.contentWindow.dispatchEvent(
        new MessageEvent("message", { data: structuredClone(data) })));
    }
    terminate() {
      this.frame.remove();
    }
  };
}
