// What this window was at, for when it is loaded again; else what any window was at last.
// Cells of a notebook share a window, and none of them is the window's own.

const MEMORY = "certbulk-upload";

function remembered(where) {
  try {
    return JSON.parse(where().getItem(MEMORY));
  } catch {
    return null; // not allowed, or not ours
  }
}

function memory(alone) {
  const mine = alone ? remembered(() => sessionStorage) : null;
  return mine ? { ...mine, mine: true } : (remembered(() => localStorage) ?? {});
}

function remember(what) {
  for (const where of [() => localStorage, () => sessionStorage])
    try {
      where().setItem(MEMORY, JSON.stringify(what));
    } catch {
      // not kept
    }
}

// What a person prefers, in every window of this browser.
const PREFERENCES = "certbulk-prefers";

const preferences = () => {
  try {
    return JSON.parse(localStorage.getItem(PREFERENCES)) ?? {};
  } catch {
    return {};
  }
};

function prefer(what) {
  try {
    localStorage.setItem(PREFERENCES, JSON.stringify({ ...preferences(), ...what }));
  } catch {
    // until the page is loaded again
  }
}
