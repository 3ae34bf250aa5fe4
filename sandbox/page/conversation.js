// Owns the log of a channel: which messages stand under which day and author, what is announced as
// new, and where the scroll stands. Entries are patched one by one; nothing that did not change is
// drawn again.

import { dayKey, dayTitle, fromTs } from "./dates.js";
import { announce, byId, el, keyed } from "./dom.js";
import { keyOf, newMessage, updateMessage, visible } from "./message.js";

const TOGETHER = 5 * 60; // seconds within which an author's messages share one heading
const NEAR_END = 90; // pixels from the end that still count as reading the newest

/** The log of one channel at a time. */
export class Conversation {
  #shown = null; // "person/channel" of what is drawn
  #seen = new Map(); // ts -> what was drawn, to announce what is new or changed
  #threads = { open: new Set(), redraw: () => this.draw() };

  constructor(store) {
    this.store = store;
    this.log = byId("log");
    this.scroll = byId("log-scroll");
    this.newer = byId("newer");
    this.newer.addEventListener("click", () => this.toEnd());
    this.scroll.addEventListener("scroll", () => {
      if (this.#isNearEnd()) this.newer.hidden = true;
    });
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.newer.hidden = true;
  }

  #isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  /** Draws the channel the store looks at; keeps to the end only where the reader was there. */
  draw() {
    const here = `${this.store.me}/${this.store.place}`;
    const arrived = this.#shown !== here;
    if (arrived) this.#clear(here);
    const follows = arrived || this.#isNearEnd();
    const messages = this.store.messages(this.store.place);
    this.#patch(items(messages), arrived);
    const news = this.#tell(messages, arrived);
    if (follows) this.toEnd();
    else if (news) this.newer.hidden = false;
  }

  #clear(here) {
    this.#shown = here;
    this.#seen.clear();
    this.log.replaceChildren();
  }

  #patch(wanted, arrived) {
    keyed(this.log, wanted, {
      key: (item) => item.key,
      create: (item) => item.create(),
      update: (node, item, isNew) => {
        if (!item.message) return;
        updateMessage(node, item, {
          isNew,
          quietly: arrived,
          store: this.store,
          threads: this.#threads,
        });
      },
    });
  }

  /** Announces what came or changed since the last drawing; says whether something came. */
  #tell(messages, quietly) {
    const before = new Map(this.#seen);
    this.#seen = new Map(messages.map((message) => [keyOf(message), visible(message)]));
    if (quietly) return false;
    const changed = messages.filter((one) => before.get(keyOf(one)) !== visible(one));
    const { users } = this.store.people();
    for (const message of changed) {
      const verb = before.has(keyOf(message)) ? " changed a message" : "";
      announce(`${users.get(message.user)?.real_name ?? "Somebody"}${verb}: ${message.text}`);
    }
    return changed.some((message) => !before.has(keyOf(message)));
  }
}

/** What stands in the log, top to bottom: days, and messages with the replies under them. */
function items(messages) {
  if (messages.length === 0) return [{ key: "welcome", create: welcome }];
  const found = [];
  let last = null;
  let today = null;
  for (const { message, replies } of threads(messages)) {
    const day = dayKey(fromTs(message.ts));
    if (day !== today) {
      found.push({ key: `day:${day}`, create: () => divider(dayTitle(fromTs(message.ts))) });
      last = null;
    }
    found.push({
      key: keyOf(message),
      create: newMessage,
      message,
      replies,
      joins: joins(last, message),
    });
    last = replies.length > 0 ? null : message;
    today = day;
  }
  return found;
}

/** First messages with their replies; a reply whose first message is not here stands by itself. */
function threads(messages) {
  const roots = new Map();
  const found = [];
  for (const message of messages) {
    const root = message.thread_ts === message.ts ? undefined : roots.get(message.thread_ts);
    if (root) {
      root.replies.push(message);
      continue;
    }
    const entry = { message, replies: [] };
    roots.set(message.ts, entry);
    found.push(entry);
  }
  return found;
}

function joins(before, message) {
  if (!before || before.user !== message.user || before.ephemeral || message.ephemeral)
    return false;
  const isPlain = !message.blocks?.length && !before.blocks?.length;
  return isPlain && Number(message.ts) - Number(before.ts) < TOGETHER;
}

const divider = (title) =>
  el("div", { class: "day", role: "separator", "aria-label": title }, el("span", {}, title));

function welcome() {
  return el(
    "div",
    { class: "welcome" },
    el("img", { src: "/static/mark.svg", alt: "", width: 56, height: 56 }),
    el("h2", {}, "Nothing here yet"),
    el("p", {}, "Type ", el("kbd", {}, "/"), " below to see what the bot can do."),
  );
}
