// Owns the button that opens a menu (https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/): arrows
// move, Enter picks, Escape closes.

import { el, freshId } from "./dom.js";
import { plain } from "./mrkdwn.js";

const GAP = 6; // pixels between the button and its menu

/**
 * {root, trigger}: a button that offers `choices` [{title, note}] and calls `picked(place)` with
 * one's place.
 */
export function menuButton({ label, content, choices, picked, attributes }) {
  const naming = { "aria-label": label };
  const menu = el("div", {
    role: "menu",
    class: "menu",
    popover: "auto",
    id: freshId("menu"),
    ...naming,
  });
  const ties = { "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": menu.id };
  const trigger = el(
    "button",
    { type: "button", class: "button button-icon", ...naming, ...ties, ...attributes },
    content,
  );
  trigger.popoverTargetElement = menu;
  const close = () => {
    menu.hidePopover();
    trigger.focus();
  };
  menu.append(...choices.map((choice, place) => item(choice, () => (close(), picked(place)))));
  menu.addEventListener("keydown", (event) => move(event, menu, close));
  menu.addEventListener("toggle", ({ newState }) => toggled(menu, trigger, newState === "open"));
  return { root: el("span", { class: "menu-root" }, trigger, menu), trigger };
}

function item({ title, note }, onclick) {
  const words = [
    el("span", {}, plain(title)),
    note && el("span", { class: "option-note" }, plain(note)),
  ];
  return el(
    "button",
    { type: "button", role: "menuitem", tabindex: "-1", class: "menu-item", onclick },
    words,
  );
}

function toggled(menu, trigger, isOpen) {
  trigger.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) return;
  place(menu, trigger.getBoundingClientRect());
  menu.firstElementChild?.focus();
}

function place(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const under = anchor.bottom + GAP + height < innerHeight;
  const left = Math.max(8, Math.min(anchor.left, innerWidth - width - 8));
  menu.style.setProperty("left", `${left}px`);
  menu.style.setProperty("top", `${under ? anchor.bottom + GAP : anchor.top - height - GAP}px`);
}

function move(event, menu, close) {
  const items = [...menu.children];
  const here = items.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) items.at(to % items.length).focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.stopPropagation();
  if (event.key !== "Tab") event.preventDefault();
}
