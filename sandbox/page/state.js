// Owns what the page knows: who I am, where I look, the newest state from the sandbox, and what I
// have read. Person and place live in the address (#person/place), so that a reload keeps them and
// two tabs can be two people.

import { api, listen } from "./api.js";

export const HOME = "home";
const RETRY = 1500; // milliseconds, until the sandbox has answered once
const DIRECT = "direct"; // my direct messages with the bot, whatever their id

const SLACKBOT = { id: "USLACKBOT", name: "slackbot", real_name: "Slackbot", is_bot: true };

/** The users, with the app that this page is about marked among other bots. */
function withApp({ users, channels }) {
  const app = channels.find((channel) => channel.is_im)?.with;
  const isApp = ({ id, is_bot: isBot, name }) => (app ? id === app : isBot && name === "aboard");
  return users.map((user) => ({ ...user, is_app: isApp(user) }));
}

/** What one person sees; tells its listeners after every change. */
export class Store {
  #listeners = new Set();
  #stop = () => {};
  #fetching = null;
  #again = false;
  #read = JSON.parse(sessionStorage.getItem("aboard.read") ?? "{}");

  me = "";
  place = "";
  live = true;
  state = null;

  /** Calls `listener(store)` after every change. */
  subscribe(listener) {
    this.#listeners.add(listener);
  }

  /** Reads the address, then the sandbox, and keeps following both. */
  async start() {
    window.addEventListener("hashchange", () => this.#follow());
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    this.#follow();
  }

  addressOf = (place) => `#${this.me}/${place}`;

  /** Speaks for `me` from now on, in the same place where they have it. */
  become(me) {
    const isDirect = this.state?.channels.some(
      (channel) => channel.is_im && channel.id === this.place,
    );
    location.hash = `#${me}/${isDirect ? DIRECT : this.place}`;
  }

  #follow() {
    const [me = "", place = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
    const moved = place !== this.place;
    this.place = place;
    if (me !== this.me || !this.state) this.#enter(me);
    else if (moved) {
      this.#settle();
      this.#arrive();
    }
    this.#tell();
  }

  #enter(me) {
    this.me = me;
    this.state = null;
    this.#stop();
    this.refresh();
  }

  #listen(me) {
    this.#stop();
    this.#stop = listen(me, {
      changed: (version) => (version === null || version !== this.state?.version) && this.refresh(),
      live: (live) => {
        this.live = live;
        this.#tell();
      },
    });
  }

  /** Fetches the state again; calls made meanwhile are one more fetch, not many. */
  refresh() {
    if (this.#fetching) {
      this.#again = true;
      return this.#fetching;
    }
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = null;
      if (this.#again) {
        this.#again = false;
        this.refresh();
      }
    });
    return this.#fetching;
  }

  async #fetch() {
    const asked = this.me;
    let state;
    try {
      state = await api.state(asked);
    } catch {
      this.live = false;
      setTimeout(() => this.state ?? this.refresh(), RETRY);
      return this.#tell();
    }
    if (asked !== this.me || !state) {
      if (asked === this.me) this.me = ""; // nobody we know, as after a new start: whoever is first
      this.#again = true;
      return undefined;
    }
    this.#accept(state);
    return this.#tell();
  }

  #accept(state) {
    const arrived = this.state === null;
    this.live = true;
    this.me = state.me;
    this.state = { ...state, users: withApp(state) };
    this.#settle();
    if (!arrived) return;
    history.replaceState(null, "", this.addressOf(this.place));
    this.#listen(state.me);
    this.#arrive();
  }

  /** Turns to the nearest place where the one asked for is none of theirs. */
  #settle() {
    if (this.#exists(this.place)) return;
    this.place = this.#nearestPlace();
    history.replaceState(null, "", this.addressOf(this.place));
  }

  #exists = (place) =>
    place === HOME || this.state.channels.some((channel) => channel.id === place);

  #nearestPlace() {
    const wantsDirect = this.place === DIRECT;
    const { channels } = this.state;
    return (channels.find((channel) => channel.is_im === wantsDirect) ?? channels[0])?.id ?? HOME;
  }

  #arrive() {
    if (this.place === HOME && this.state) api.homeOpen(this.me);
  }

  #tell() {
    if (this.state && this.place !== HOME && !document.hidden) this.#markRead(this.place);
    for (const listener of this.#listeners) listener(this);
  }

  /** How many messages by others in `channel` came after what I have read. */
  unread(channel) {
    const since = this.#read[`${this.me}/${channel}`] ?? "0";
    return this.messages(channel).filter(
      (message) => message.user !== this.me && message.ts > since,
    ).length;
  }

  messages = (channel) => this.state?.messages[channel] ?? [];

  #markRead(channel) {
    const newest = this.messages(channel)
      .map((message) => message.ts)
      .sort()
      .at(-1);
    if (!newest) return;
    this.#read[`${this.me}/${channel}`] = newest;
    sessionStorage.setItem("aboard.read", JSON.stringify(this.#read));
  }

  /** Names for mentions: users, groups and channels by id, and who I am. */
  people() {
    return {
      me: this.me,
      users: new Map([...this.state.users, SLACKBOT].map((user) => [user.id, user])),
      groups: new Map((this.state.usergroups ?? []).map((group) => [group.id, group])),
      channels: new Map(this.state.channels.map((channel) => [channel.id, channel])),
    };
  }
}
