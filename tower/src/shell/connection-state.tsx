import { connection, type Connection } from "../api/live.ts";
import { useNow } from "../clock.ts";
import { duration } from "../components/words.ts";
import { useStore } from "../store.ts";

const MS_PER_SECOND = 1_000;
const SAID = { idle: "Not connected", connecting: "Connecting …", live: "Live" } as const;

/** Whether what is shown is the present. Screen readers are told when that changes, not of each second. */
export function ConnectionState() {
  const state = useStore(connection);
  return (
    <>
      <span className="connection" data-kind={state.kind} aria-hidden>
        {state.kind === "lost" ? <Stale state={state} /> : SAID[state.kind]}
      </span>
      <span className="hidden" role="status">
        {state.kind === "lost" ? "Connection lost: what is shown may be old." : SAID[state.kind]}
      </span>
    </>
  );
}

function Stale({ state }: { readonly state: Extract<Connection, { readonly kind: "lost" }> }) {
  const seconds = (useNow() - state.sinceMs) / MS_PER_SECOND;
  return <>Reconnecting, stale since {duration(Math.max(0, seconds))}</>;
}
