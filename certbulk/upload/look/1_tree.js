// The upload page. It draws `view`, which the kernel keeps, and sends back what a person does.
// Every text is set as text: nothing that comes from a cell or from the service is ever markup.
// These files are put one behind the other, in the order of their numbers, into one module.

// A tree of elements, and how it is put in the place of the last one.

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") : null);

// What is there already stays where it is alike, and with it focus, typed text and scrolling.
function patch(old, fresh) {
  if (old.nodeName !== fresh.nodeName || keyOf(old) !== keyOf(fresh)) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.hasAttribute("checked");
  patchChildren(old, fresh);
  if (old.nodeName === "SELECT") old.value = fresh.value;
}

function patchChildren(old, fresh) {
  const wanted = [...fresh.childNodes];
  wanted.forEach((want, place) => {
    const key = keyOf(want);
    let have = old.childNodes[place];
    if (key !== null && (!have || keyOf(have) !== key)) {
      const moved = [...old.childNodes].slice(place).find((node) => keyOf(node) === key);
      if (moved) old.insertBefore(moved, have);
      else old.insertBefore(want, have ?? null);
      have = old.childNodes[place];
      if (!moved) return;
    }
    if (have) patch(have, want);
    else old.append(want);
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}
