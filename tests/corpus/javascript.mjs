// Writes workbooks as JavaScript programs do: with SheetJS and with exceljs.
//
//     npm install xlsx exceljs
//     node tests/corpus/javascript.mjs FOLDER
//
// The outputs are kept in files/, so that nobody needs node to run the tests. Dates are fixed, and
// the time zone is UTC, so that the files are the same wherever they are written.

import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

process.env.TZ = "UTC";
const require = createRequire(path.join(process.cwd(), "package.json"));
const XLSX = require("xlsx");
const ExcelJS = require("exceljs");
const folder = process.argv[2];
const day = new Date(Date.UTC(2031, 11, 31));
const header = ["id", "title", "balance", "is_multi", "expiration_type_id", "expiration_date"];
const rows = [
  header,
  [11, "Oak & elm", 100.5, true, "Fixed date", day],
  [12, "Ёлка <1>", 200, false, "Never", null],
  [13, "Ash", 0.15, null, null, null],
];

function sheetjs(name, options) {
  const sheet = XLSX.utils.aoa_to_sheet(rows, { cellDates: options.cellDates });
  sheet.C4.z = "0%";
  sheet.D4 = { t: "e", v: 42, w: "#N/A" };
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, "Types");
  XLSX.writeFile(book, path.join(folder, name), options);
}

sheetjs("sheetjs_iso_dates.xlsx", { cellDates: true });
sheetjs("sheetjs.xlsx", { cellDates: false, compression: true, bookSST: true });
sheetjs("sheetjs.xlsb", { cellDates: false, bookType: "xlsb" });
sheetjs("sheetjs.xls", { cellDates: false, bookType: "biff8" });
sheetjs("sheetjs_oldest.xls", { cellDates: false, bookType: "biff5" });
sheetjs("sheetjs.ods", { cellDates: false, bookType: "ods" });

const book = new ExcelJS.Workbook();
book.created = book.modified = day;
const sheet = book.addWorksheet("Types");
rows.forEach((row) => sheet.addRow(row));
sheet.getCell("F2").numFmt = "dd.mm.yyyy";
sheet.getCell("C4").numFmt = "0%";
sheet.getCell("D4").value = { error: "#N/A" };
sheet.getCell("B4").value = { richText: [{ text: "A" }, { text: "sh", font: { bold: true } }] };
sheet.getCell("E4").value = { formula: 'IF(1=1,"Never","")' };
await book.xlsx.writeFile(path.join(folder, "exceljs.xlsx"));
