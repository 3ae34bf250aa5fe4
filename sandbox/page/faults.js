// Owns the faults bar: what can be broken on purpose, what is broken now, and whether the bot is
// up.

import { api } from "./api.js";
import { byId, el, keyed, refresh, toast } from "./dom.js";
import { icon } from "./icons.js";

/** Draws the switches, the bot's own, and the line that tells what a switch does. */
export function drawFaults(store) {
  const { faults, bot, ahead } = store.state;
  const rows = [...byService(faults), { service: "Bot", up: bot.up }];
  keyed(byId("faults"), rows, {
    key: ({ service }) => service,
    create: (row) => faultRow(row, store),
    update: (node, row) => updateRow(node, row, store),
  });
  drawBot(bot);
  drawTime(store, ahead);
  tellHelp(faults);
}

/** The switches of each service, in the order in which the sandbox names them. */
function byService(faults) {
  const rows = new Map();
  for (const fault of faults)
    rows.set(fault.service, [...(rows.get(fault.service) ?? []), fault]);
  return [...rows].map(([service, switches]) => ({ service, switches }));
}

function faultRow({ service, switches }, store) {
  const chips = el("span", { class: "fault-chips" }, switches ? null : killButton(store));
  return el(
    "div",
    { class: "fault-row", role: "group", "aria-label": `Faults: ${service}` },
    el("span", { class: "fault-service" }, service),
    chips,
  );
}

function updateRow(node, { switches, up }, store) {
  const chips = node.lastElementChild;
  if (!switches) return chips.firstElementChild.toggleAttribute("disabled", !up);
  return keyed(chips, switches, {
    key: ({ id }) => id,
    create: (fault) => faultSwitch(fault, store),
    update: updateSwitch,
  });
}

function faultSwitch(fault, store) {
  const toggle = (node) =>
    run(store, api.fault(fault.id, node.getAttribute("aria-checked") !== "true"));
  const node = el(
    "button",
    {
      type: "button",
      role: "switch",
      class: "fault",
      "aria-label": fault.label,
      onclick: () => toggle(node),
    },
    el("span", { class: "fault-light", "aria-hidden": "true" }),
    fault.short,
  );
  explain(node, fault.help);
  return node;
}

function updateSwitch(node, { active }) {
  node.setAttribute("aria-checked", String(active));
}

function killButton(store) {
  const help =
    "Ends the bot at once, wherever it is. It starts again by itself and goes on where it was.";
  const node = el(
    "button",
    {
      type: "button",
      class: "fault fault-kill",
      "aria-label": "Kill the bot",
      onclick: () => run(store, api.kill()),
    },
    icon("bolt"),
    "kill",
  );
  explain(node, help);
  return node;
}

const HOUR = 3600; // seconds
const STEPS = [
  [HOUR, "hour"],
  [24 * HOUR, "day"],
  [7 * 24 * HOUR, "week"],
];

/** The buttons that put the clock forward, where it can be, and by how much it was. */
function drawTime(store, ahead) {
  const row = byId("time");
  row.hidden = ahead === null;
  refresh(row, String(ahead), () => [
    el("span", { class: "fault-service" }, "Time"),
    el("span", { class: "fault-chips" }, ...STEPS.map((step) => timeButton(step, store)), passed(ahead)),
  ]);
}

function timeButton([seconds, name], store) {
  const node = el(
    "button",
    {
      type: "button",
      class: "fault fault-time",
      "aria-label": `Let ${name === "hour" ? "an" : "a"} ${name} pass`,
      "data-focus": `time/${name}`,
      onclick: () => run(store, api.time(seconds)),
    },
    `+1 ${name}`,
  );
  explain(node, "Lets time pass for everybody here: what is due by then is done, as it would be.");
  return node;
}

function passed(ahead) {
  const days = Math.floor(ahead / (24 * HOUR));
  const hours = Math.round(ahead / HOUR) % 24;
  const words = [days > 0 && `${days} d`, hours > 0 && `${hours} h`].filter(Boolean).join(" ");
  return words && el("span", { class: "muted time-passed" }, `${words} ahead`);
}

function explain(node, help) {
  node.setAttribute("aria-description", help);
  for (const event of ["pointerenter", "focus"])
    node.addEventListener(event, () => (byId("fault-help").textContent = help));
}

async function run(store, sent) {
  const answer = await sent;
  if (!answer.ok) toast(answer.error);
  await store.refresh();
}

function tellHelp(faults) {
  const line = byId("fault-help");
  const active = faults.filter((fault) => fault.active);
  if (line.textContent === "" || active.length > 0)
    line.textContent =
      active.at(-1)?.help ?? "Everything works. Switch a fault on and see what the bot does.";
}

function drawBot({ up, restarts }) {
  refresh(byId("bot-state"), JSON.stringify([up, restarts]), () =>
    [
      el("span", { class: `bot-light ${up ? "bot-up" : "bot-down"}`, "aria-hidden": "true" }),
      up ? "Bot is up" : "Bot is down",
      restarts > 0 &&
        el(
          "span",
          { class: "muted" },
          ` · restarted ${restarts === 1 ? "once" : `${restarts} times`}`,
        ),
    ].filter(Boolean),
  );
  const banner = byId("bot-down");
  banner.hidden = up;
  banner.textContent = up
    ? ""
    : "The bot is down. It is being started again; what it had begun is finished then.";
}
