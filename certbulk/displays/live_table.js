// Makes the table before it sortable and searchable. Without it, the table stays as it is.
({ packed, left, where, filtered }) => {
  const here = document.currentScript;
  const fresh = ".cb-live:not([data-on])";
  // VS Code runs scripts at the end of the output, not in their place.
  const root = here.closest(fresh) || here.parentElement.querySelector(fresh);
  if (!root) return;
  root.dataset.on = "";
  const table = root.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const remark = root.querySelector(":scope > .cb-muted");
  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const words = (cell) => cell.textContent.trim();
  const amount = (text) => (text ? Number(text.replaceAll(",", "")) : NaN);

  const start = (rows) => {
    const lines = rows.map((row) => ({
      row,
      cells: [...row.cells].map(words),
      text: [...row.cells].map(words).join(" ").toLowerCase(),
    }));
    let most = 25;
    let column = -1;
    let down = false;

    const search = make("input", { type: "search", placeholder: "Search", ariaLabel: "Search" });
    const choice = make("select", { ariaLabel: "Filter" }, make("option", { value: "" }, "all"));
    const status = make("span", { className: "cb-status" });
    status.setAttribute("role", "status");
    const more = make("button", { type: "button" }, "100 more");
    const every = make("button", { type: "button" }, "Show all");
    const counts = new Map();
    if (filtered >= 0)
      for (const { cells } of lines) counts.set(cells[filtered], (counts.get(cells[filtered]) || 0) + 1);
    for (const [word, number] of counts)
      choice.append(make("option", { value: word }, `${word} (${number.toLocaleString("en")})`));
    const controls = make("div", { className: "cb-controls" }, search);
    if (counts.size > 1) controls.append(choice);
    controls.append(status);

    const compare = (one, other) => {
      const [a, b] = [one.cells[column], other.cells[column]];
      if (!a || !b) return a ? -1 : b ? 1 : 0;
      const [x, y] = [amount(a), amount(b)];
      const order = isNaN(x) || isNaN(y) ? a.localeCompare(b, undefined, { numeric: true }) : x - y;
      return down ? -order : order;
    };
    const tell = (shown, found) => {
      const of = `${found.toLocaleString("en")} row${found === 1 ? "" : "s"}`;
      status.textContent = shown < found ? `${shown} of ${of}` : of;
      more.hidden = every.hidden = shown >= found;
    };
    const show = () => {
      const wanted = search.value.trim().toLowerCase().split(/\s+/);
      const found = lines.filter(
        ({ cells, text }) =>
          (!choice.value || cells[filtered] === choice.value) && wanted.every((word) => text.includes(word)),
      );
      if (column >= 0) found.sort(compare);
      const shown = found.slice(0, most);
      body.replaceChildren(...shown.map(({ row }) => row));
      tell(shown.length, found.length);
      if (packed && remark)
        remark.textContent = left ? `${left.toLocaleString("en")} more rows are not in this table. All rows: ${where}` : "";
    };
    heads.forEach((head, at) => {
      const button = make("button", { type: "button", className: "cb-sort" }, ...head.childNodes);
      head.append(button);
      button.onclick = () => {
        // Up, down, and back to the order of the rows.
        if (column !== at) [column, down] = [at, false];
        else if (down) column = -1;
        else down = true;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (column >= 0) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        show();
      };
    });
    search.oninput = choice.onchange = () => {
      most = 25;
      show();
    };
    more.onclick = () => {
      most += 100;
      show();
    };
    every.onclick = () => {
      most = Infinity;
      show();
    };
    root.prepend(controls);
    table.parentElement.after(make("div", { className: "cb-controls" }, more, every));
    // Until somebody asks for others, those that matter most stay in sight.
    tell(body.rows.length, lines.length);
  };

  if (!packed) return start([...body.rows]);
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")))
    .text()
    .then((html) => {
      const template = document.createElement("template");
      template.innerHTML = `<table><tbody>${html}`;
      start([...template.content.querySelectorAll("tr")]);
    })
    .catch((error) => console.warn("certbulk: the table stays as it is.", error));
};
