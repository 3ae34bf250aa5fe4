// Owns one modal view: its fields and what they hold, Slack's own checks before it is sent, the
// errors beside the fields, and its buttons.

import { api } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { el, freshId, refresh } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { entrance, reachable } from "./trap.js";
import { FormValues } from "./values.js";

/** The form of one view; `close` closes it, `redraw` draws the dialog again. */
export class ViewForm {
  #view = null;
  #values = new FormValues();
  #refused = {}; // what the checks before sending found
  #shown = ""; // the errors that are drawn
  #left = null; // the field that had the focus last
  #entered = false;
  #parts = {
    back: el("span", { class: "dialog-back" }),
    title: el("h2", { class: "dialog-title", id: freshId("title") }),
    body: el("div", { class: "dialog-body" }),
    alert: el("p", { class: "field-error", role: "alert" }),
    buttons: el("div", { class: "dialog-foot-buttons" }),
  };

  constructor(store, viewId, { close, redraw }) {
    Object.assign(this, { store, viewId, close, redraw });
    const { back, title, body, alert, buttons } = this.#parts;
    const naming = { class: "quiet-button", "aria-label": "Close" };
    const cross = el("button", { type: "button", ...naming, onclick: close }, icon("close"));
    this.node = el(
      "form",
      { class: "dialog-form", novalidate: true, autocomplete: "off" },
      el("div", { class: "dialog-head" }, back, title, cross),
      body,
      el("div", { class: "dialog-foot" }, alert, buttons),
    );
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.node.addEventListener("focusin", ({ target }) => {
      if (this.#entered) this.#left = target;
    });
  }

  get titleId() {
    return this.#parts.title.id;
  }

  /** Draws `view`, which lies on `depth` others. */
  draw(view, depth) {
    const { back, title, body, buttons } = this.#parts;
    this.#view = view;
    refresh(back, String(depth > 0), () => (depth > 0 ? [icon("back")] : []));
    refresh(title, JSON.stringify(view.title), () => plain(view.title?.text));
    refresh(buttons, JSON.stringify([view.submit, view.close]), () => this.#buttons(view));
    const errors = Object.keys(this.#refused).length > 0 ? this.#refused : (view.errors ?? {});
    drawBlocks(body, view.blocks, this.#context(errors));
    this.#showErrors(errors);
  }

  /**
   * Moves the focus to the field that had it last, or the first; never to the cross, as <dialog>
   * would.
   */
  enter() {
    const field = this.#left?.isConnected ? this.#left : entrance(this.#parts.body);
    const { buttons } = this.#parts;
    (field ?? buttons.lastElementChild).focus();
    this.#entered = true;
  }

  /** Tells what the sandbox answered, where it is bad news. */
  say({ ok, error }) {
    this.#parts.alert.textContent = ok ? "" : error;
  }

  #buttons({ submit, close }) {
    const words = close?.text ?? (submit ? "Cancel" : "Close");
    const no = { type: "button", class: "button", "data-focus": "close", onclick: this.close };
    const yes = { type: "submit", class: "button button-primary", "data-focus": "submit" };
    const buttons = [el("button", no, plain(words))];
    if (submit) buttons.push(el("button", yes, plain(submit.text)));
    return buttons;
  }

  #context(errors) {
    const { store, viewId } = this;
    const { me } = store;
    return {
      people: store.people(),
      form: this.#values,
      errors,
      act: async (blockId, element, value) => {
        const where = { view_id: viewId, block_id: blockId, action_id: element.action_id };
        const values = this.#values.collect(this.#view.blocks);
        this.say(await api.viewAction(me, { ...where, value, values }));
        await store.refresh();
      },
      options: (blockId, actionId, query) =>
        api.options(me, {
          view_id: viewId,
          channel: null,
          ts: null,
          block_id: blockId,
          action_id: actionId,
          query,
        }),
      upload: (file) => api.upload(me, file),
    };
  }

  /** Puts the focus on the first field with an error; errors of no field are said at the foot. */
  #showErrors(errors) {
    const signature = JSON.stringify(errors);
    if (signature === this.#shown) return;
    this.#shown = signature;
    const known = new Set(this.#view.blocks.map((block) => block.block_id));
    const strays = Object.entries(errors).filter(([blockId]) => !known.has(blockId));
    this.#parts.alert.textContent = strays.map(([, text]) => text).join(" ");
    const invalid = this.node.querySelector("[aria-invalid='true']");
    if (!invalid) return;
    (invalid.tabIndex < 0 ? reachable(invalid)[0] : invalid)?.focus();
    invalid.closest(".block").scrollIntoView({ block: "nearest" });
  }

  async #submit() {
    const button = this.#parts.buttons.querySelector("[type='submit']");
    if (!button || button.getAttribute("aria-busy")) return;
    this.#refused = this.#values.errors(this.#view.blocks);
    this.#shown = "";
    if (Object.keys(this.#refused).length > 0) return this.redraw();
    button.setAttribute("aria-busy", "true");
    const values = this.#values.collect(this.#view.blocks);
    const answer = await api.viewSubmit(this.store.me, this.viewId, values);
    button.removeAttribute("aria-busy");
    await this.store.refresh();
    if (!answer.ok) this.say(answer);
    return undefined;
  }
}
