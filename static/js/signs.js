/** The small drawings and tokens that the macros of ui/ draw on the server, for what arrives as JSON. */
const SVG = "http://www.w3.org/2000/svg";
const ICONS = { opportunity: "briefcase", account: "landmark", competitor: "swords", person: "user", team: "users", tag: "hash" };

export function element(name, attributes = {}) {
  return Object.assign(document.createElement(name), attributes);
}

export function sign(subject) {
  return subject.kind === "stage" ? stair(subject.position, subject.of ?? 6) : icon(ICONS[subject.kind]);
}

export function icon(name) {
  const svg = drawing("svg", { class: "icon", "aria-hidden": "true" });
  svg.append(drawing("use", { href: `${sprite()}#${name}` }));
  return svg;
}

export function stair(position, of) {
  const svg = drawing("svg", { class: "stair", viewBox: `0 0 ${of * 5 - 1} 14`, preserveAspectRatio: "xMinYMax", "aria-hidden": "true" });
  for (let step = 1; step <= of; step += 1) svg.append(bar(step, position, of));
  return svg;
}

/** A picked subject: a ticked box that is sent with the form, as ui/picker.html draws it. */
export function token(subject, name) {
  const label = element("label", { className: "token" });
  const box = element("input", { className: "for-ears", type: "checkbox", name, value: subject.id, checked: true });
  box.dataset.action = "picker#drop";
  label.append(box, sign(subject), element("span", { className: "token__text", textContent: subject.label }), icon("x"));
  const item = element("li");
  item.dataset.subject = JSON.stringify(subject);
  item.append(label);
  return item;
}

function bar(step, position, of) {
  const height = 4 + ((step - 1) * 10) / Math.max(of - 1, 1);
  const state = step < position ? "done" : step === position ? "here" : "next";
  return drawing("rect", { class: `stair__${state}`, x: (step - 1) * 5, y: (14 - height).toFixed(1), width: 4, height: height.toFixed(1) });
}

function drawing(name, attributes) {
  const shape = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  return shape;
}

function sprite() {
  return document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
}
