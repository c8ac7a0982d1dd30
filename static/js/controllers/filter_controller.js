import { Controller } from "@hotwired/stimulus";

/** Sends a form of filters as soon as a choice is made; what is typed waits for Enter. */
export default class extends Controller {
  send({ target }) {
    if (target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) this.element.requestSubmit();
  }
}
