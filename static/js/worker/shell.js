// What every page needs: the stylesheet, the script, fonts and drawings of this version, and the page shown without a connection.
const FOLDER = "/static/dist/";
const LANGUAGES = ["en", "fr"];

/** Built in: what each file is called in this version. */
const NAMES = SHELL;
const HASHED = /\/static\/dist\/([\w.-]+?)-[A-Z0-9]{8}(\.\w+)/g;

export async function keepShell() {
  const shell = await caches.open(`shell:${self.BUILD}`);
  const files = Object.values(NAMES).map((name) => FOLDER + name);
  await shell.addAll([...files, ...LANGUAGES.map((language) => `/offline/${language}`)]);
}

/** The version before stays: pages of it may be open. */
export async function forgetShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell:") && name !== `shell:${self.BUILD}`);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
}

/** The address of one of these files. */
export function fileOf(name) {
  return FOLDER + NAMES[name];
}

export function isOfShell({ pathname }) {
  return pathname.startsWith(FOLDER);
}

export async function fromShell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** A page of an earlier version, with the files of this one: those of its own may be gone. */
export function dressed(html) {
  return html.replace(HASHED, (whole, name, ending) => (NAMES[name + ending] ? FOLDER + NAMES[name + ending] : whole));
}

export async function offlinePage(language) {
  return caches.match(`/offline/${LANGUAGES.includes(language) ? language : "en"}`, { ignoreVary: true });
}
