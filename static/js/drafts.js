// What is unsent in a form where people write: as it can be kept, and put back where it stood.
import { token } from "./signs.js";

/** The words, the kind, who shall read it, and what it is about. */
export function written(form) {
  const { body, title, kind, space } = Object.fromEntries(new FormData(form));
  return { body, title, kind, space, subjects: tokens(form).map(({ dataset }) => JSON.parse(dataset.subject)) };
}

/** Fill the form again; who shall read it stays as it stands where that choice is no longer offered. */
export function putBack(form, { body, title, kind, space, subjects }) {
  form.querySelector("[name=body]").value = body;
  for (const field of form.querySelectorAll("[name=title]")) field.value = title;
  for (const radio of form.querySelectorAll("[name=kind]")) radio.checked = radio.value === kind;
  for (const choice of form.querySelectorAll("[name=space] option")) choice.selected ||= choice.value === space;
  const picked = form.querySelector(".picker__picked");
  if (picked && subjects) picked.replaceChildren(...subjects.map((subject) => token(subject, "subjects")));
}

function tokens(form) {
  return [...form.querySelectorAll(".picker__picked > li")];
}
