import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";

/** A thread's posts: a new one is appended where it belongs, without moving what is being read. */
export default class extends Controller {
  static targets = ["post"];
  static values = { tail: Boolean };

  connect() {
    this.hear = ({ detail }) => this.place(detail.post, detail.within);
    document.addEventListener("live:post", this.hear);
  }

  disconnect() {
    document.removeEventListener("live:post", this.hear);
  }

  place(post, within) {
    if (!this.tailValue || !post) return;
    const later = this.postTargets.find((other) => Number(other.dataset.position) > Number(post.dataset.position));
    if (later && later.parentElement.id === within) later.before(post);
    else this.element.querySelector(`#${within}`)?.append(post);
    post.classList.add("post--arrived");
    announce(post.querySelector(".post__head b")?.textContent ?? "");
  }
}
