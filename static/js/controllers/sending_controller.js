import { Controller } from "@hotwired/stimulus";
import { asksToSignIn, renew } from "../session.js";

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
    if (this.element.dataset.failed === "session" && !(await renew())) return this.fail("session");
    this.element.requestSubmit();
  }
}

function reason({ response }) {
  if (asksToSignIn(response)) return "session";
  if (response.status >= 500) return "server";
  if (response.status === 404 || response.status === 403) return "gone";
  return response.status === 413 ? "long" : "";
}
