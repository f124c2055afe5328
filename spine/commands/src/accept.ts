import type { CustomerNumber, Subject } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { monotonicFactory } from "ulid";
import { recordOf } from "./command-record.ts";
import type { CommandRecord } from "./command-record.ts";
import { databaseNow } from "./database-time.ts";
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

export function createAccept(options: {
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): Accept {
  const { clock, journal } = options;
  const nextId = monotonicFactory();

  return async (trx, definition, request) => {
    const data = definition.parse(request.data);
    const fingerprint = fingerprintOf({
      type: definition.type,
      data: request.fingerprint === undefined ? data : request.fingerprint,
    });
    // Whoever asks with the same key at the same moment waits here for the first to commit.
    const row = await trx
      .insertInto("commands")
      .values({
        id: nextId(clock.nowMs()),
        type: definition.type,
        version: definition.version,
        lane: definition.lane,
        client_id: request.clientId,
        idempotency_key: request.idempotencyKey,
        fingerprint,
        requested_by: request.requestedBy,
        customer_number: request.customerNumber,
        subject: request.subject ?? definition.subjectOf(data),
        data: JSON.stringify(data),
        status: "ACCEPTED",
        accepted_at: clock.now(),
        due_at: databaseNow,
        correlation_id: request.correlationId,
        causation_id: request.causationId,
      })
      .onConflict((conflict) => conflict.columns(["client_id", "idempotency_key"]).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) {
      const earlier = await recall(trx, request, fingerprint);
      if (earlier === null) throw new Error("A command was deleted while it was asked for again.");
      return earlier;
    }
    const command = recordOf(row);
    await journal.changed(trx, command);
    return { kind: "accepted", command };
  };
}

/** What the client already asked for under the key. */
export type Recall = (
  definition: Pick<CommandDefinition<never>, "type">,
  request: Pick<CommandRequest<unknown>, "clientId" | "idempotencyKey"> & {
    /** As it would be given to `accept`. */
    readonly fingerprint: unknown;
  },
) => Promise<Exclude<Acceptance, { kind: "accepted" }> | null>;

export function createRecall({ db }: Pick<Ledger, "db">): Recall {
  return ({ type }, request) =>
    recall(db, request, fingerprintOf({ type, data: request.fingerprint }));
}

async function recall(
  db: Ledger["db"],
  { clientId, idempotencyKey }: Pick<CommandRequest<unknown>, "clientId" | "idempotencyKey">,
  fingerprint: string,
): Promise<Exclude<Acceptance, { kind: "accepted" }> | null> {
  const earlier = await db
    .selectFrom("commands")
    .selectAll()
    .where("client_id", "=", clientId)
    .where("idempotency_key", "=", idempotencyKey)
    .executeTakeFirst();
  if (earlier === undefined) return null;
  const kind = earlier.fingerprint === fingerprint ? "replayed" : "conflict";
  return { kind, command: recordOf(earlier) };
}
