import {
  createGroupCommit,
  LedgerBusyError,
  type GroupLimits,
  type Ledger,
} from "@crossdock/ledger";
import type { Acceptance, CommandRequest } from "./accept.ts";
import { accepting } from "./spans.ts";
import type { Admission } from "./admission.ts";
import {
  insertAcceptances,
  prepareAcceptance,
  sizeOf,
  type PreparedAcceptance,
} from "./acceptance.ts";
import type { CommandDefinition } from "./definition.ts";
import { CommandsBusyError } from "./errors.ts";
import type { CommandJournal } from "./journal.ts";
import type { MakeCommand } from "./new-command.ts";
import { readFirst } from "./recall.ts";

/**
 * Accepts one command in a transaction that it shares with those who ask at the same moment; it is on
 * disk, and relays know of it, when this resolves.
 * @throws {z.ZodError} when `data` is not what the definition says
 * @throws {CommandsBusyError} too many wait for the database already; nothing was written
 * @throws the signal's reason when it aborts before the database was asked; nothing was written
 */
export type Take = <Data>(
  definition: CommandDefinition<Data>,
  request: CommandRequest<Data>,
  signal: AbortSignal,
) => Promise<Acceptance>;

export const GROUP_LIMITS: GroupLimits = {
  maxItems: 128,
  maxBytes: 2_000_000,
  /** Some seconds of work, and some tens of megabytes. */
  maxWaiting: 4_000,
  /** One is committed while the next one is sent. */
  maxWrites: 2,
};

export function createTake(options: {
  readonly ledger: Pick<Ledger, "db">;
  readonly make: MakeCommand;
  readonly journal: Pick<CommandJournal, "accepted">;
  readonly admission: Pick<Admission, "accepted">;
  readonly limits: GroupLimits;
}): Take {
  const { ledger, make, journal, admission, limits } = options;
  const { db } = ledger;
  const group = createGroupCommit<PreparedAcceptance, Acceptance>({
    limits,
    bytesOf: sizeOf,
    write: async (prepared) => {
      const accepted = await insertAcceptances(db, prepared);
      const asked = prepared.map((one) => one.asked);
      const repeats = asked.filter(({ record }) => !accepted.has(record.id));
      // Read after the commit, and not waited for: the next group is written meanwhile.
      const first = readFirst(db, repeats);
      return asked.map((one) =>
        accepted.has(one.record.id)
          ? { kind: "accepted", command: one.record }
          : first.then((firstOf) => firstOf(one)),
      );
    },
  });

  const take: Take = async (definition, request, signal) => {
    const prepared = prepareAcceptance(make, journal, definition, request);
    try {
      const acceptance = await group.submit(prepared, signal);
      if (acceptance.kind === "accepted") admission.accepted(definition.lane, 1);
      return acceptance;
    } catch (error) {
      if (error instanceof LedgerBusyError) throw new CommandsBusyError(BUSY_SECONDS);
      throw error;
    }
  };
  return (definition, request, signal) =>
    accepting(definition, () => take(definition, request, signal));
}

/** A full queue is written in about this time. */
const BUSY_SECONDS = 2;
