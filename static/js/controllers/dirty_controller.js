import { Controller } from "@hotwired/stimulus";

/** When the page renews itself, a field that holds something unsent, or is being written in, stays as it is. */
export default class extends Controller {
  keep(event) {
    if (isField(event.target) && (event.target === document.activeElement || isDirty(event.target))) event.preventDefault();
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
