// Owns one message: who wrote it and when, its blocks or text, who else sees it, and the thread
// under it.

import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { clock, fromTs } from "./dates.js";
import { el, freshId, keyed, play, refresh, toast } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { FormValues } from "./values.js";

/**
 * A message's own name among its channel's; an ephemeral one may share a timestamp with another.
 */
export const keyOf = ({ ts, ephemeral }) => `${ephemeral ? "e" : "m"}${ts}`;

const HIDDEN = new Set(["block_id", "action_id", "value"]);

/** What a reader sees of a message, to tell a change from new names for the same. */
export const visible = ({ text, blocks, files }) =>
  JSON.stringify([text, blocks, files], (key, value) => (HIDDEN.has(key) ? undefined : value));

/** An empty message, to be given to `updateMessage`. */
export function newMessage() {
  const parts = {
    face: el("div", { class: "message-face" }),
    head: el("header", { class: "message-head" }),
    body: el("div", { class: "message-body" }),
    files: el("div", { class: "message-files" }),
    thread: el("div", { class: "thread" }),
    replies: el("div", { class: "replies", id: freshId("replies") }),
  };
  const main = el("div", { class: "message-main" }, parts.head, parts.body, parts.files, parts.thread);
  const article = el("article", { class: "message", tabindex: "-1" }, parts.face, main);
  return Object.assign(article, { parts, typed: new FormValues() });
}

/**
 * Makes `article` show `message` and its `replies`. `joins` leaves the heading to the message
 * above; `isNew` and `quietly` say what to animate; `threads` knows which are open.
 */
export function updateMessage(article, { message, replies = [], joins = false }, way) {
  const author = way.store.people().users.get(message.user);
  const { parts } = article;
  describe(article, message, author, joins);
  refresh(parts.face, message.user, () => avatar(author));
  refresh(parts.head, JSON.stringify([author, message.edited]), () => heading(message, author));
  drawBody(article, message, way.store);
  refresh(parts.files, JSON.stringify(message.files), () => (message.files ?? []).map(download));
  if (!way.quietly) animate(article, message, way.isNew);
  article.visible = visible(message);
  drawThread(article, message, replies, way);
}

function describe(article, message, author, joins) {
  const name = author?.real_name || author?.name || message.user;
  const seen = message.ephemeral ? ", only visible to you" : "";
  article.setAttribute("aria-label", `${name}, ${clock(fromTs(message.ts))}${seen}`);
  article.classList.toggle("message-joined", joins);
  article.classList.toggle("message-mine-only", Boolean(message.ephemeral));
  article.classList.toggle("message-card", !message.ephemeral && (message.blocks?.length ?? 0) > 1);
}

function heading(message, author) {
  const when = fromTs(message.ts);
  return [
    el("span", { class: "author" }, author?.real_name || author?.name || message.user),
    (message.is_bot || author?.is_bot) && el("span", { class: "tag" }, "app"),
    author?.is_restricted && el("span", { class: "tag" }, "guest"),
    el("time", { datetime: when.toISOString(), title: when.toString() }, clock(when)),
    message.edited && el("span", { class: "muted" }, "(edited)"),
    message.ephemeral && el("span", { class: "only-you" }, icon("eye"), "Only visible to you"),
  ].filter(Boolean);
}

function drawBody(article, message, store) {
  const { body } = article.parts;
  if (message.blocks?.length > 0)
    return drawBlocks(body, message.blocks, surroundings(article, message, store));
  const draw = () => el("div", { class: "prose" }, mrkdwn(message.text, store.people()));
  return refresh(body, message.text, draw);
}

function download({ name, title, size, url_private_download: href }) {
  const label = `Download ${title}, ${name}`;
  const words = [el("strong", {}, title), el("span", { class: "muted" }, `${name} · ${bytes(size)}`)];
  return el("a", { class: "file", href, download: name, "aria-label": label }, ...words);
}

const bytes = (size) => (size < 1024 ? `${size} bytes` : `${Math.round(size / 1024)} KB`);

function surroundings(article, { ts, ephemeral }, store) {
  const { me, place: channel } = store;
  return {
    people: store.people(),
    form: article.typed,
    act: async (blockId, element, value) => {
      const what = {
        channel,
        ts,
        block_id: blockId,
        action_id: element.action_id,
        value,
        ephemeral,
      };
      const answer = await api.action(me, what);
      if (!answer.ok) toast(answer.error);
      await store.refresh();
    },
    options: (blockId, actionId, query) =>
      api.options(me, {
        view_id: null,
        channel,
        ts,
        block_id: blockId,
        action_id: actionId,
        query,
      }),
  };
}

function animate(article, message, isNew) {
  if (isNew) play(article, "message-new");
  else if (article.visible !== visible(message)) play(article, "message-changed");
}

function drawThread(article, { ts }, replies, way) {
  const { thread, replies: list } = article.parts;
  const isOpen = way.threads.open.has(ts) && replies.length > 0;
  const signature = JSON.stringify([replies.length, isOpen]);
  refresh(thread, signature, () =>
    replies.length > 0 ? [toggle(ts, replies, list.id, isOpen, way.threads), list] : [],
  );
  list.hidden = !isOpen;
  keyed(list, isOpen ? replies : [], {
    key: keyOf,
    create: newMessage,
    update: (node, message, isNew) => updateMessage(node, { message }, { ...way, isNew }),
  });
}

function toggle(ts, replies, listId, isOpen, { open, redraw }) {
  const flip = () => {
    if (!open.delete(ts)) open.add(ts);
    redraw();
  };
  const properties = {
    type: "button",
    class: "thread-toggle",
    "aria-expanded": String(isOpen),
    "aria-controls": listId,
    "data-focus": "thread",
    onclick: flip,
  };
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  const more = isOpen ? "hide" : `last at ${clock(fromTs(replies.at(-1).ts))}`;
  return el("button", properties, icon("thread"), count, el("span", { class: "muted" }, more));
}
