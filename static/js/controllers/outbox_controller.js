import { Controller } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import { announce } from "../announce.js";
import { putBack, unkept } from "../drafts.js";
import { forget, keep, sendAll, written } from "../outbox.js";

const LONGEST = 140;

/** What waits on this device to be sent: said on every page, sent as soon as there is a connection, taken back by a button. */
export default class extends Controller {
  static targets = ["list", "item"];
  static values = { words: Object, went: String, where: String };

  connect() {
    this.send();
  }

  async send() {
    if (!("locks" in navigator)) return;
    await this.show();
    if (!navigator.onLine || !this.messages.length) return;
    if ((await sendAll()) > 0) announce(this.wentValue);
    await this.show();
  }

  async show() {
    this.messages = await written(document.body.dataset.reader).catch(() => []);
    this.listTarget.replaceChildren(...this.messages.map((message) => this.line(message)));
    this.element.hidden = !this.messages.length;
  }

  async kept() {
    await this.show();
    announce(this.wordsValue[""]);
  }

  line({ id, words, why, thread }) {
    const line = this.itemTarget.content.firstElementChild.cloneNode(true);
    line.dataset.id = id;
    line.dataset.why = why;
    line.querySelector(".outbox__where").textContent = this.whereValue.replace("{title}", () => thread);
    line.querySelector(".outbox__where").hidden = !thread;
    line.querySelector(".outbox__words").textContent = beginning(words);
    line.querySelector(".outbox__why").textContent = this.wordsValue[why];
    line.querySelector("a").hidden = why !== "session";
    line.querySelector("[data-action='outbox#again']").hidden = why === "";
    return line;
  }

  /** What was refused goes once more only where its writer says so. */
  async again({ target }) {
    await keep({ ...this.messageOf(target), why: "" });
    await this.send();
  }

  /** Back to where it was written, under the same word; what stands there by now stays below it. */
  async take({ target }) {
    const message = this.messageOf(target);
    const form = document.querySelector(`form[data-draft-place-value="${CSS.escape(message.place)}"]`);
    const page = form ? putInto(form, message) : putAside(message);
    await forget(message.id);
    await this.show();
    if (page) Turbo.visit(page);
  }

  messageOf(target) {
    const { id } = target.closest("li").dataset;
    return this.messages.find((message) => message.id === id);
  }
}

/** Where the composer that it is for finds it; where one can no longer write, that is a new thread's. Says on which page that is. */
function putAside({ id, place, version, words, page, why }) {
  const [at, seen, next] = why === "gone" ? ["new", 0, "/threads/new"] : [place, version, page];
  const body = [words.body, unkept.read(at)?.words.body].filter(Boolean).join("\n\n");
  unkept.write(at, { words: { ...words, body }, version: seen, told: [], sentAs: id });
  return next;
}

function putInto(form, { id, words }) {
  const body = form.querySelector("[name=body]");
  const others = body.value.trim();
  putBack(form, { ...words, body: others ? `${words.body}\n\n${others}` : words.body });
  form.querySelector("[name=sent_as]").value = id;
  form.removeAttribute("data-rest");
  body.dispatchEvent(new Event("input", { bubbles: true }));
  body.focus();
}

function beginning({ title, body }) {
  const words = title.trim() || body.trim();
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
