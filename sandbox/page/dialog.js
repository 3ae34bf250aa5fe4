// Owns the dialog in which modals stand: a stack of views that shows its top and keeps those below
// as they were. Escape and the cross close the top view; the focus goes back to where it was when
// the last one is gone.

import { api } from "./api.js";
import { byId, el, keyed } from "./dom.js";
import { trapTab } from "./trap.js";
import { ViewForm } from "./view.js";

/** The dialog of the person the store speaks for. */
export class Modals {
  #opener = null;
  #owner = null;
  #top = null;
  #forms = new WeakMap();

  constructor(store) {
    this.store = store;
    this.dialog = el("dialog", { class: "dialog", id: "modal" });
    document.body.append(this.dialog);
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("cancel", (event) => {
      if (event.target !== this.dialog) return; // a file field or a menu inside was cancelled
      event.preventDefault();
      this.#close();
    });
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("[popover]")) {
      event.preventDefault();
      this.#close();
    }
    trapTab(event, this.dialog);
  }

  /** Draws the views of the store's state; opens and closes the dialog with them. */
  draw() {
    const { state, me } = this.store;
    if (this.#owner !== me) this.dialog.replaceChildren();
    this.#owner = me;
    const views = state.modals.map((view, depth) => ({ view, depth }));
    keyed(this.dialog, views, {
      key: ({ view }) => view.view_id,
      create: ({ view }) => this.#create(view.view_id),
      update: (node, { view, depth }) => this.#forms.get(node).draw(view, depth),
    });
    this.#showTop(this.#forms.get(this.dialog.lastElementChild) ?? null);
  }

  #create(viewId) {
    const form = new ViewForm(this.store, viewId, {
      close: () => this.#close(),
      redraw: () => this.draw(),
    });
    this.#forms.set(form.node, form);
    return form.node;
  }

  #showTop(top) {
    const before = this.#top;
    this.#top = top;
    if (!top) return this.#hide();
    for (const node of this.dialog.children) node.hidden = node !== top.node;
    this.dialog.setAttribute("aria-labelledby", top.titleId);
    if (!this.dialog.open) {
      this.#opener = document.activeElement;
      this.dialog.showModal();
    }
    if (top !== before) top.enter();
    return undefined;
  }

  #hide() {
    if (!this.dialog.open) return;
    this.dialog.close();
    const canReturn = this.#opener?.isConnected && this.#opener !== document.body;
    (canReturn ? this.#opener : byId("composer")).focus();
  }

  async #close() {
    const top = this.#top;
    if (!top) return;
    top.say(await api.viewClose(this.store.me, top.viewId));
    await this.store.refresh();
  }
}
