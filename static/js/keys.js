/** Whether a key pressed alone means something here: nobody is typing, and no dialog waits for its answer. */
export function isFree({ ctrlKey, metaKey, altKey, target }) {
  return !ctrlKey && !metaKey && !altKey && !isTyping(target) && document.querySelector("dialog[open]") === null;
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") != null;
}
