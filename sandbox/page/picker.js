// Owns the select field: a text field completed from a source, holding one choice as its text or
// many as chips.

import { address } from "./change.js";
import { chosen, sourceOf } from "./choices.js";
import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";

const PAUSE = 150; // milliseconds without typing before a source is asked

/**
 * A select for `element`. `raw` is what is chosen: an option, an id, null, or a list where the
 * element takes many; `picked(raw)` gets each new value in the same shape.
 */
export function picker({ element, context, blockId, raw, label, attributes, picked }) {
  const isMulti = Array.isArray(raw);
  const field = el("input", {
    ...{ type: "text", class: "picker-field", autocomplete: "off", spellcheck: "false" },
    id: freshId("field"),
    placeholder: element.placeholder?.text ?? "Choose…",
    "data-focus": address(blockId, element),
    ...attributes,
  });
  const root = el("div", { class: "picker", "data-anchor": "" }, field, icon("chevron"));
  const parts = { field, root, label, isMulti, raws: isMulti ? raw : [raw].filter(Boolean) };
  const source = sourceOf(element, context, blockId);
  const item = (one) => chosen(element, one, context);
  new Picker({
    ...parts,
    source,
    item,
    picked,
    most: element.max_selected_items ?? Infinity,
  }).draw();
  return root;
}

class Picker {
  #timer = null;
  #asked = 0;

  constructor(parts) {
    Object.assign(this, parts);
    this.listbox = new Listbox(this.field, {
      label: this.label,
      isMulti: this.isMulti,
      onPick: (option) => this.#pick(option),
    });
    this.root.addEventListener("click", ({ target }) => this.#clicked(target));
    this.field.addEventListener("input", () => this.#look(this.field.value, PAUSE));
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("blur", () => this.#leave());
  }

  /** Shows what is chosen. */
  draw() {
    const items = this.raws.map(this.item);
    for (const chip of this.root.querySelectorAll(".chip")) chip.remove();
    if (this.isMulti) this.field.before(...items.map((one) => this.#chip(one)));
    this.field.value = this.isMulti ? "" : (items[0]?.title ?? "");
  }

  #chip(item) {
    const remove = el("button", {
      ...{ type: "button", class: "chip-remove", "aria-label": `Remove ${item.title}` },
      onclick: () => this.#toggle(item),
    });
    remove.append(icon("close"));
    return el("span", { class: "chip" }, item.title, remove);
  }

  #clicked(target) {
    if (target !== this.root && target !== this.field) return;
    this.field.focus();
    if (!this.listbox.isOpen) this.#look("");
  }

  #key(event) {
    if (event.isComposing || this.listbox.key(event)) return;
    const isEmpty = this.field.value === "";
    if (["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) {
      event.preventDefault();
      if (event.key !== "Enter") this.#look("");
    } else if (event.key === "Backspace" && this.isMulti && isEmpty && this.raws.length > 0) {
      this.#toggle(this.item(this.raws.at(-1)));
    }
  }

  /** Asks the source; an older answer never overtakes a newer question. */
  #look(query, pause = 0) {
    clearTimeout(this.#timer);
    const turn = (this.#asked += 1);
    this.#timer = setTimeout(async () => {
      if (!this.listbox.isOpen && pause > 0) this.listbox.show([], "Searching…");
      const answer = await this.source(query);
      if (turn === this.#asked && document.activeElement === this.field) this.#offer(answer, query);
    }, pause);
  }

  #offer({ groups, status }, query) {
    const mark = (option) => ({ ...option, selected: this.#has(option) });
    const marked = groups.map((group) => ({ ...group, options: group.options.map(mark) }));
    const on = marked.flatMap(({ options }) => options).findIndex(({ selected }) => selected);
    this.listbox.show(marked, status, query || this.isMulti ? 0 : on);
  }

  #has = ({ key }) => this.raws.some((raw) => this.item(raw).key === key);

  #pick(option) {
    if (this.isMulti) {
      this.#toggle(option);
      return this.#look("");
    }
    this.#set([option.raw]);
    this.field.select();
    return this.listbox.hide();
  }

  #toggle(option) {
    const rest = this.raws.filter((raw) => this.item(raw).key !== option.key);
    if (rest.length < this.raws.length) this.#set(rest);
    else if (rest.length < this.most) this.#set([...rest, option.raw]);
    this.field.focus();
  }

  #set(raws) {
    this.raws = raws;
    this.draw();
    this.picked(this.isMulti ? raws : (raws[0] ?? null));
  }

  /** An emptied field is no choice; a half-typed one is the choice from before. */
  #leave() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.listbox.hide();
    if (!this.isMulti && this.field.value === "" && this.raws.length > 0) this.#set([]);
    else this.draw();
  }
}
