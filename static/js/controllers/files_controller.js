import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { forget, upload } from "../upload.js";

/** Files of a message: chosen, pasted or dropped, on their way while its words are written. */
export default class extends Controller {
  static targets = ["field", "list", "coming", "input"];
  static values = { place: String, limit: Number, words: Object };

  connect() {
    this.coming = new Map();
    this.element.dataset.takesFiles = "";
  }

  choose() {
    this.add(this.inputTarget.files);
    this.inputTarget.value = "";
  }

  /** What office programs copy comes as words and as a picture of them: the words are meant. */
  paste(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.some((type) => type.startsWith("text/"))) return;
    event.preventDefault();
    this.add(files);
  }

  over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.element.dataset.dropping = "";
  }

  out({ relatedTarget }) {
    if (!this.element.contains(relatedTarget)) delete this.element.dataset.dropping;
  }

  drop(event) {
    delete this.element.dataset.dropping;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add(event.dataTransfer.files);
  }

  add(files) {
    for (const file of files) {
      const line = this.comingTarget.content.firstElementChild.cloneNode(true);
      line.querySelector(".upload__name").textContent = file.name;
      this.listTarget.append(line);
      this.send(line, file);
    }
  }

  async send(line, file) {
    this.show(line, "");
    if (file.size > this.limitValue) return this.show(line, this.wordsValue.large);
    const bar = line.querySelector("progress");
    const way = upload(file, this.placeValue, (share) => (bar.value = share));
    this.coming.set(line, { file, ...way });
    const { html, why, failed } = await way.done;
    if (html) return this.arrived(line, html, file.name);
    if (failed === "cancelled") return this.left(line);
    this.coming.set(line, { file, failed: true });
    this.show(line, why ?? this.wordsValue[failed], { again: !why });
    this.held = null;
  }

  arrived(line, html, name) {
    this.coming.delete(line);
    line.outerHTML = html;
    announce(this.wordsValue.added.replace("{name}", name));
    this.changed();
    if (this.held && !this.isBusy) this.element.requestSubmit(this.held === this.element ? null : this.held);
  }

  show(line, why, { again = false } = {}) {
    line.querySelector(".upload__why").textContent = why;
    line.querySelector(".upload__again").hidden = !again;
    line.querySelector("progress").hidden = why !== "";
  }

  again({ target }) {
    const line = target.closest("li");
    this.send(line, this.coming.get(line).file);
  }

  cancel({ target }) {
    const line = target.closest("li");
    const { cancel, failed } = this.coming.get(line) ?? { failed: true };
    if (failed) this.left(line);
    else cancel();
  }

  left(line) {
    this.coming.delete(line);
    line.remove();
    this.held = null;
  }

  remove({ target }) {
    const line = target.closest("li");
    forget(line.dataset.url);
    line.remove();
    announce(this.wordsValue.gone.replace("{name}", line.dataset.name));
    this.inputTarget.focus();
    this.changed();
  }

  insert({ target }) {
    const { url, name } = target.closest("li").dataset;
    const words = this.element.querySelector("textarea");
    words.setRangeText(`![${name.replace(/[\\[\]]/g, "\\$&")}](${url})`, words.selectionStart, words.selectionEnd, "end");
    words.focus();
    this.changed(words);
  }

  /** A message does not go without what is on its way to it. */
  hold(event) {
    if (!this.isBusy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = event.submitter ?? this.element;
    announce(this.wordsValue.waits);
  }

  clear() {
    for (const { cancel } of this.coming.values()) cancel?.();
    this.coming.clear();
    this.listTarget.replaceChildren();
  }

  changed(field = this.listTarget) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  get isBusy() {
    return [...this.coming.values()].some(({ failed }) => !failed);
  }
}
