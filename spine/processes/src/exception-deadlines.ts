import type { Ledger } from "@crossdock/ledger";

/** Minutes from when an exception is opened until it should be dealt with: by code, else owner, else class. */
export type ExceptionDeadlines = {
  readonly codes: Readonly<Partial<Record<string, number>>>;
  readonly owners: Readonly<Partial<Record<string, number>>>;
  readonly classes: Readonly<Partial<Record<string, number>>>;
};

/**
 * Keeps what was agreed where exceptions are opened, in the ledger; those that are open keep the deadline that they were
 * opened with. What nothing is said of has an hour where a source is in trouble, four hours for master data, and eight for the
 * rest.
 */
export async function keepExceptionDeadlines(
  ledger: Pick<Ledger, "transaction">,
  { codes, owners, classes }: ExceptionDeadlines,
): Promise<void> {
  const rows = [...rowsOf("code", codes), ...rowsOf("owner", owners), ...rowsOf("class", classes)];
  await ledger.transaction(async (trx) => {
    await trx.deleteFrom("exception_deadlines").execute();
    if (rows.length > 0) await trx.insertInto("exception_deadlines").values(rows).execute();
  });
}

function rowsOf(
  kind: "code" | "owner" | "class",
  given: Readonly<Partial<Record<string, number>>>,
) {
  return Object.entries(given).flatMap(([value, minutes]) =>
    minutes === undefined ? [] : [{ kind, value, minutes }],
  );
}
