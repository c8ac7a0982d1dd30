// Tables from elsewhere, brought to the only ones that Markdown knows: one head, and as many cells in each row. What is
// made is made in the text's own document, where nothing is fetched and nothing runs.
const WIDEST = 60;

/** A table of one column, or around another, is layout; a real one gets a head, and one line in each cell. */
export function settle(table) {
  const rows = [...table.rows];
  const cells = rows.flatMap((row) => [...row.cells]);
  const isLayout = rows.every((row) => row.cells.length < 2) || table.querySelector("table, h1, h2, h3, ul, ol");
  if (isLayout) return table.replaceWith(...cells.map(block));
  const [head, ...others] = squared(rows);
  for (const cell of cells) cell.replaceChildren(...oneLine(cell));
  if (table.caption) table.before(block(table.caption));
  table.replaceChildren(made(table, "thead", [row(table, head.map(named))]), made(table, "tbody", others.map((line) => row(table, line))));
}

/** What spans several columns or rows stands in the first of them and the others are empty; each row is as wide as the widest. */
function squared(rows) {
  const grid = rows.map(() => []);
  rows.forEach(({ cells }, y) => {
    for (const cell of cells) place(cell, grid.slice(y, y + (cell.rowSpan || grid.length)));
  });
  const width = Math.max(...grid.map(({ length }) => length));
  return grid.map((line) => Array.from({ length: width }, (_, x) => line[x] ?? made(rows[0], "td")));
}

function place(cell, lines) {
  const [first] = lines;
  const gap = Array.from(first).findIndex((taken) => !taken);
  const x = gap < 0 ? first.length : gap;
  for (const line of lines) for (let at = x; at < x + Math.min(cell.colSpan, WIDEST); at += 1) line[at] ??= made(cell, "td");
  first[x] = cell;
}

function named(cell) {
  return Object.assign(made(cell, "th", cell.childNodes), { align: cell.align });
}

function row(near, cells) {
  return made(near, "tr", cells);
}

function block(box) {
  return made(box, "div", box.childNodes);
}

function made({ ownerDocument }, name, children = []) {
  const element = ownerDocument.createElement(name);
  element.append(...children);
  return element;
}

function oneLine(cell) {
  for (const line of cell.querySelectorAll("br")) line.replaceWith(" ");
  for (const part of [...cell.querySelectorAll("p, div")]) part.replaceWith(...part.childNodes, " ");
  return [...cell.childNodes];
}
