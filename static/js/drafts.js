// What is unsent in a form where people write: as the form holds it, as this browser keeps it until the server has it,
// and how the server is told.
import { token } from "./signs.js";

/** The words, the kind, who shall read it, what it is about, and its files. Headings that wait for words are none. */
export function written(form) {
  const fields = new FormData(form);
  const { body = "", title = "", kind = "", space = "", unsigned = "" } = Object.fromEntries(fields);
  const subjects = tokens(form).map(({ dataset }) => JSON.parse(dataset.subject));
  return { body: "outlineOnly" in form.dataset ? "" : body, title, kind, space, unsigned, subjects, files: fields.getAll("files") };
}

/** Fill the form again; who shall read it stays as it stands where that choice is no longer offered. */
export function putBack(form, { body, title, kind, space, unsigned, subjects }) {
  form.querySelector("[name=body]").value = body;
  for (const field of form.querySelectorAll("[name=title]")) field.value = title;
  for (const radio of form.querySelectorAll("[name=kind]")) radio.checked = radio.value === (kind || "discussion");
  for (const choice of form.querySelectorAll("[name=space] option")) choice.selected ||= choice.value === space;
  for (const choice of form.querySelectorAll("[name=unsigned]")) choice.value = unsigned ?? "";
  const picked = form.querySelector(".picker__picked");
  if (picked && subjects) picked.replaceChildren(...subjects.map((subject) => token(subject, "subjects")));
}

/** Whether the server gave a form back, to be mended. */
export function isRefused(form) {
  return form.querySelector(".form__errors") !== null;
}

/** What the server keeps of a form that comes from it; of one that it refused, that is not known. */
export function keptOf(form) {
  return isRefused(form) ? { subjects: [] } : written(form);
}

export function hasAny({ body, title, files }) {
  return body.trim() !== "" || title.trim() !== "" || files.length > 0;
}

export function isSame(one, other) {
  return spoken(one) === spoken(other) && String(one.files ?? "") === String(other.files ?? "");
}

const UNANSWERED = 5;

/** What was told and not answered, with what is told now: a later page may hear of any of it. */
export function withLast(told, words) {
  return [...told.filter((one) => !isSame(one, words)), words].slice(-UNANSWERED);
}

/** Which files wait at a place the server knows by itself, so it does not tell them. */
export function isAmong(told, words) {
  return told.some((one) => spoken(one) === spoken(words));
}

/** Tell the server what stands there; the answer's status is 599 where none came, and 401 where nobody is signed in. */
export async function tell(place, words, version, sentAs) {
  try {
    const answer = await fetch("/drafts", { ...asked(place, words, version, sentAs), method: "POST" });
    const isTold = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(isTold ? await answer.json() : {}), status: answer.ok && !isTold ? 401 : answer.status };
  } catch {
    return { status: 599 };
  }
}

/** Browsers carry 64 kB for a page that is being left; what is longer waits in the browser. */
function asked(place, { body, title, kind, space, unsigned, subjects }, version, sentAs) {
  const fields = new URLSearchParams({ place, version, body, title, kind, space, unsigned, sent_as: sentAs });
  for (const { id } of subjects) fields.append("subjects", id);
  return { body: fields, keepalive: fields.toString().length < 60_000, headers: { "X-CSRFToken": csrf(), Accept: "application/json" } };
}

const MOMENT = 15_000;
const told = new Map();

/** What this window wrote last at each place. A page that is not old already has it, unless it was written just now. */
export const latest = {
  of(place, { old }) {
    const last = told.get(place);
    return last && (old || Date.now() - last.at < MOMENT) ? last : undefined;
  },
  is(place, draft) {
    told.set(place, { ...draft, at: Date.now() });
  },
};

/** What the server does not have yet, so that it outlives a cut, a crash, and the window. */
export const unkept = {
  read(place) {
    return JSON.parse(localStorage.getItem(keyOf(place)));
  },
  write(place, draft) {
    try {
      localStorage.setItem(keyOf(place), JSON.stringify(draft));
    } catch {
      // The browser gives no room; the server still keeps it.
    }
  },
  forget(place) {
    localStorage.removeItem(keyOf(place));
  },
};

/** Whoever signs in next in the same browser finds nothing of this person's. */
function keyOf(place) {
  return `unsent:${document.body.dataset.reader}:${place}`;
}

/** A word that no other message is sent under; randomUUID is not there on plain http. */
export function newWord() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function csrf() {
  return document.querySelector("meta[name=csrf-token]").content;
}

function spoken({ body, title, kind, space, unsigned = "", subjects }) {
  return JSON.stringify([body, title, kind, space, unsigned, subjects.map(({ id }) => id)]);
}

function tokens(form) {
  return [...form.querySelectorAll(".picker__picked > li")];
}
