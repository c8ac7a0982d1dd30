import { Controller } from "@hotwired/stimulus";
import { type } from "../typing.js";

/** Buttons and keys that write the marks of Markdown around or before what is selected; once more takes them away. */
export default class extends Controller {
  static targets = ["bar", "body"];
  static values = { words: Object };

  connect() {
    this.barTarget.hidden = false;
  }

  bold(event) {
    this.around(event, "**");
  }

  italic(event) {
    this.around(event, "*");
  }

  code(event) {
    if (this.selected.includes("\n")) this.block(event, "```");
    else this.around(event, "`");
  }

  heading(event) {
    this.before(event, () => "## ", /^#{1,6} /);
  }

  list(event) {
    this.before(event, () => "- ", /^[-*] /);
  }

  numbered(event) {
    this.before(event, (n) => `${n}. `, /^\d+\. /);
  }

  quote(event) {
    this.before(event, () => "> ", /^> ?/);
  }

  link(event) {
    event.preventDefault();
    const { start, words } = this.selection;
    const isAddress = /^https?:\/\/\S+$/.test(words);
    const text = isAddress || !words ? this.wordsValue.link : words;
    const address = isAddress ? words : "https://";
    type(this.bodyTarget, `[${text}](${address})`);
    if (isAddress || !words) this.bodyTarget.setSelectionRange(start + 1, start + 1 + text.length);
    else this.bodyTarget.setSelectionRange(start + text.length + 3, start + text.length + 3 + address.length);
  }

  table(event) {
    event.preventDefault();
    const { column } = this.wordsValue;
    const { start } = this.selection;
    const gap = start === 0 || this.bodyTarget.value.slice(0, start).endsWith("\n\n") ? "" : "\n\n";
    type(this.bodyTarget, `${gap}| ${column} 1 | ${column} 2 |\n| --- | --- |\n|  |  |\n`);
    this.bodyTarget.setSelectionRange(start + gap.length + 2, start + gap.length + 4 + column.length);
  }

  around(event, mark) {
    event.preventDefault();
    const { start, end, words } = this.selection;
    const { value } = this.bodyTarget;
    const isMarked = value.slice(0, start).endsWith(mark) && value.slice(end).startsWith(mark);
    const from = isMarked ? start - mark.length : start;
    type(this.bodyTarget, isMarked ? words : `${mark}${words}${mark}`, from, isMarked ? end + mark.length : end);
    const begins = isMarked ? from : start + mark.length;
    this.bodyTarget.setSelectionRange(begins, begins + words.length);
  }

  block(event, fence) {
    event.preventDefault();
    type(this.bodyTarget, `${fence}\n${this.selected}\n${fence}`);
  }

  before(event, mark, known) {
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = this.bodyTarget;
    const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const next = value.indexOf("\n", Math.max(selectionStart, selectionEnd - 1));
    const to = next < 0 ? value.length : next;
    const lines = value.slice(from, to).split("\n");
    const isMarked = lines.every((line) => known.test(line));
    const marked = lines.map((line, n) => (isMarked ? line.replace(known, "") : mark(n + 1) + line)).join("\n");
    type(this.bodyTarget, marked, from, to);
    if (selectionStart !== selectionEnd) this.bodyTarget.setSelectionRange(from, from + marked.length);
  }

  get selection() {
    const { selectionStart, selectionEnd } = this.bodyTarget;
    return { start: selectionStart, end: selectionEnd, words: this.selected };
  }

  get selected() {
    return this.bodyTarget.value.slice(this.bodyTarget.selectionStart, this.bodyTarget.selectionEnd);
  }
}
