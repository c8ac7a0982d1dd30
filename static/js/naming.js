// A sign where a word may begin, but not a link's address, and what is typed after it: nothing yet, or several words, and no brackets.
const TYPED = /(?<=^|[\s«»“”"'’]|(?<!\])\()([@#])((?:[^\s@#[\]()][^\n@#[\]()]{0,60})?)$/u;

/** The sign and the words between it and the caret, and where it stands; null where nothing is being named. */
export function typedIn({ selectionStart, selectionEnd, value }) {
  const found = selectionStart === selectionEnd ? value.slice(0, selectionEnd).match(TYPED) : null;
  return found && { sign: found[1], q: found[2], from: found.index };
}

/** Whether these words only go on from others. */
export function goesOnFrom(typed, other) {
  return other?.from === typed.from && other.sign === typed.sign && typed.q.startsWith(other.q);
}

/** What the server offers for them; null where it does not answer, or too late. */
export async function ask({ sign, q }, where, signal) {
  const address = `/names.json?${new URLSearchParams([["sign", sign], ["q", q], ...where])}`;
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/** Where the text of a form will stand, as an address asks it: on that hangs who will read it. */
export function whereOf(form) {
  const fields = new FormData(form);
  return ["place", "subjects", "space"].flatMap((name) => fields.getAll(name).map((value) => [name, value]));
}
