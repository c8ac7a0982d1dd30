// HTML from elsewhere (Word, a mail, a web page, a post) as the Markdown that people write here.
import TurndownService from "turndown";
import { tables } from "turndown-plugin-gfm";
import { tidy } from "./pasted.js";

const MARKUP = "h1, h2, h3, h4, h5, h6, ul, ol, table, a[href], strong, b, em, i, blockquote, pre, code, s, del";

const turndown = new TurndownService({ headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", hr: "---" });
turndown.use(tables);
turndown.remove(["script", "style", "title", "meta", "link"]);
turndown.addRule("picture", { filter: "img", replacement: () => "" });
turndown.addRule("struck", { filter: ["s", "del", "strike"], replacement: (words) => `~~${words}~~` });
turndown.addRule("cell", { filter: ["th", "td"], replacement: cell });
turndown.addRule("item", { filter: "li", replacement: item });
turndown.addRule("link", { filter: "a", replacement: link });

/** The Markdown of an HTML text; empty where it holds no markup worth keeping, so that its plain words will do. */
export function fromHtml(html) {
  const page = parsed(html);
  tidy(page.body);
  return page.body.querySelector(MARKUP) ? written(page.body) : "";
}

/** The Markdown of a part of a page. */
export function fromNode(node) {
  const copy = document.createElement("div");
  copy.append(node);
  return written(copy);
}

function written(body) {
  return turndown.turndown(body).replaceAll("\u00a0", " ").replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();
}

/** Styles wait under another name: they say what was bold and what was a list, and are never applied. */
function parsed(html) {
  const plain = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle\s*=/i, " data-style="));
  return new DOMParser().parseFromString(plain, "text/html");
}

function cell(words, { previousElementSibling: before }) {
  return `${before ? "" : "|"} ${words.trim().replaceAll("|", "\\|")} |`;
}

function item(words, li) {
  const list = li.parentNode;
  const number = Number(list.getAttribute("start") ?? 1) + [...list.children].indexOf(li);
  const mark = list.nodeName === "OL" ? `${number}. ` : "- ";
  const text = words.trim().replace(/\n{2,}(?=\s*(-|\d+\.) )/g, "\n").replaceAll("\n", `\n${" ".repeat(mark.length)}`);
  return mark + text + (li.nextElementSibling ? "\n" : "");
}

function link(words, a) {
  const address = a.getAttribute("href") ?? "";
  const isKept = words.trim() && /^(https?:\/\/|mailto:|\/(?!\/))/i.test(address);
  if (!isKept) return words;
  return words === address ? address : `[${words.trim()}](${address.replaceAll(" ", "%20").replaceAll("(", "%28").replaceAll(")", "%29")})`;
}
