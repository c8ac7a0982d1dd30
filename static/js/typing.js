// Writing into a field as if somebody had typed it, so that it is undone like anything typed.
import { replace } from "./caret.js";

/** Put words in the place of what is selected, or of a part of the text. */
export function type(field, words, from = field.selectionStart, to = field.selectionEnd) {
  if (words) return replace(field, from, to, words);
  field.focus();
  field.setSelectionRange(from, to);
  if (from !== to) document.execCommand("delete");
}

/** Put a block of its own below what stands in a field, and go on below it. */
export function typeBelow(field, block) {
  const kept = field.value.trimEnd();
  type(field, `${kept ? "\n\n" : ""}${block}\n\n`, kept.length, field.value.length);
}
