import { Controller } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import { isFree } from "../keys.js";

/** Keys that work wherever nobody is typing: `/` goes to the search, `c` writes, `r` replies, `>` quotes, `n` goes on to what is unread, `?` lists them all. */
export default class extends Controller {
  static targets = ["search", "write", "list"];

  press(event) {
    if (!isFree(event)) return;
    if (event.key === "/" && this.hasSearchTarget) this.go(event, this.searchTarget);
    if (event.key === "c") this.write(event);
    if (event.key === "r") this.go(event, document.querySelector("#reply .composer__words"));
    if (event.key === ">") this.quote(event);
    if (event.key === "n") this.goOn(event);
    if (event.key === "?" && this.hasListTarget) this.listTarget.showModal();
  }

  go(event, target) {
    if (!target) return;
    event.preventDefault();
    if (target.matches("a")) target.click();
    else target.focus();
  }

  /** To the next thread with something new; the one at hand is read. */
  goOn(event) {
    event.preventDefault();
    const here = /^\/threads\/(\d+)/.exec(location.pathname)?.[1];
    Turbo.visit(here ? `/unread/next?after=${here}` : "/unread/next");
  }

  quote(event) {
    event.preventDefault();
    this.dispatch("quote", { target: document });
  }

  /** In the composer of the page itself, if it has one; else in a new one, about what the page is about. */
  write(event) {
    const composer = document.querySelector("main .composer[action='/threads'] .composer__words");
    if (composer) return this.go(event, composer);
    if (!this.hasWriteTarget) return;
    event.preventDefault();
    Turbo.visit(this.writeTarget.href);
  }
}
