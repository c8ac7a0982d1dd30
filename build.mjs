// Builds the front end into static/dist: one stylesheet, one script, subset fonts, the icon sprite, the pictures,
// and manifest.json, which tells the server the hashed name of each. Run with `node build.mjs`, `--watch` while
// working, or `--release` to leave nothing of earlier builds.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import subsetFont from "subset-font";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = join(root, "static/dist");
const watching = process.argv.includes("--watch");
const releasing = process.argv.includes("--release");
const KEEP_EARLIER_BUILDS = 24 * 60 * 60 * 1000;

// What French and English need; other Latin letters load from the "-ext" files, and only when a page holds one.
const letters = characters([
  [0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x152, 0x153], [0x178, 0x178], [0x2c6, 0x2c6], [0x2da, 0x2da],
  [0x2dc, 0x2dc], [0x2010, 0x2027], [0x202f, 0x203a], [0x20ac, 0x20ac], [0x2122, 0x2122], [0x2190, 0x2193],
  [0x2212, 0x2212],
]);

const newsreader = "@fontsource-variable/newsreader/files/newsreader";
const schibsted = "@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk";
const fonts = {
  "newsreader": { file: `${newsreader}-latin-opsz-normal.woff2`, axes: { wght: { min: 400, max: 600 }, opsz: { min: 6, max: 48 } } },
  "newsreader-italic": { file: `${newsreader}-latin-opsz-italic.woff2`, axes: { wght: 400, opsz: { min: 6, max: 48 } } },
  "newsreader-ext": { file: `${newsreader}-latin-ext-wght-normal.woff2` },
  "schibsted": { file: `${schibsted}-latin-wght-normal.woff2`, axes: { wght: { min: 400, max: 700 } } },
  "schibsted-ext": { file: `${schibsted}-latin-ext-wght-normal.woff2` },
};

const shipped = [
  "@fontsource-variable/newsreader", "@fontsource-variable/schibsted-grotesk", "lucide-static", "@hotwired/turbo",
  "@hotwired/stimulus", "socket.io-client", "turndown", "turndown-plugin-gfm",
];

/** `url("font:name")` in the CSS: the font, cut down to the letters and weights the product uses. */
const fontPlugin = {
  name: "fonts",
  setup(build) {
    build.onResolve({ filter: /^font:/ }, ({ path }) => ({ path: path.slice("font:".length) + ".woff2", namespace: "font" }));
    build.onLoad({ filter: /.*/, namespace: "font" }, async ({ path }) => ({ contents: await font(basename(path, ".woff2")), loader: "file" }));
  },
};

/** `import controllers from "controllers:all"`: every file of static/js/controllers, under its Stimulus name. */
const controllersPlugin = {
  name: "controllers",
  setup(build) {
    build.onResolve({ filter: /^controllers:all$/ }, ({ path }) => ({ path, namespace: "controllers" }));
    build.onLoad({ filter: /.*/, namespace: "controllers" }, async () => {
      const folder = join(root, "static/js/controllers");
      const workers = join(root, "static/js/worker");
      const watchFiles = (await readdir(workers)).map((file) => join(workers, file));
      return { contents: controllerIndex(await readdir(folder)), resolveDir: folder, watchDirs: [folder, workers], watchFiles };
    });
  },
};

function characters(ranges) {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))).join("");
}

const cut = new Map();

async function font(name) {
  if (!fonts[name]) throw new Error(`static/css asks for the font "${name}", which build.mjs does not know`);
  if (!cut.has(name)) cut.set(name, await subset(fonts[name]));
  return cut.get(name);
}

async function subset({ file, axes }) {
  const whole = await readFile(join(root, "node_modules", file));
  return axes ? subsetFont(whole, letters, { targetFormat: "woff2", variationAxes: axes }) : whole;
}

function controllerIndex(files) {
  const names = files.filter((file) => file.endsWith("_controller.js")).sort();
  const imports = names.map((file, i) => `import c${i} from "./${file}";`);
  const entries = names.map((file, i) => `"${identifier(file)}": c${i}`);
  return `${imports.join("\n")}\nexport default { ${entries.join(", ")} };`;
}

function identifier(file) {
  return file.replace(/_controller\.js$/, "").replaceAll("_", "-");
}

function hashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("base64url").replace(/[-_]/g, "").slice(0, 8).toUpperCase();
  return `${basename(name, extname(name))}-${hash}${extname(name)}`;
}

