import { Controller } from "@hotwired/stimulus";
import { asksToSignIn, renew } from "../session.js";

/** Whoever sends a form after they were signed out stays on the page with what they typed, and sends it again once they are back. */
export default class extends Controller {
  static targets = ["ended"];

  begin({ target, detail }) {
    this.sent = { form: target, by: detail.formSubmission.submitter };
    this.endedTarget.hidden = true;
  }

  stay(event) {
    if (event.defaultPrevented || event.target !== this.sent?.form || !asksToSignIn(event.detail.fetchResponse.response)) return;
    event.preventDefault();
    this.endedTarget.hidden = false;
  }

  async again() {
    if (!(await renew())) return;
    const { form, by } = this.sent;
    form.requestSubmit(by?.isConnected ? by : undefined);
  }
}
