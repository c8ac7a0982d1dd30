import { Controller } from "@hotwired/stimulus";
import { written } from "../days.js";

/** Where one is in a long thread: which of its posts, and of what day. */
export default class extends Controller {
  static targets = ["bar", "day"];

  connect() {
    this.look();
  }

  /** Once for each picture that the browser draws, however often it scrolls. */
  look() {
    this.drawn ??= requestAnimationFrame(() => {
      this.drawn = undefined;
      this.tell(here());
    });
  }

  tell(post) {
    if (!post) return;
    const number = Number(post.dataset.position) + 1;
    const { dateTime } = post.querySelector(".post__when time");
    this.fill("here", number);
    this.barTarget.value = number;
    this.dayTarget.dateTime = dateTime;
    this.dayTarget.textContent = written(new Date(dateTime), { dateStyle: "long" });
  }

  grow({ detail: { made } }) {
    this.fill("made", made);
    this.barTarget.max = made;
  }

  fill(what, number) {
    for (const place of document.querySelectorAll(`[data-jump-${what}]`)) place.textContent = number;
  }
}

/** The post that is being read: the first that goes on below the upper third of the window, or the last one at the end. */
function here() {
  const posts = [...document.querySelectorAll("main .post")];
  const end = (post) => post.getBoundingClientRect().bottom;
  const last = posts.at(-1);
  return last && end(last) <= innerHeight ? last : posts.find((post) => end(post) > innerHeight / 3);
}
