// Owns the bot's Home tab.

import { api } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { byId, el, toast } from "./dom.js";
import { FormValues } from "./values.js";

/** The Home of the person the store speaks for. */
export class Home {
  #owner = null;
  #form = new FormValues();

  constructor(store) {
    this.store = store;
    this.root = byId("home");
  }

  draw() {
    const { state, me } = this.store;
    if (this.#owner !== me || !state.home) this.#begin(me);
    if (state.home) {
      this.root.querySelector(".home-empty")?.remove();
      drawBlocks(this.root, state.home.blocks, this.#context(me));
    }
  }

  #begin(me) {
    this.#owner = me;
    this.#form = new FormValues();
    this.root.replaceChildren(
      el("p", { class: "home-empty muted" }, "The bot has not drawn this page yet."),
    );
  }

  #context(me) {
    return {
      people: this.store.people(),
      form: this.#form,
      act: async (blockId, element, value) => {
        const answer = await api.homeAction(me, {
          block_id: blockId,
          action_id: element.action_id,
          value,
        });
        if (!answer.ok) toast(answer.error);
        await this.store.refresh();
      },
      options: (blockId, actionId, query) =>
        api.options(me, {
          view_id: null,
          channel: null,
          ts: null,
          block_id: blockId,
          action_id: actionId,
          query,
        }),
    };
  }
}
