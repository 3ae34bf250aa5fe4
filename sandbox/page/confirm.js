// Owns the question Slack asks before an element with a `confirm` object acts.

import { el, freshId } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";
import { trapTab } from "./trap.js";

/** Asks; resolves to whether the person said yes. The focus returns to where it was. */
export function confirmed({ title, text, confirm, deny, style }, people) {
  const titleId = freshId("confirm");
  const no = el("button", { type: "button", class: "button" }, plain(deny?.text ?? "Cancel"));
  const yes = el(
    "button",
    { type: "button", class: `button button-${style ?? "primary"}` },
    plain(confirm?.text ?? "Yes"),
  );
  const dialog = el(
    "dialog",
    {
      class: "dialog dialog-small",
      role: "alertdialog",
      "aria-labelledby": titleId,
      "aria-describedby": `${titleId}-text`,
    },
    el(
      "div",
      { class: "dialog-body" },
      el("h2", { id: titleId, class: "dialog-title" }, plain(title?.text ?? "Are you sure?")),
      el("div", { id: `${titleId}-text`, class: "prose" }, textObject(text, people)),
    ),
    el("div", { class: "dialog-foot" }, no, yes),
  );
  return ask(dialog, yes, no);
}

function ask(dialog, yes, no) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    const end = (answer) => {
      dialog.remove();
      before?.focus();
      resolve(answer);
    };
    yes.addEventListener("click", () => end(true));
    no.addEventListener("click", () => end(false));
    dialog.addEventListener("cancel", () => end(false));
    dialog.addEventListener("keydown", (event) => trapTab(event, dialog));
  });
}
