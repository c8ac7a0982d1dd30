import { Controller } from "@hotwired/stimulus";

/** A message that could not be sent: it stays where it is, says why, and can be tried again under the same word. */
export default class extends Controller {
  static targets = ["failed", "why", "signIn"];
  static values = { words: Object };

  begin() {
    delete this.element.dataset.failed;
    this.failedTarget.hidden = true;
  }

  /** Pages of errors are for those who opened a page; whoever wrote stays with their words. */
  judge(event) {
    const why = reason(event.detail.fetchResponse);
    if (!why) return;
    event.preventDefault();
    this.fail(why);
  }

  lost(event) {
    event.preventDefault();
    this.fail("offline");
  }

  fail(why) {
    this.element.dataset.failed = why;
    this.whyTarget.textContent = this.wordsValue[why];
    this.signInTarget.hidden = why !== "session";
    this.failedTarget.hidden = false;
  }

  async again() {
    if (this.element.dataset.failed === "session" && !(await this.renew())) return this.fail("session");
    this.element.requestSubmit();
  }

  /** Signed in anew, and the same person: the page's secret word is taken from a fresh page. */
  async renew() {
    const page = await fetch("/drafts", { headers: { Accept: "text/html" } }).catch(() => null);
    if (!page?.ok || page.redirected) return false;
    const fresh = await page.text();
    const word = fresh.match(/name="csrf-token" content="([\w.-]+)"/)?.[1];
    if (!word || !fresh.includes(`<body data-reader="${document.body.dataset.reader}"`)) return false;
    document.querySelector("meta[name=csrf-token]").content = word;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = word;
    return true;
  }
}

function reason({ response }) {
  if (response.status === 400 || (response.redirected && new URL(response.url).pathname === "/sign-in")) return "session";
  if (response.status >= 500) return "server";
  if (response.status === 404 || response.status === 403) return "gone";
  return response.status === 413 ? "long" : "";
}
