/** Another process has the embedded database open: two writers on one directory lose each other's rows. */
export class DirectoryInUseError extends Error {
  override readonly name = "DirectoryInUseError";

  constructor(
    readonly dataDir: string,
    readonly holder: { readonly pid: number; readonly host: string },
    advice: string,
  ) {
    super(
      `The data directory ${dataDir} is in use by process ${String(holder.pid)} on ${holder.host}. ${advice}`,
    );
  }
}

/** The embedded database does not write its commits to disk on this machine: nothing may be acknowledged. */
export class NotDurableError extends Error {
  override readonly name = "NotDurableError";

  constructor(dataDir: string) {
    super(
      `A commit in ${dataDir} was not followed by an fsync, so an acknowledged row could be lost. ` +
        "The database was not started.",
    );
  }
}

/** More work waits for a database session than may wait. Nothing was executed. */
export class LedgerBusyError extends Error {
  override readonly name = "LedgerBusyError";

  constructor(waiting: number) {
    super(`${String(waiting)} queries wait for the database already.`);
  }
}

/** The database was closed, or its thread ended; a query without an answer may or may not have been executed. */
export class LedgerClosedError extends Error {
  override readonly name = "LedgerClosedError";

  constructor(why: string, options?: ErrorOptions) {
    super(`The database is closed: ${why}`, options);
  }
}
