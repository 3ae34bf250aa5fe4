// Owns the page as a whole: builds the parts once, draws them after every change, and turns between
// the columns where the window is too narrow for all of them.

import { Composer } from "./composer.js";
import { Modals } from "./dialog.js";
import { byId } from "./dom.js";
import { drawFaults } from "./faults.js";
import { Home } from "./home.js";
import { Conversation } from "./conversation.js";
import { drawSide } from "./side.js";
import { HOME, Store } from "./state.js";
import { startTheme } from "./theme.js";
import { drawVendors } from "./vendors.js";

function drawPlace(store, isHome) {
  const channel = store.people().channels.get(store.place);
  const title = isHome ? "Home" : channel.is_im ? "Aboard" : `#${channel.name}`;
  byId("place-title").textContent = title;
  byId("place-topic").textContent = isHome
    ? "What the bot shows you, and nobody else"
    : channel.topic || (channel.is_im ? "You and the bot" : "");
  byId("log").hidden = isHome;
  byId("home").hidden = !isHome;
  byId("composer-form").hidden = isHome;
}

function drawConnection({ live }) {
  const words = live ? "" : "Connection lost. Trying again…";
  if (byId("connection").textContent !== words) byId("connection").textContent = words;
}

/** On narrow windows one column shows at a time; choosing a channel shows the conversation. */
function startTabs(store) {
  const show = (view) => {
    document.body.dataset.view = view;
    for (const tab of byId("tabs").children)
      tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
  };
  byId("tabs").addEventListener(
    "click",
    (event) => event.target.dataset.view && show(event.target.dataset.view),
  );
  document
    .querySelector(".side")
    .addEventListener("click", (event) => event.target.closest("a") && show("talk"));
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    show("talk");
    byId(store.place === HOME ? "place-title" : "composer").focus();
  });
  show("talk");
}

/** A slash typed anywhere but in a field begins a command. */
function startShortcut(composer) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, dialog, [role=menu]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    composer.begin("/");
  });
}

function start() {
  const store = new Store();
  const parts = {
    conversation: new Conversation(store),
    composer: new Composer(store),
    home: new Home(store),
    modals: new Modals(store),
  };
  startTheme();
  startTabs(store);
  startShortcut(parts.composer);
  store.subscribe(() => draw(store, parts));
  store.start();
}

function draw(store, { conversation, composer, home, modals }) {
  drawConnection(store);
  if (!store.state) return;
  const isHome = store.place === HOME;
  drawSide(store);
  drawPlace(store, isHome);
  if (isHome) home.draw();
  else {
    conversation.draw();
    composer.draw();
  }
  drawVendors(store);
  drawFaults(store);
  modals.draw();
}

start();
