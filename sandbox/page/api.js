// Owns the wire to the sandbox: one function per address, and the stream of "something changed".
// Every answer is {ok} or {ok: false, error}; a sandbox that does not answer reads the same way.

const RETRY_FIRST = 500;
const RETRY_MOST = 8000;

const post = (path, body) => send(path, "application/json", JSON.stringify(body));

async function send(path, type, body) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "content-type": type }, body });
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.ok !== false) return { ok: true, ...answer };
    return { ok: false, error: answer.error ?? `The sandbox answered ${response.status}.` };
  } catch {
    return { ok: false, error: "The sandbox does not answer. Is it still running?" };
  }
}

export const api = {
  command: (as, channel, text) => post("/api/command", { as, channel, text }),
  action: (as, what) => post("/api/action", { as, ...what }),
  viewAction: (as, what) => post("/api/view/action", { as, ...what }),
  viewSubmit: (as, viewId, values) => post("/api/view/submit", { as, view_id: viewId, values }),
  viewClose: (as, viewId) => post("/api/view/close", { as, view_id: viewId }),
  homeOpen: (as) => post("/api/home/open", { as }),
  homeAction: (as, what) => post("/api/home/action", { as, ...what }),
  upload: (as, file) =>
    send(`/api/file?${new URLSearchParams({ as, name: file.name })}`, "text/csv", file),
  options: (as, what) => post("/api/options", { as, ...what }),
  fault: (id, active) => post("/api/fault", { id, active }),
  vendor: (vendor, account, act) => post("/api/vendor", { vendor, account, act }),
  kill: () => post("/api/kill", {}),
  time: (seconds) => post("/api/time", { seconds }),

  /** What `as` sees right now; null for somebody unknown. Throws where the sandbox is away. */
  async state(as) {
    const response = await fetch(`/api/state?as=${encodeURIComponent(as)}`);
    if (!response.ok) return null;
    const state = await response.json();
    return state.users ? state : null;
  },
};

/**
 * Calls `changed(version)` at every change and `live(bool)` as the stream comes and goes; returns
 * how to stop.
 */
export function listen(as, { changed, live }) {
  let source = null;
  let timer = null;
  let wait = RETRY_FIRST;
  let wasLost = false;
  const open = () => {
    source = new EventSource(`/api/events?as=${encodeURIComponent(as)}`);
    source.onopen = () => {
      wait = RETRY_FIRST;
      live(true);
      if (wasLost) changed(null); // a sandbox that started anew may count to the same number
      wasLost = false;
    };
    source.onmessage = (event) => changed(JSON.parse(event.data).version);
    source.onerror = () => {
      live(false);
      wasLost = true;
      source.close();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, RETRY_MOST);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
