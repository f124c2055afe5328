/** An access token and how long it may be used. */
export type AccessToken = { readonly token: string; readonly lifetimeMs: number };

/** One token for all calls, fetched once however many ask, renewed before it ends. */
export interface TokenSource {
  get(signal: AbortSignal): Promise<string>;
  /** The source refused the token: the next `get` fetches a new one. */
  drop(token: string): void;
}

const RENEW_BEFORE_MS = 60_000;

/** @param fetchToken asks the source's token endpoint */
export function createTokenSource(
  fetchToken: (signal: AbortSignal) => Promise<AccessToken>,
  now: () => number = Date.now,
): TokenSource {
  let current: { readonly token: string; readonly renewAt: number } | null = null;
  let pending: Promise<string> | null = null;

  const renew = async (): Promise<string> => {
    // Many calls wait for this one: it must not end because the first of them gave up.
    const { token, lifetimeMs } = await fetchToken(AbortSignal.timeout(TOKEN_TIMEOUT_MS));
    current = { token, renewAt: now() + Math.max(lifetimeMs - RENEW_BEFORE_MS, lifetimeMs / 2) };
    return token;
  };

  return {
    async get(signal) {
      signal.throwIfAborted();
      if (current !== null && now() < current.renewAt) return current.token;
      pending ??= renew().finally(() => {
        pending = null;
      });
      return pending;
    },
    drop(token) {
      if (current?.token === token) current = null;
    },
  };
}

const TOKEN_TIMEOUT_MS = 10_000;
