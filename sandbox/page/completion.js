// Owns what can complete the text before the caret: a slash command at its start, a person after an
// @.

import { avatar } from "./avatar.js";

const COMMAND = /^\/\S*$/;
const PERSON = /(?:^|\s)@([\w.-]*)$/;

/**
 * Options for the listbox: each with the `start` of what it replaces, the `text` that takes its
 * place, and whether it is `exact` already (Enter then sends instead of completing).
 */
export function completions(before, { commands, users }) {
  if (COMMAND.test(before)) return commands.filter(startsWith(before)).map(commandOption(before));
  const person = PERSON.exec(before);
  if (!person) return [];
  const query = person[1].toLowerCase();
  const start = before.length - query.length - 1;
  return users.filter(isCalled(query)).sort(byRank).map(userOption(query, start));
}

const startsWith = (typed) => (one) => one.command.startsWith(typed.toLowerCase());

const commandOption =
  (typed) =>
  ({ command, description, usage_hint: usage }) => ({
    title: command,
    usage,
    note: description,
    start: 0,
    text: `${command} `,
    exact: command === typed,
  });

const isCalled =
  (query) =>
  ({ name, real_name: real }) =>
    [name, ...(real ?? "").split(/\s+/)].some((word) => word.toLowerCase().startsWith(query));

const rank = (user) => (user.deleted ? 2 : 0) + (user.is_bot ? 1 : 0);
const byRank = (one, other) => rank(one) - rank(other);

const userOption = (query, start) => (user) => ({
  title: user.real_name || user.name,
  usage: `@${user.name}`,
  note: user.title,
  tag: standing(user),
  lead: () => avatar(user),
  start,
  text: `@${user.name} `,
  exact: user.name.toLowerCase() === query,
});

/** What sets somebody apart from a member, in a word; null for members. */
export function standing(user) {
  if (user.deleted) return "deactivated";
  if (user.is_bot) return "app";
  return user.is_restricted ? "guest" : null;
}
