// Where the caret of a textarea stands: browsers say it of no field, so its text is laid out once more, out of sight.
const LAID_OUT_BY = [
  "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth", "borderStyle", "direction", "fontFamily",
  "fontSize", "fontStyle", "fontWeight", "letterSpacing", "lineHeight", "paddingTop", "paddingRight", "paddingBottom",
  "paddingLeft", "tabSize", "textAlign", "textIndent", "wordSpacing",
];

/** The place in the window of the character at `index`: its left edge, and the top and bottom of its line. */
export function placeOf(field, index) {
  const copy = document.createElement("div");
  const mark = document.createElement("span");
  const style = getComputedStyle(field);
  for (const name of LAID_OUT_BY) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", boxSizing: "border-box", whiteSpace: "pre-wrap", overflowWrap: "break-word", width: `${field.offsetWidth}px` });
  mark.textContent = field.value[index] ?? ".";
  copy.append(field.value.slice(0, index), mark);
  document.body.append(copy);
  const box = field.getBoundingClientRect();
  const top = box.top + mark.offsetTop - field.scrollTop;
  const place = { left: box.left + mark.offsetLeft - field.scrollLeft, top, bottom: top + mark.offsetHeight };
  copy.remove();
  return place;
}

const MOST_LINES = 400;

/** Put words in the place of others, so that one undo brings those back; but browsers type some thousand lines for minutes. */
export function replace(field, from, to, words) {
  field.focus();
  field.setSelectionRange(from, to);
  if (words.split("\n").length < MOST_LINES && document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
