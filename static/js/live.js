// The live page: one socket for the whole visit, the channels of the page at hand, and what to do with what is heard.
// A page states for each channel the version it was made at; a gap means something was missed, and the page fetches itself.
import * as Turbo from "@hotwired/turbo";
import { io } from "socket.io-client";
import { pressedIn, replace } from "./said.js";
import { showWaiting } from "./waiting.js";

const POLL_EVERY = 30_000;
const SAY_AFTER = 1_000;

let socket;
let silence;
let poll;
let refreshing;

/** Start listening; again after each visit, since each page has channels of its own. */
export function listen() {
  if (!Object.keys(channels()).length) return;
  socket ??= open();
  if (socket.connected) ask();
}

function open() {
  const opened = io({ path: "/live", transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5_000 });
  opened.on("connect", connected);
  opened.on("disconnect", lost);
  opened.on("connect_error", refused);
  opened.on("heard", hear);
  opened.on("read", () => document.dispatchEvent(new CustomEvent("live:read")));
  return opened;
}

/** Those of the page, and that of its reader's inbox, which every page has. */
function channels() {
  return { ...stated("inbox"), ...stated("live") };
}

function stated(where) {
  return JSON.parse(document.body.dataset[where] || "{}");
}

function state(channel, version) {
  const where = channel in stated("inbox") ? "inbox" : "live";
  document.body.dataset[where] = JSON.stringify({ ...stated(where), [channel]: version });
}

function isInbox(channel) {
  return channel in stated("inbox");
}

/** What a page missed of the inbox, it asks for; the rest of it stays. */
function renewInbox(channel, version) {
  state(channel, version);
  Turbo.StreamActions.inbox();
}

function connected() {
  clearTimeout(silence);
  clearInterval(poll);
  said(false);
  document.dispatchEvent(new CustomEvent("live:connected"));
  ask();
}

function lost() {
  document.documentElement.dataset.listening = "no";
  clearTimeout(silence);
  silence = setTimeout(() => said(true), SAY_AFTER);
}

function said(isLost) {
  const bar = document.getElementById("reconnecting");
  if (bar) bar.hidden = !isLost;
}

/** The server is full: the page asks for itself now and then. It is gone, or nobody is signed in: Socket.IO tries again. */
function refused(error) {
  lost();
  if (error.message !== "full") return;
  clearTimeout(silence);
  clearInterval(poll);
  poll = setInterval(refresh, POLL_EVERY);
}

function ask() {
  const here = channels();
  socket.emit("listen", { channels: Object.keys(here), locale: document.documentElement.lang }, (now) => answered(here, now));
}

function answered(asked, now) {
  const here = channels();
  const missed = Object.keys(asked).filter((name) => name in here && now[name] !== here[name]);
  if (missed.some((name) => !isInbox(name))) return refresh();
  for (const name of missed) renewInbox(name, now[name]);
  document.documentElement.dataset.listening = "yes";
}

function hear({ channel, version, html }) {
  const here = channels();
  if (!(channel in here) || version <= here[channel]) return;
  if (version > here[channel] + 1 && !isInbox(channel)) return refresh();
  state(channel, version);
  Turbo.renderStreamMessage(html);
}

/**
 * Fetch the page and morph it in place, a little later than everyone else who missed the same, and later than what is being
 * sent: Turbo drops a form that is on its way for any page that it fetches.
 */
export function refresh() {
  refreshing ??= setTimeout(() => {
    refreshing = undefined;
    if (document.querySelector("form[aria-busy]")) return refresh();
    Turbo.session.refresh(location.href);
  }, 50 + 300 * Math.random());
}

/** Put a post where it belongs, or renew the one that stands there. */
Turbo.StreamActions.place = function () {
  const fresh = this.templateElement.content.firstElementChild;
  const standing = document.getElementById(this.target);
  if (standing) replace(standing, fresh);
  else document.dispatchEvent(new CustomEvent("live:post", { detail: { post: fresh, within: this.dataset.within } }));
};

/** What people say of a post, counted anew; whoever did the last of it hears what they say themselves, on each open page. */
Turbo.StreamActions.said = function () {
  const standing = document.getElementById(this.target);
  const fresh = this.templateElement.content.firstElementChild;
  if (!standing) return;
  const { who, said } = this.dataset;
  replace(standing, fresh, who === document.body.dataset.reader ? said.split(" ") : pressedIn(standing));
};

Turbo.StreamActions.card = function () {
  document.dispatchEvent(new CustomEvent("live:card", { detail: { card: this.templateElement.content.firstElementChild } }));
};

Turbo.StreamActions.named = function () {
  document.dispatchEvent(new CustomEvent("live:named", { detail: { words: this.target.split(" ") } }));
};

Turbo.StreamActions.drop = function () {
  document.dispatchEvent(new CustomEvent("live:drop", { detail: { id: this.target } }));
};

/** The inbox is otherwise: its own page asks for its rows anew, any other for their number. */
Turbo.StreamActions.inbox = function () {
  const isElsewhere = document.dispatchEvent(new CustomEvent("live:inbox", { cancelable: true }));
  if (isElsewhere) showWaiting();
};

Turbo.StreamActions.refresh = refresh;
