import { Controller } from "@hotwired/stimulus";

/** The small window that asks on which deal something was used; without a script, a page of its own asks. */
export default class extends Controller {
  open({ target }) {
    if (!target.querySelector("form") || this.element.open) return;
    this.element.showModal();
    target.querySelector("select, input:not([type=hidden])")?.focus();
  }

  sent({ detail }) {
    if (detail.success) this.close();
  }

  close(event) {
    event?.preventDefault();
    const post = this.element.querySelector("form")?.id.replace("use-", "");
    this.element.close();
    this.element.querySelector("turbo-frame").replaceChildren();
    document.querySelector(`#said-${post} [data-kind-said=used]`)?.focus({ preventScroll: true });
  }
}
