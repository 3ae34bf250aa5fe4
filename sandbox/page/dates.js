// Owns how times are written: the clock beside a message, the divider between days, and Slack's
// <!date^…> tokens (https://docs.slack.dev/messaging/formatting-message-text/#date-formatting).
// Times are the reader's own zone.

const format = (options) => new Intl.DateTimeFormat("en", options);
const CLOCK = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const CLOCK_SECONDS = format({
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const NUMERIC = new Intl.DateTimeFormat("en-CA", {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});
const LONG = format({ month: "long", day: "numeric", year: "numeric" });
const SHORT = format({ month: "short", day: "numeric", year: "numeric" });
const FULL = format({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const DAY = format({ weekday: "long", month: "long", day: "numeric" });
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export const fromTs = (ts) => new Date(Number.parseFloat(ts) * 1000);
export const clock = (date) => CLOCK.format(date);
export const clockSeconds = (date) => CLOCK_SECONDS.format(date);
export const dayKey = (date) => NUMERIC.format(date);

/** "Today", "Yesterday", or the day's name and date. */
export const dayTitle = (date) => nearDay(date) ?? DAY.format(date);

function nearDay(date) {
  const now = new Date();
  const away = Math.round((startOfDay(date) - startOfDay(now)) / 86400000);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[away] ?? null;
}

const nearWord = (date) => nearDay(date)?.toLowerCase();

const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

function ago(date) {
  const seconds = (date - new Date()) / 1000;
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return RELATIVE.format(Math.round(seconds / length), unit);
}

const TOKENS = {
  date_num: (date) => NUMERIC.format(date),
  date_slash: (date) => NUMERIC.format(date).replaceAll("-", "/"),
  date: (date) => LONG.format(date),
  date_short: (date) => SHORT.format(date),
  date_long: (date) => FULL.format(date),
  date_pretty: (date) => nearWord(date) ?? LONG.format(date),
  date_short_pretty: (date) => nearWord(date) ?? SHORT.format(date),
  date_long_pretty: (date) => nearWord(date) ?? FULL.format(date),
  day_divider_pretty: (date) => dayTitle(date),
  time: (date) => CLOCK.format(date),
  time_secs: (date) => CLOCK_SECONDS.format(date),
  ago,
};

/** Fills the {tokens} of a Slack date; `fallback` where the timestamp is no number. */
export function slackDate(timestamp, pattern, fallback) {
  const date = fromTs(timestamp);
  if (Number.isNaN(date.getTime())) return fallback;
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(date) ?? whole);
}

/** A day as short as it can be told: "tomorrow", or "Dec 6, 2026". */
export const shortDay = (seconds) => TOKENS.date_short_pretty(fromTs(seconds));

/** When a call happened, whether the sandbox wrote seconds since 1970 or an ISO time. */
export function callTime(at) {
  const date = /^\d+(\.\d+)?$/.test(String(at)) ? fromTs(at) : new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : clockSeconds(date);
}
