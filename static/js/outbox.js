// What was sent without a connection: kept on this device until the server has it. Pages and the worker send it alike, one of them
// at a time, in the order in which it was written; the word that each is sent under lets the server take it once.
const STORE = "messages";
const AS_PAGE = { headers: { Accept: "text/html" } };

/** Reasons that pass by themselves, once its writer is back. */
const PASSING = ["", "session", "server"];

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const work = database.transaction(STORE, mode);
    const asked = act(work.objectStore(STORE));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = work.onabort = () => reject(work.error);
  }).finally(() => database.close());
}

/** Keep a message; raises what the browser raises where it gives no room. */
export function keep(message) {
  return within("readwrite", (store) => store.put(message));
}

export function forget(id) {
  return within("readwrite", (store) => store.delete(id));
}

/** What one person wrote here, the first on top. */
export async function written(reader) {
  const all = await within("readonly", (store) => store.getAll());
  return all.filter((message) => message.reader === reader).sort((one, other) => one.at - other.at);
}

/** Send all that waits; how many went. */
export function sendAll() {
  return navigator.locks.request("outbox", async () => {
    const ready = (await within("readonly", (store) => store.getAll())).filter(isReady);
    if (!ready.length) return 0;
    const { reader, word, isOut } = await whoIsHere();
    if (isOut) for (const message of ready) await keep({ ...message, why: "session" });
    return reader ? sendInOrder((await written(reader)).filter(isReady), word) : 0;
  });
}

function isReady({ why }) {
  return PASSING.includes(why);
}

/** Who is signed in, and the word without which the server takes no form of theirs; nobody where it cannot be asked. */
export async function whoIsHere() {
  const page = await fetch("/drafts", AS_PAGE).catch(() => null);
  if (!page?.ok || page.redirected) return { isOut: page?.redirected };
  const html = await page.text();
  return { reader: html.match(/ data-reader="(\d+)"/)?.[1], word: html.match(/name="csrf-token" content="([\w.-]+)"/)?.[1] };
}

async function sendInOrder(messages, word) {
  let went = 0;
  for (const message of messages) {
    const why = await send(message, word);
    if (why === "cut") break;
    if (why === "sent") went += 1;
    await (why === "sent" ? forget(message.id) : keep({ ...message, why }));
  }
  return went;
}

async function send({ action, fields }, word) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, name === "csrf_token" ? word : value);
  const answer = await fetch(action, { ...AS_PAGE, method: "POST", body }).catch(() => null);
  return answer ? judged(answer) : "cut";
}

function judged({ ok, redirected, status, url }) {
  if (status === 400 || new URL(url).pathname === "/sign-in") return "session";
  if (ok && redirected) return "sent";
  if (status >= 500) return "server";
  if (status === 403 || status === 404) return "gone";
  return status === 413 ? "long" : "refused";
}
