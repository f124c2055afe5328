import type { CustomerNumber, Subject } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { recordOf } from "./command-record.ts";
import type { CommandRecord } from "./command-record.ts";
import { createRowOf } from "./command-row.ts";
import type { CommandDefinition } from "./definition.ts";
import { fingerprintOf } from "./idempotency.ts";
import type { IdempotencyKey } from "./idempotency.ts";
import type { CommandJournal } from "./journal.ts";

export type CommandRequest<Data> = {
  /** The application that asks: idempotency keys are its own. */
  readonly clientId: string;
  readonly idempotencyKey: IdempotencyKey;
  /** The person or system behind it, for the record. */
  readonly requestedBy: string;
  /** Whose command it is; `null` when it is the distributor's own. */
  readonly customerNumber: CustomerNumber | null;
  readonly data: Data;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** What it locks, where that is not what the definition says. */
  readonly subject?: Subject;
  /**
   * What the client gave, as JSON, where `data` holds more than that: values that the server made, such
   * as an order key, differ each time and must not make a repeated request look like another one.
   */
  readonly fingerprint?: unknown;
};

export type Acceptance =
  | { readonly kind: "accepted"; readonly command: CommandRecord }
  /** The client said the same before: this is what became of it. */
  | { readonly kind: "replayed"; readonly command: CommandRecord }
  /** The client used the key before, for something else. */
  | { readonly kind: "conflict"; readonly command: CommandRecord };

export type Accept = <Data>(
  trx: LedgerTransaction,
  definition: CommandDefinition<Data>,
  request: CommandRequest<Data>,
) => Promise<Acceptance>;

export type AcceptEach = <Data>(
  trx: LedgerTransaction,
  definition: CommandDefinition<Data>,
  requests: readonly CommandRequest<Data>[],
) => Promise<Acceptance[]>;

export function createAcceptEach(options: {
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): AcceptEach {
  const { clock, journal } = options;
  const rowOf = createRowOf(clock);

  return async (trx, definition, requests) => {
    if (requests.length === 0) return [];
    const asked = requests.map((request) => rowOf(definition, request));
    // Whoever asks with the same key at the same moment waits here for the first to commit. All keys are
    // claimed before the journal takes the event log's lock: nobody who holds the one waits for the other.
    const rows = await trx
      .insertInto("commands")
      .values(asked)
      .onConflict((conflict) => conflict.columns(["client_id", "idempotency_key"]).doNothing())
      .returningAll()
      .execute();
    const accepted = new Map(rows.map((row) => [row.id, recordOf(row)]));
    for (const { id } of asked) {
      const command = accepted.get(id);
      if (command !== undefined) await journal.changed(trx, command);
    }
    const known = await readEarlier(
      trx,
      asked.filter(({ id }) => !accepted.has(id)),
    );
    return asked.map((row) => {
      const command = accepted.get(row.id);
      if (command !== undefined) return { kind: "accepted", command };
      const earlier = known(row);
      if (earlier === null) throw new Error("A command was deleted while it was asked for again.");
      return earlier;
    });
  };
}

/** What the client already asked for under the key. */
export type RecallEach = (
  definition: Pick<CommandDefinition<never>, "type">,
  requests: readonly RecallRequest[],
) => Promise<(EarlierAcceptance | null)[]>;

export type RecallRequest = Pick<CommandRequest<unknown>, "clientId" | "idempotencyKey"> & {
  /** As it would be given to `accept`. */
  readonly fingerprint: unknown;
};

export type EarlierAcceptance = Exclude<Acceptance, { kind: "accepted" }>;

export function createRecallEach({ db }: Pick<Ledger, "db">): RecallEach {
  return async ({ type }, requests) => {
    const asked = requests.map(({ clientId, idempotencyKey, fingerprint }) => ({
      client_id: clientId,
      idempotency_key: idempotencyKey,
      fingerprint: fingerprintOf({ type, data: fingerprint }),
    }));
    const known = await readEarlier(db, asked);
    return asked.map(known);
  };
}

type Asked = {
  readonly client_id: string;
  readonly idempotency_key: string;
  readonly fingerprint: string;
};

/** One read, however many are asked. @returns answers for any of them */
export async function readEarlier(
  db: Ledger["db"],
  asked: readonly Asked[],
): Promise<(one: Asked) => EarlierAcceptance | null> {
  const nameOf = (one: Omit<Asked, "fingerprint">) =>
    JSON.stringify([one.client_id, one.idempotency_key]);
  const rows =
    asked.length === 0
      ? []
      : await db
          .selectFrom("commands")
          .selectAll()
          .where("client_id", "in", [...new Set(asked.map((one) => one.client_id))])
          .where(
            "idempotency_key",
            "in",
            asked.map((one) => one.idempotency_key),
          )
          .execute();
  const earlier = new Map(rows.map((row) => [nameOf(row), row]));
  return (one) => {
    const row = earlier.get(nameOf(one));
    if (row === undefined) return null;
    const kind = row.fingerprint === one.fingerprint ? "replayed" : "conflict";
    return { kind, command: recordOf(row) };
  };
}
