// What two readers of another language find in workbooks: one JSON document with all of it.
//
//   node read.cjs FILE.xlsx ...
//
// Of each file, by reader: the sheets by name, with the texts of their cells and notes by address;
// or an error, as a text. The packages are looked for as node does, NODE_PATH included.

"use strict";
const ExcelJS = require("exceljs");
const SheetJS = require("xlsx");

const plain = (value) => {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (value.richText) return value.richText.map((run) => run.text).join("");
  if (value.error) return value.error;
  if (value.text !== undefined) return plain(value.text);
  if (value.result !== undefined) return plain(value.result);
  return String(value);
};

async function byExcelJS(path) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  const sheets = {};
  for (const page of book.worksheets) {
    const cells = {};
    const notes = {};
    page.eachRow((row) =>
      row.eachCell({ includeEmpty: true }, (cell) => {
        if (cell.isMerged && cell.master !== cell) return;
        if (plain(cell.value) !== "") cells[cell.address] = plain(cell.value);
        if (cell.note) {
          notes[cell.address] =
            typeof cell.note === "string" ? cell.note : cell.note.texts.map((t) => t.text).join("");
        }
      }),
    );
    sheets[page.name] = { cells, notes };
  }
  return sheets;
}

function bySheetJS(path) {
  const book = SheetJS.readFile(path, { cellDates: false });
  const sheets = {};
  for (const name of book.SheetNames) {
    const cells = {};
    const notes = {};
    for (const [address, cell] of Object.entries(book.Sheets[name] || {})) {
      if (address.startsWith("!")) continue;
      const text = cell.t === "e" ? cell.w : plain(cell.v);
      if (text !== "") cells[address] = text;
      if (cell.c) notes[address] = cell.c.map((note) => note.t).join("");
    }
    sheets[name] = { cells, notes };
  }
  return sheets;
}

(async () => {
  const found = {};
  for (const path of process.argv.slice(2)) {
    found[path] = {};
    for (const [name, read] of Object.entries({ exceljs: byExcelJS, sheetjs: bySheetJS })) {
      try {
        found[path][name] = await read(path);
      } catch (error) {
        found[path][name] = String(error);
      }
    }
  }
  process.stdout.write(JSON.stringify(found));
})();
