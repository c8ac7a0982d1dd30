// What Word, mail programs and office suites put on the clipboard, brought to the elements that it stands for.
import { settle } from "./tables.js";

/** Lists that are paragraphs, bold and italic that are styles, tables that are a mail's layout. */
export function tidy(body) {
  for (const box of body.querySelectorAll("b, strong")) if (/font-weight:\s*(normal|400)/i.test(style(box))) unwrap(box);
  for (const code of body.querySelectorAll("pre:not(:has(> code))")) code.innerHTML = `<code>${code.innerHTML}</code>`;
  for (const span of [...body.querySelectorAll("span")]) emphasise(span);
  for (const table of [...body.querySelectorAll("table")].reverse()) settle(table);
  for (const paragraph of [...body.querySelectorAll("p")]) if (isItem(paragraph)) enlist(paragraph);
}

function style(element) {
  return element.dataset.style ?? "";
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function emphasise(span) {
  if (!span.textContent.trim()) return;
  if (/font-weight:\s*(bold|[6-9]00)/i.test(style(span)) && !span.closest("b, strong, h1, h2, h3, h4, h5, h6")) wrap(span, "strong");
  if (/font-style:\s*italic/i.test(style(span)) && !span.closest("i, em")) wrap(span, "em");
}

function wrap(element, name) {
  const around = element.ownerDocument.createElement(name);
  element.replaceWith(around);
  around.append(element);
}

/** Word writes an item of a list as a paragraph that says at which level it stands, with its mark in a span. */
function isItem(paragraph) {
  return /mso-list:\s*\w+\s+level\d/i.test(style(paragraph));
}

function enlist(paragraph) {
  const level = Number(style(paragraph).match(/level(\d)/i)[1]);
  const mark = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(style(span)));
  const kind = /^[\s\u00a0]*[\da-z]{1,4}[.)]/i.test(mark?.textContent ?? "") ? "ol" : "ul";
  mark?.remove();
  const li = paragraph.ownerDocument.createElement("li");
  li.append(...paragraph.childNodes);
  listBefore(paragraph, level, kind).append(li);
  paragraph.remove();
}

/** The list that stands right before, as deep as the level asks; a new one where there is none. */
function listBefore(paragraph, level, kind) {
  let list = paragraph.previousElementSibling;
  if (!list?.matches("[data-listed]")) {
    list = made(paragraph, kind);
    paragraph.before(list);
  }
  for (let depth = 1; depth < level && list.lastElementChild; depth += 1) list = inner(list.lastElementChild, kind);
  return list;
}

function inner(li, kind) {
  const last = li.lastElementChild;
  if (last?.matches("[data-listed]")) return last;
  li.append(made(li, kind));
  return li.lastElementChild;
}

function made(near, kind) {
  const list = near.ownerDocument.createElement(kind);
  list.dataset.listed = "";
  return list;
}
