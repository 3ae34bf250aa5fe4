// Owns the box in which messages and commands are written: its completion, what a command expects,
// Enter to send, the arrow up for what was sent before, and a draft for each channel.

import { api } from "./api.js";
import { completions } from "./completion.js";
import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";

const KEYS = [
  ["/", "commands"],
  ["@", "people"],
  ["Enter", "send"],
];

/** The one composer of the page. */
export class Composer {
  #sent = [];
  #back = 0; // how many messages back the arrow up has gone
  #drafts = new Map();
  #where = null;

  constructor(store) {
    this.store = store;
    this.field = byId("composer");
    this.hint = byId("composer-hint");
    this.error = byId("composer-error");
    this.list = new Listbox(this.field, {
      label: "Completions",
      pickKeys: ["Enter", "Tab"],
      onPick: (option) => this.#replace(option.start, option.text),
    });
    byId("composer-tools").prepend(
      this.#tool("Commands", "slash", "/"),
      this.#tool("Mention somebody", "at", "@"),
    );
    byId("send").append(icon("send"));
    this.#listen();
  }

  #tool(label, name, text) {
    const properties = { type: "button", class: "quiet-button", "aria-label": label, title: label };
    return el("button", { ...properties, onclick: () => this.begin(text) }, icon(name));
  }

  #listen() {
    byId("composer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("click", () => this.#complete());
    this.field.addEventListener("blur", () => this.list.hide());
  }

  /** Shows the draft of the channel the store looks at. */
  draw() {
    const { me, place } = this.store;
    const here = `${me}/${place}`;
    if (here === this.#where) return;
    if (this.#where) this.#drafts.set(this.#where, this.field.value);
    this.#where = here;
    const channel = this.store.people().channels.get(place);
    this.field.placeholder = channel.is_im ? "Message the bot" : `Message #${channel.name}`;
    this.#write(this.#drafts.get(here) ?? "");
  }

  /** Begins a command or a mention. */
  begin(mark) {
    const { value } = this.field;
    this.field.focus();
    if (mark === "/") this.#write(value.startsWith("/") ? value : `/${value}`);
    else this.#write(`${value}${value === "" || /\s$/.test(value) ? "" : " "}${mark}`);
    this.#complete();
  }

  #write(text) {
    this.field.value = text;
    this.field.setSelectionRange(text.length, text.length);
    this.#typed();
    this.list.hide();
  }

  #key(event) {
    const isWhole = event.key === "Enter" && this.list.active?.exact;
    if ((!isWhole && this.list.key(event)) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && (this.field.value === "" || this.#back > 0)) {
      this.#recall(event, 1);
    } else if (event.key === "ArrowDown" && this.#back > 0) this.#recall(event, -1);
  }

  #recall(event, step) {
    event.preventDefault();
    const back = Math.min(Math.max(this.#back + step, 0), this.#sent.length);
    this.#write(back > 0 ? this.#sent.at(-back) : "");
    this.#back = back;
  }

  #typed() {
    this.#back = 0;
    this.error.textContent = "";
    this.hint.replaceChildren(...this.#help());
    this.#complete();
  }

  #help() {
    const [word] = this.field.value.split(/\s/);
    const found = this.store.state.commands.find(({ command }) => command === word);
    if (!found)
      return KEYS.map(([key, does]) =>
        el("span", { class: "key" }, el("kbd", {}, key), ` ${does}`),
      );
    const { command, usage_hint: usage, description } = found;
    return [
      el("code", {}, `${command} ${usage ?? ""}`),
      el("span", { class: "muted" }, description),
    ];
  }

  #complete() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const options =
      document.activeElement === this.field ? completions(before, this.store.state) : [];
    if (options.length > 0) this.list.show([{ options }]);
    else this.list.hide();
  }

  #replace(start, text) {
    const { value, selectionStart } = this.field;
    const after = value.slice(selectionStart).replace(/^ /, "");
    this.#write(`${value.slice(0, start)}${text}${after}`);
    this.field.setSelectionRange(start + text.length, start + text.length);
    this.field.focus();
    this.#complete();
  }

  /** Sends what is written; it comes back into the box where the sandbox refuses it. */
  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const { me, place } = this.store;
    this.#sent.push(text);
    this.#write("");
    const answer = await api.command(me, place, text);
    if (!answer.ok) {
      if (this.field.value === "" && this.store.place === place) this.#write(text);
      this.error.textContent = answer.error;
    }
    await this.store.refresh();
  }
}
