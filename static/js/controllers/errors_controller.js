import { Controller } from "@hotwired/stimulus";

/** In the summary above a form, puts the field's own label before each message, and leads into the field. */
export default class extends Controller {
  connect() {
    this.element.focus();
  }

  linkTargetConnected(link) {
    const field = fieldOf(document.getElementById(link.hash.slice(1)));
    const label = document.querySelector(`label[for="${field?.id}"]`) ?? field?.querySelector("legend");
    const colon = document.documentElement.lang === "fr" ? "\u00a0: " : ": ";
    if (label && !("named" in link.dataset)) link.prepend(label.firstChild.textContent.trim() + colon);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      field?.focus();
    });
  }
}

/** What one writes into: the element itself, or the field inside of a picker. */
function fieldOf(element) {
  return element?.matches(".picker") ? element.querySelector("input[type=text]") : element;
}
