// Owns the list that opens beside a text field: the ARIA combobox pattern with list completion
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The focus stays in the field; arrows move
// an active option. It floats in the top layer, so that no dialog or scrolling parent cuts it off.

import { el, freshId } from "./dom.js";

const MARGIN = 8;

/** The popup of one field; `onPick(option)` gets the option as it was given to `show`. */
export class Listbox {
  #options = [];
  #active = -1;
  #follow = () => this.#place();

  constructor(field, { label, onPick, isMulti = false, pickKeys = ["Enter"] }) {
    this.field = field;
    this.onPick = onPick;
    this.pickKeys = pickKeys;
    this.list = el("ul", {
      role: "listbox",
      id: freshId("list"),
      "aria-label": label,
      "aria-multiselectable": isMulti || null,
    });
    this.status = el("p", { class: "list-status", role: "status" });
    this.popup = el("div", { class: "listbox", popover: "manual" }, this.status, this.list);
    this.popup.addEventListener("pointerdown", (event) => event.preventDefault());
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      field.setAttribute(name, value);
    }
    field.after(this.popup);
  }

  get isOpen() {
    return this.popup.matches(":popover-open");
  }

  get active() {
    return this.#options[this.#active] ?? null;
  }

  /**
   * Opens with `groups` [{label, options: [{title, note, tag, lead, selected}]}]; `status` is a
   * line above them.
   */
  show(groups, status = "", active = 0) {
    this.#options = groups.flatMap((group) => group.options);
    this.status.textContent = status;
    this.status.hidden = !status;
    let place = 0;
    this.list.replaceChildren(...groups.map((group) => this.#group(group, () => place++)).flat());
    if (!this.isOpen) this.#open();
    this.#activate(this.#options.length > 0 ? Math.max(active, 0) : -1);
    this.#place();
  }

  hide() {
    if (!this.isOpen) return;
    this.popup.hidePopover();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    window.removeEventListener("scroll", this.#follow, true);
    window.removeEventListener("resize", this.#follow);
  }

  /** Handles a key of the field while open; true where the key was the list's. */
  key(event) {
    if (!this.isOpen || event.isComposing) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) this.#activate((this.#active + move + this.#options.length) % this.#options.length);
    else if (event.key === "Escape") this.hide();
    else if (this.pickKeys.includes(event.key) && this.active) this.onPick(this.active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #open() {
    this.popup.showPopover();
    this.field.setAttribute("aria-expanded", "true");
    window.addEventListener("scroll", this.#follow, true);
    window.addEventListener("resize", this.#follow);
  }

  #group({ label, options }, next) {
    const rows = options.map((option) => this.#row(option, next()));
    if (!label) return rows;
    const title = el(
      "li",
      { class: "list-title", id: freshId("group"), role: "presentation" },
      label,
    );
    return el(
      "li",
      { role: "presentation" },
      el("ul", { role: "group", "aria-labelledby": title.id }, title, rows),
    );
  }

  #row(option, place) {
    return el(
      "li",
      {
        role: "option",
        id: `${this.list.id}-${place}`,
        class: "option",
        "aria-selected": String(Boolean(option.selected)),
        onclick: () => this.onPick(option),
        onpointermove: () => this.#activate(place),
      },
      option.lead?.(),
      el(
        "span",
        { class: "option-words" },
        el(
          "span",
          { class: "option-title" },
          option.title,
          option.usage && el("span", { class: "option-usage" }, ` ${option.usage}`),
        ),
        option.note && el("span", { class: "option-note" }, option.note),
      ),
      option.tag && el("span", { class: "tag" }, option.tag),
      option.selected && el("span", { class: "option-check", "aria-hidden": "true" }, "✓"),
    );
  }

  #activate(place) {
    if (Number.isNaN(place) || (place === this.#active && this.list.querySelector(".active")))
      return;
    this.#active = place;
    this.list.querySelector(".active")?.classList.remove("active");
    const row = place < 0 ? null : this.list.querySelector(`#${this.list.id}-${place}`);
    if (!row) return this.field.removeAttribute("aria-activedescendant");
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    return this.field.setAttribute("aria-activedescendant", row.id);
  }

  #place() {
    const anchor = (this.field.closest("[data-anchor]") ?? this.field).getBoundingClientRect();
    const below = innerHeight - anchor.bottom - MARGIN * 2;
    const above = anchor.top - MARGIN * 2;
    const under = below > Math.min(this.popup.scrollHeight, 260) || below > above;
    const { style } = this.popup;
    style.setProperty("left", `${anchor.left}px`);
    style.setProperty("width", `${anchor.width}px`);
    style.setProperty("max-height", `${Math.min(320, under ? below : above)}px`);
    style.setProperty("top", under ? `${anchor.bottom + 6}px` : "auto");
    style.setProperty("bottom", under ? "auto" : `${innerHeight - anchor.top + 6}px`);
  }
}
