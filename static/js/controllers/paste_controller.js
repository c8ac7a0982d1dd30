import { Controller } from "@hotwired/stimulus";
import { fromHtml } from "../markdown.js";
import { type } from "../typing.js";

/** What is pasted from Word, a mail or a web page keeps its headings, lists, tables and links; undo gives its plain words. */
export default class extends Controller {
  paste(event) {
    if (!event.target.matches("textarea")) return;
    const html = event.clipboardData.getData("text/html");
    const markdown = html && fromHtml(html);
    if (!markdown) return;
    event.preventDefault();
    const field = event.target;
    const from = field.selectionStart;
    type(field, event.clipboardData.getData("text/plain"));
    type(field, markdown, from, field.selectionStart);
  }
}
