import type { CustomerNumber, Subject } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { insertAcceptances, prepareAcceptance } from "./acceptance.ts";
import type { CommandRecord } from "./command-record.ts";
import type { AnyCommandDefinition, CommandDefinition } from "./definition.ts";
import type { IdempotencyKey } from "./idempotency.ts";
import type { AcceptanceRows, CommandJournal } from "./journal.ts";
import type { MakeCommand } from "./new-command.ts";
import { readFirst } from "./recall.ts";

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
  /** From which span of a trace it goes on; the one that is under way when left out. */
  readonly traceparent?: string | null;
  /** What it locks, where that is not what the definition says. */
  readonly subject?: Subject;
  /**
   * What the client gave, as JSON, where `data` holds more than that: values that the server made, such
   * as an order key, differ each time and must not make a repeated request look like another one.
   */
  readonly fingerprint?: unknown;
  /** What else is written exactly when the command is accepted, beside what the journal tells. */
  readonly alongside?: (command: CommandRecord) => Omit<AcceptanceRows, "audit">;
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

/** A request with the kind of command that it is for. Made by {@link asking}, which pairs their types. */
export type Asking = {
  readonly definition: AnyCommandDefinition;
  readonly request: CommandRequest<unknown>;
};

export function asking<Data>(
  definition: CommandDefinition<Data>,
  request: CommandRequest<Data>,
): Asking {
  return { definition: definition as AnyCommandDefinition, request };
}

export type AcceptAll = (trx: LedgerTransaction, asked: readonly Asking[]) => Promise<Acceptance[]>;

export function createAcceptAll(options: {
  readonly make: MakeCommand;
  readonly journal: Pick<CommandJournal, "accepted">;
}): AcceptAll {
  const { make, journal } = options;
  return async (trx, all) => {
    if (all.length === 0) return [];
    const prepared = all.map(({ definition, request }) =>
      prepareAcceptance(make, journal, definition as CommandDefinition, request),
    );
    const accepted = await insertAcceptances(trx, prepared);
    const asked = prepared.map((one) => one.asked);
    const firstOf = await readFirst(
      trx,
      asked.filter(({ record }) => !accepted.has(record.id)),
    );
    return asked.map((one) =>
      accepted.has(one.record.id) ? { kind: "accepted", command: one.record } : firstOf(one),
    );
  };
}
