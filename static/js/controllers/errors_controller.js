import { Controller } from "@hotwired/stimulus";

/** In the summary above a form, puts the field's own label before each message, and leads into the field. */
export default class extends Controller {
  linkTargetConnected(link) {
    const field = document.getElementById(link.hash.slice(1));
    const label = document.querySelector(`label[for="${field?.id}"]`) ?? field?.querySelector("legend");
    const colon = document.documentElement.lang === "fr" ? "\u00a0: " : ": ";
    if (label) link.prepend(label.firstChild.textContent.trim() + colon);
    link.addEventListener("click", () => field?.focus());
  }
}
