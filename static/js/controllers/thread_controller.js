import { Controller } from "@hotwired/stimulus";
import { refresh } from "../live.js";
import { isMissing } from "../parts.js";

/** A thread's posts: a new one is put where it belongs, without moving what is being read. */
export default class extends Controller {
  static targets = ["post"];
  static values = { made: Number };

  connect() {
    this.hear = ({ detail }) => detail.post && this.take(detail.post, document.getElementById(detail.within));
    document.addEventListener("live:post", this.hear);
  }

  disconnect() {
    document.removeEventListener("live:post", this.hear);
  }

  /** A part of the thread that was not fetched yet will come with it; one that is not on the page yet needs a new page. */
  take(post, part) {
    const position = Number(post.dataset.position);
    const isNew = position >= this.madeValue;
    if (!part) refresh();
    else if (!isMissing(part)) this.place(post, position, part);
    if (!isNew) return;
    this.madeValue = position + 1;
    this.dispatch("arrived", { detail: { id: post.id, author: post.dataset.author, name: post.querySelector(".post__head b")?.textContent, made: this.madeValue } });
  }

  place(post, position, part) {
    const later = [...part.querySelectorAll(".post")].find((other) => Number(other.dataset.position) > position);
    if (later) later.before(post);
    else part.append(post);
    post.classList.add("post--arrived");
  }
}
