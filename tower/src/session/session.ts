import { createStore, type Store } from "../store.ts";
import { readClaims } from "./token.ts";

/** Who uses the page. */
export type SessionState =
  | { readonly kind: "signedOut"; readonly notice: string | null }
  | { readonly kind: "signedIn"; readonly token: string; readonly name: string };

const KEPT_AS = "crossdock.tower.token";
/** The longest that a browser's timer takes. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * The token of who is signed in. It is kept for this tab only (sessionStorage), and forgotten when it ends, when the API
 * believes it no more, or when the person signs out.
 */
export interface Session {
  readonly state: Store<SessionState>;
  token(): string | null;
  signIn(token: string): void;
  signOut(): void;
  /** The API does not believe the token any more. */
  expire(): void;
}

export const session: Session = createSession();

function createSession(): Session {
  const state = createStore<SessionState>({ kind: "signedOut", notice: null });
  let timer: ReturnType<typeof setTimeout> | undefined;

  const leave = (notice: string | null) => {
    clearTimeout(timer);
    sessionStorage.removeItem(KEPT_AS);
    state.set({ kind: "signedOut", notice });
  };
  const expire = () => {
    if (state.get().kind === "signedIn")
      leave("Your session has ended. Sign in again to go on where you were.");
  };
  const signIn = (raw: string) => {
    const token = raw.trim().replace(/^Bearer\s+/i, "");
    const claims = readClaims(token);
    const leftMs = claims?.expiresAtMs == null ? null : claims.expiresAtMs - Date.now();
    if (leftMs !== null && leftMs <= 0) {
      leave("That token has ended.");
      return;
    }
    clearTimeout(timer);
    if (leftMs !== null) timer = setTimeout(expire, Math.min(leftMs, MAX_TIMER_MS));
    sessionStorage.setItem(KEPT_AS, token);
    state.set({ kind: "signedIn", token, name: claims?.name ?? "Operator" });
  };

  const session: Session = {
    state,
    token: () => {
      const now = state.get();
      return now.kind === "signedIn" ? now.token : null;
    },
    signIn,
    signOut: () => {
      leave(null);
    },
    expire,
  };
  const handed = takeHandedToken();
  const kept = handed ?? sessionStorage.getItem(KEPT_AS);
  if (kept !== null) signIn(kept);
  return session;
}

/** The start page of a local stack hands a token after the `#`, which no server sees; it does not stay in the history. */
function takeHandedToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(null, "", `${location.pathname}${location.search}`);
  return token;
}
