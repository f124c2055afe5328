const { PORT = "4000", CROSSDOCK_DATA = ".crossdock", CROSSDOCK_TOKEN } = process.env;

/** What `ctl` takes from its environment. */
export const ctlEnvironment = {
  /** Where the stack is, unless `--url` says otherwise. */
  url: `http://127.0.0.1:${PORT}`,
  /** The stack's data directory, which holds the local issuer's key. */
  dataDirectory: CROSSDOCK_DATA,
  /** An operator's, where the stack does not believe its local issuer; `null`: that issuer makes one. */
  token: CROSSDOCK_TOKEN ?? null,
} as const;