async function emit(name, contents) {
  const file = hashed(name, contents);
  await writeFile(join(dist, file), contents);
  return [name, file];
}

/** One <symbol> for each name in static/icons.txt; a name that lucide does not have stops the build. */
async function sprite() {
  const list = await readFile(join(root, "static/icons.txt"), "utf8");
  const names = list.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(names.map(symbol));
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Icons: Lucide, ISC licence -->\n${symbols.join("\n")}\n</svg>\n`;
}

async function symbol(name) {
  const source = await readFile(join(root, "node_modules/lucide-static/icons", `${name}.svg`), "utf8").catch(() => {
    throw new Error(`static/icons.txt: lucide has no icon "${name}"`);
  });
  const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
}

/** The licences of what is shipped to the browser, in one file beside it. */
async function licences() {
  const texts = await Promise.all(shipped.map(async (name) => `${name}\n${"=".repeat(name.length)}\n${await licence(name)}`));
  return texts.join("\n\n");
}

async function licence(name) {
  const folder = join(root, "node_modules", name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return (await readFile(join(folder, file), "utf8")).trim();
  const { license, author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return `${license}, ${author?.name ?? author ?? "its contributors"}`;
}

async function pictures() {
  const files = await readdir(join(root, "static/img"));
  return Promise.all(files.map(async (file) => emit(file, await readFile(join(root, "static/img", file)))));
}

/** What esbuild wrote under a hashed name: the stylesheet, the script and the fonts. */
function bundledFiles(metafile) {
  const files = Object.keys(metafile.outputs).map((file) => basename(file));
  return files.filter((file) => /-[A-Z0-9]{8}\.(css|js|woff2)$/.test(file)).map((file) => [file.replace(/-[A-Z0-9]{8}\./, "."), file]);
}

/** Without the letters that few pages hold, and the pictures that only the system shows. */
const KEPT = /^(app\.(css|js)|icons\.svg|favicon\.svg|app-192\.png|badge\.png|(newsreader|newsreader-italic|schibsted)\.woff2)$/;

/** The worker keeps what every page needs, so it knows by which names. */
async function worker(names) {
  const shell = Object.fromEntries(Object.entries(names).filter(([name]) => KEPT.test(name)));
  const { outputFiles } = await esbuild.build({
    ...written, entryPoints: ["static/js/worker/worker.js"], write: false, format: "iife", define: { SHELL: JSON.stringify(shell) },
  });
  return outputFiles[0].contents;
}

async function writeManifest({ metafile }) {
  const shown = [...bundledFiles(metafile), await emit("icons.svg", await sprite()), ...(await pictures())];
  const entries = [...shown, await emit("worker.js", await worker(Object.fromEntries(shown)))];
  await writeFile(join(dist, "licences.txt"), await licences());
  await replaceManifest(Object.fromEntries(entries.sort()));
}

/** Swap the manifest in one step; then remove what it no longer names. */
async function replaceManifest(manifest) {
  await writeFile(join(dist, "manifest.next"), JSON.stringify(manifest, null, 2) + "\n");
  await rename(join(dist, "manifest.next"), join(dist, "manifest.json"));
  const named = new Set(["manifest.json", "licences.txt", ...Object.values(manifest)]);
  await Promise.all((await readdir(dist)).filter((file) => !named.has(file)).map(removeStale));
}

/** A running server may still hand out the names of an earlier build, so these stay for a day, except in a release. */
async function removeStale(file) {
  const path = join(dist, file);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  if (releasing || Date.now() - mtimeMs > KEEP_EARLIER_BUILDS) await rm(path, { force: true });
}

/** The manifest is written last and after every build: what it names exists. */
const manifestPlugin = {
  name: "manifest",
  setup(build) {
    build.onEnd((result) => (result.errors.length ? undefined : writeManifest(result)));
  },
};

/** How scripts are written, those of the pages and that of the worker. */
const written = { absWorkingDir: root, bundle: true, target: "es2022", minify: !watching, legalComments: "none", logLevel: "warning" };

const options = {
  ...written,
  entryPoints: [{ in: "static/css/app.css", out: "app" }, { in: "static/js/application.js", out: "app" }],
  outdir: dist,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  format: "esm",
  sourcemap: watching ? "linked" : false,
  metafile: true,
  plugins: [fontPlugin, controllersPlugin, manifestPlugin],
};

await mkdir(dist, { recursive: true });
if (watching) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
