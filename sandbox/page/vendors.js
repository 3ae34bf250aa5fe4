// Owns the vendors beside the conversation: who has which account, shown as it changes, the calls
// that did it, and what people do there beside Slack, such as to accept an invitation.

import { api } from "./api.js";
import { callTime, shortDay } from "./dates.js";
import { byId, el, keyed, play, refresh, toast } from "./dom.js";

const TONES = [
  [/^(active|enabled|done|member|confirmed|accepted|yes)/i, "good"],
  [/(invit|pending|wait|unconfirmed|unverified|scheduled)/i, "wait"],
  [/(suspend|disabl|deactiv|inactive|expired|revoked|locked|blocked|removed|archived)/i, "off"],
];
const LEAVING = 700; // milliseconds; as long as the animation in beside.css

const toneOf = (state) => TONES.find(([pattern]) => pattern.test(state ?? ""))?.[1] ?? "plain";

/** Draws one panel for each vendor. */
export function drawVendors(store) {
  const { state } = store;
  const root = byId("vendors");
  const quiet = !root.hasChildNodes();
  keyed(root, state.vendors, {
    key: ({ name }) => name,
    create: () => panel(),
    update: (node, vendor) => update(node, vendor, store, quiet),
  });
  const total = state.vendors.reduce((sum, { accounts }) => sum + accounts.length, 0);
  byId("account-count").textContent = `${total} ${total === 1 ? "account" : "accounts"}`;
}

function panel() {
  const parts = {
    head: el("header", { class: "vendor-head" }),
    accounts: el("ul", { class: "accounts" }),
    none: el("p", { class: "vendor-none" }, "No accounts."),
    calls: el("ol", { class: "call-list" }),
    last: el("summary", {}),
  };
  parts.details = el("details", { class: "calls" }, parts.last, parts.calls);
  return Object.assign(
    el("section", { class: "vendor" }, parts.head, parts.accounts, parts.none, parts.details),
    { parts },
  );
}

function update(node, vendor, store, quiet) {
  const { parts } = node;
  const troubles = store.state.faults.filter((fault) => fault.active && fault.id.startsWith(`${vendor.name}_`));
  node.setAttribute("aria-label", vendor.title);
  node.classList.toggle("vendor-troubled", troubles.length > 0);
  refresh(parts.head, JSON.stringify([vendor.title, vendor.accounts.length, troubles]), () =>
    heading(vendor, troubles),
  );
  keyed(parts.accounts, vendor.accounts, {
    key: ({ id }) => String(id),
    create: () => el("li", { class: "account" }),
    update: (row, account, isNew) => drawAccount(row, { vendor, account, store }, isNew && !quiet),
    leave: quiet ? undefined : leave,
  });
  parts.none.hidden = vendor.accounts.length > 0;
  drawCalls(parts, vendor.calls);
}

function heading({ title, name, accounts }, troubles) {
  return [
    el(
      "span",
      { class: "vendor-mark", "aria-hidden": "true", vars: { "--hue": String(hue(name)) } },
      `${title.at(0)}${title.at(-1)}`,
    ),
    el("h3", {}, title),
    troubles.map((fault) =>
      el(
        "span",
        { class: "pill pill-bad" },
        fault.short,
      ),
    ),
    el(
      "span",
      { class: "vendor-count muted", "aria-label": `${accounts.length} accounts` },
      String(accounts.length),
    ),
  ].flat();
}

/** A vendor's own hue, the same at every visit. */
const hue = (name) =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);

function drawAccount(row, { vendor, account, store }, isNew) {
  const { who, access, state, until, acts = [] } = account;
  const changed = refresh(row, JSON.stringify([who, access, state, until, acts]), () => [
    el("span", { class: "account-who", title: who }, who),
    el(
      "span",
      { class: `pill pill-${toneOf(state)}` },
      state === "invited" && until ? `invited until ${shortDay(until)}` : state,
    ),
    el("span", { class: "account-access" }, access || "no access"),
    acts.length > 0 &&
      el(
        "span",
        { class: "account-acts" },
        acts.map((act) => actButton(act, { vendor, account, store })),
      ),
  ].filter(Boolean));
  if (changed || isNew) play(row, "account-fresh");
}

function actButton({ id, label }, { vendor, account, store }) {
  const run = async () => {
    const answer = await api.vendor(vendor.name, account.id, id);
    if (!answer.ok) toast(answer.error);
    await store.refresh();
  };
  const spoken = `${label}: ${account.who} at ${vendor.title}`;
  return el(
    "button",
    { type: "button", class: "act", onclick: run, "aria-label": spoken },
    label,
  );
}

function leave(row) {
  row.classList.add("account-leaving");
  row.setAttribute("aria-hidden", "true");
  setTimeout(() => row.remove(), LEAVING);
}

function drawCalls(parts, calls) {
  parts.details.hidden = calls.length === 0;
  if (calls.length === 0) return;
  refresh(parts.last, JSON.stringify(calls[0]), () =>
    [el("span", { class: "unseen" }, "Last calls, newest: "), call(calls[0])].flat(),
  );
  refresh(parts.calls, JSON.stringify(calls), () => calls.map((one) => el("li", {}, call(one))));
}

function call({ at, method, path, status }) {
  const tone =
    status >= 200 && status < 300 ? "good" : status >= 400 && status < 500 ? "wait" : "bad";
  return [
    el("span", { class: "call-method" }, method),
    el("span", { class: "call-path", title: path }, path),
    el("span", { class: `call-status tone-${tone}` }, String(status ?? "lost")),
    el("time", { class: "call-time" }, callTime(at)),
  ];
}
