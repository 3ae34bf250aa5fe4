// Owns the left column: who I am, the channels I am in, the bot's direct messages and its Home.

import { avatar } from "./avatar.js";
import { byId, el, keyed, refresh } from "./dom.js";
import { icon } from "./icons.js";
import { HOME } from "./state.js";

/** Draws the left column from `store`. */
export function drawSide(store) {
  const { state } = store;
  byId("team").textContent = state.team.name;
  drawPeople(store);
  const rooms = state.channels
    .filter((channel) => !channel.is_im)
    .map((channel) => ({ id: channel.id, name: channel.name, glyph: "hash" }));
  const direct = state.channels
    .filter((channel) => channel.is_im)
    .map((channel) => ({ id: channel.id, name: "Direct messages", glyph: "bubble" }));
  drawPlaces(byId("channels"), rooms, store);
  drawPlaces(byId("direct"), [...direct, { id: HOME, name: "Home", glyph: "home" }], store);
  const waiting = state.channels.reduce((sum, channel) => sum + store.unread(channel.id), 0);
  byId("tabs").firstElementChild.classList.toggle("has-news", waiting > 0);
  document.title = `${waiting > 0 ? `(${waiting}) ` : ""}Aboard sandbox`;
}

function drawPeople(store) {
  const people = store.state.users.filter((user) => !user.is_bot && !user.deleted);
  keyed(byId("people"), people, {
    key: (user) => user.id,
    create: (user) => personRow(user, store),
    update: (row, user) => {
      row.querySelector("input").checked = user.id === store.me;
      refresh(row.querySelector(".person-words"), JSON.stringify(user), () => personWords(user));
    },
  });
}

function personRow(user, store) {
  const radio = el("input", {
    type: "radio",
    name: "person",
    class: "unseen",
    value: user.id,
    onchange: () => store.become(user.id),
  });
  return el(
    "label",
    { class: "person" },
    radio,
    avatar(user),
    el("span", { class: "person-words" }),
  );
}

const personWords = (user) => [
  el(
    "span",
    { class: "person-name" },
    user.real_name || user.name,
    user.is_restricted && el("span", { class: "tag" }, "guest"),
  ),
  el("span", { class: "person-title" }, user.title || `@${user.name}`),
];

function drawPlaces(list, places, store) {
  keyed(list, places, {
    key: ({ id }) => id,
    create: ({ glyph }) =>
      el(
        "li",
        {},
        el(
          "a",
          { class: "place-link" },
          icon(glyph),
          el("span", { class: "place-name" }),
          el("span", { class: "unread" }),
        ),
      ),
    update: (item, { id, name }) =>
      updatePlace(
        item.firstElementChild,
        { id, name, count: id === HOME ? 0 : store.unread(id) },
        store,
      ),
  });
}

function updatePlace(link, { id, name, count }, store) {
  link.href = store.addressOf(id);
  if (id === store.place) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  link.classList.toggle("place-unread", count > 0);
  link.querySelector(".place-name").textContent = name;
  refresh(link.querySelector(".unread"), String(count), () =>
    count > 0 ? [String(count), el("span", { class: "unseen" }, " unread")] : [],
  );
}
