// Owns where a select's options come from (its own block, the workspace's people and channels, or
// the bot), and how one chosen value reads. A source is a function: query -> Promise<{groups,
// status}> for the listbox.

import { avatar } from "./avatar.js";

const DEFAULT_MIN_QUERY = 3; // Slack's own for external selects

const bare = (type) => type.replace(/^multi_/, "");
const matches = (option, query) =>
  `${option.title} ${option.note ?? ""}`.toLowerCase().includes(query.trim().toLowerCase());

function fromOption(option) {
  return {
    key: option.value,
    title: option.text.text,
    note: option.description?.text,
    raw: option,
  };
}

function fromUser(user) {
  return {
    key: user.id,
    title: user.real_name || user.name,
    note: user.title,
    tag: user.is_restricted ? "guest" : null,
    lead: () => avatar(user),
    raw: user.id,
  };
}

const fromChannel = (channel) => ({ key: channel.id, title: `#${channel.name}`, raw: channel.id });

const optionGroups = ({ options = [], option_groups: groups }) =>
  groups
    ? groups.map((group) => ({ label: group.label.text, options: group.options.map(fromOption) }))
    : [{ options: options.map(fromOption) }];

const LOCAL = {
  static_select: (element) => optionGroups(element),
  users_select: (_, { people }) => [
    {
      options: [...people.users.values()]
        .filter((user) => !user.is_bot && !user.deleted)
        .map(fromUser),
    },
  ],
  channels_select: (_, { people }) => [
    { options: [...people.channels.values()].filter((channel) => !channel.is_im).map(fromChannel) },
  ],
};
LOCAL.conversations_select = LOCAL.channels_select;

function filtered(groups, query) {
  return groups
    .map((group) => ({
      ...group,
      options: group.options.filter((option) => matches(option, query)),
    }))
    .filter((group) => group.options.length > 0);
}

/** The source of `element`'s options on the surface that `context` describes. */
export function sourceOf(element, context, blockId) {
  if (bare(element.type) === "external_select") return external(element, context, blockId);
  return async (query) => {
    const groups = filtered(LOCAL[bare(element.type)](element, context), query);
    return { groups, status: groups.length > 0 ? "" : "Nothing matches." };
  };
}

function external(element, context, blockId) {
  const least = element.min_query_length ?? DEFAULT_MIN_QUERY;
  return async (query) => {
    if (query.trim().length < least)
      return { groups: [], status: `Type ${least} or more characters to search.` };
    const answer = await context.options(blockId, element.action_id, query);
    if (!answer.ok) return { groups: [], status: answer.error };
    const groups = optionGroups(answer).filter((group) => group.options.length > 0);
    return { groups, status: groups.length > 0 ? "" : "Nothing matches." };
  };
}

/** The listbox option for a value that is already chosen. */
export function chosen(element, raw, { people }) {
  if (typeof raw === "object") return fromOption(raw);
  const user = people.users.get(raw);
  if (user) return fromUser(user);
  const channel = people.channels.get(raw);
  return channel ? fromChannel(channel) : { key: raw, title: raw, raw };
}
