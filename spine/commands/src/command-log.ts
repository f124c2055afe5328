import type { Ledger } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import { asking, createAcceptAll } from "./accept.ts";
import type { Accept, AcceptAll, AcceptEach } from "./accept.ts";
import { createAcceptSettled } from "./accept-settled.ts";
import type { AcceptSettled } from "./accept-settled.ts";
import { createComplete } from "./complete.ts";
import type { Complete } from "./complete.ts";
import { createAdmission, MAX_BACKLOG_PER_LANE } from "./admission.ts";
import type { Admission } from "./admission.ts";
import { createFence } from "./fence.ts";
import type { CommandFence } from "./fence.ts";
import { createCommandReader } from "./command-reader.ts";
import type { CommandReader } from "./command-reader.ts";
import { createCommandRegistry } from "./definition.ts";
import type { AnyCommandDefinition, CommandRegistry } from "./definition.ts";
import { createDoorbell } from "./doorbell.ts";
import type { Doorbell } from "./doorbell.ts";
import { createInterventions } from "./interventions.ts";
import type { Interventions } from "./interventions.ts";
import type { CommandJournal } from "./journal.ts";
import { createMakeCommand } from "./new-command.ts";
import { createRecallEach } from "./recall.ts";
import type { RecallEach } from "./recall.ts";
import { createSettlement } from "./settlement.ts";
import type { Settlement } from "./settlement.ts";
import { createTake, GROUP_LIMITS } from "./take.ts";
import type { Take } from "./take.ts";
import { createWithdrawal } from "./withdrawal.ts";
import type { Withdrawal } from "./withdrawal.ts";

/** The durable log of commands: what was asked, by whom, and what became of it. */
export interface CommandLog
  extends
    CommandReader,
    Interventions,
    Withdrawal,
    Pick<Admission, "admit">,
    Pick<Settlement, "waitUntilSettled"> {
  /** @throws {Error} when this process does not know the definition: a mistake in the wiring */
  readonly take: Take;
  /**
   * Writes the command down in the caller's transaction, once per (client, key), where it stands or falls
   * with other changes; answer the client only after it has committed. The event log is locked from here on.
   * @throws {z.ZodError} when `data` is not what the definition says
   * @throws {Error} when this process does not know the definition: a mistake in the wiring
   */
  readonly accept: Accept;
  /**
   * `accept` for up to `MAX_ACCEPTED` requests, all in the caller's transaction. A key that is there
   * twice is accepted for the first; the second is its repeat, or a conflict.
   * @returns one per request, in their order
   * @throws {RangeError} on more
   */
  readonly acceptEach: AcceptEach;
  /** As `acceptEach`, for requests of several kinds; see `asking`. */
  readonly acceptAll: AcceptAll;
  /** @throws {Error} when this process does not know the definition: a mistake in the wiring */
  readonly acceptSettled: AcceptSettled;
  readonly complete: Complete;
  /**
   * Looks before the rules are checked: a repeated request gets its first answer even when the rules
   * would refuse it now. Two that come at the same moment still meet in `accept`.
   * @returns one per request, in their order; `null` where the client has not used the key
   */
  readonly recallEach: RecallEach;
  readonly registry: CommandRegistry;
  /** For workers only. */
  readonly fence: CommandFence;
  /** For workers only. */
  readonly doorbell: Doorbell;
  close(): Promise<void>;
}

/** How many commands one transaction takes. */
export const MAX_ACCEPTED = 500;

export function createCommandLog(options: {
  readonly ledger: Ledger;
  readonly definitions: readonly AnyCommandDefinition[];
  readonly clock: Clock;
  readonly journal: CommandJournal;
  readonly logger: Logger;
  /** Commands of one lane that may wait before clients are asked to come later. */
  readonly maxBacklogPerLane?: number;
}): CommandLog {
  const { ledger, definitions, clock, journal, logger } = options;
  const { maxBacklogPerLane = MAX_BACKLOG_PER_LANE } = options;
  const registry = createCommandRegistry(definitions);
  const doorbell = createDoorbell({ ledger, logger });
  const reader = createCommandReader(ledger);
  const settlement = createSettlement({ ledger, reader, logger });
  const make = createMakeCommand(clock);
  const admission = createAdmission({ ledger, clock, logger, maxBacklogPerLane });
  const takeKnown = createTake({ ledger, make, journal, admission, limits: GROUP_LIMITS });
  const acceptKnown = createAcceptAll({ make, journal });
  const acceptSettledKnown = createAcceptSettled({ clock, make, journal });
  const requireKnown = ({ type, version }: AnyCommandDefinition): void => {
    if (registry.find(type, version) === null) {
      throw new Error(`The command ${type}, version ${String(version)}, is not registered.`);
    }
  };
  const acceptAll: AcceptAll = async (trx, asked) => {
    for (const { definition } of asked) requireKnown(definition);
    if (asked.length > MAX_ACCEPTED) {
      throw new RangeError(`At most ${String(MAX_ACCEPTED)} commands are accepted at once.`);
    }
    const acceptances = await acceptKnown(trx, asked);
    for (const [at, { definition }] of asked.entries()) {
      if (acceptances[at]?.kind === "accepted") admission.accepted(definition.lane, 1);
    }
    return acceptances;
  };
  const acceptEach: AcceptEach = (trx, definition, requests) =>
    acceptAll(
      trx,
      requests.map((request) => asking(definition, request)),
    );
  return {
    ...reader,
    ...createInterventions({ ledger, clock, journal, registry, ring: doorbell }),
    ...createWithdrawal({ clock, journal, registry }),
    complete: createComplete({ clock, journal }),
    admit: admission.admit,
    take: async (definition, request, signal) => {
      requireKnown(definition as AnyCommandDefinition);
      return takeKnown(definition, request, signal);
    },
    accept: async (trx, definition, request) => {
      const [acceptance] = await acceptEach(trx, definition, [request]);
      if (acceptance === undefined) throw new Error("A request was given no answer.");
      return acceptance;
    },
    acceptEach,
    acceptAll,
    acceptSettled: async (trx, definition, request, work) => {
      requireKnown(definition as AnyCommandDefinition);
      return acceptSettledKnown(trx, definition, request, work);
    },
    recallEach: createRecallEach(ledger),
    waitUntilSettled: settlement.waitUntilSettled,
    registry,
    // Clients wait for what they ask to be accepted, and not for the workers.
    fence: createFence({ ledger: ledger.background, clock, journal }),
    doorbell,
    close: settlement.close,
  };
}
