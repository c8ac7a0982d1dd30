import { Controller } from "@hotwired/stimulus";

const SAYS = ["aria-invalid", "aria-describedby"];

/** When the page renews itself, a field that holds something unsent, or is being written in, stays as it is. */
export default class extends Controller {
  keep(event) {
    if (!isField(event.target) || (event.target !== document.activeElement && !isDirty(event.target))) return;
    event.preventDefault();
    if (event.detail.newElement) mark(event.target, event.detail.newElement);
  }
}

/** What the answer to a form says of a field goes for the one that stays, too. */
function mark(field, renewed) {
  for (const name of SAYS) {
    if (renewed.hasAttribute(name)) field.setAttribute(name, renewed.getAttribute(name));
    else field.removeAttribute(name);
  }
}

function isField(element) {
  return element.matches?.("input:not([type=hidden]), textarea, select") ?? false;
}

function isDirty(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}
