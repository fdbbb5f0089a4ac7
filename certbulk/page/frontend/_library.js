// The upload page. It draws `view`, which the controller keeps, and sends back what a person does.
// These files are put one behind the other into one module, behind the vendored view library.
// Every text is a child or an attribute of an element: nothing that comes from a cell or from the
// service is ever markup.

const { h, render, createContext } = preact;
const { useContext, useEffect, useRef, useState } = hooks;
const html = htm.bind(h);
