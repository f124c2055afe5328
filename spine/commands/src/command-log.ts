import type { Ledger } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import { createAccept, createRecall } from "./accept.ts";
import type { Accept, Recall } from "./accept.ts";
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
import { createSettlement } from "./settlement.ts";
import type { Settlement } from "./settlement.ts";

/** The durable log of commands: what was asked, by whom, and what became of it. */
export interface CommandLog
  extends CommandReader, Interventions, Pick<Settlement, "waitUntilSettled"> {
  /**
   * Writes the command down in the caller's transaction, once per (client, key); answer the client only
   * after it has committed, and call `wake` then.
   * @throws {z.ZodError} when `data` is not what the definition says
   * @throws {Error} when this process does not know the definition: a mistake in the wiring
   */
  readonly accept: Accept;
  /**
   * Looks before the rules are checked: a repeated request gets its first answer even when the rules
   * would refuse it now. Two that come at the same moment still meet in `accept`.
   * @returns `null` when the client has not used the key
   */
  readonly recall: Recall;
  /** Something was accepted and committed: relays look at once. Never fails, returns at once. */
  wake(): void;
  readonly registry: CommandRegistry;
  /** For workers only. */
  readonly fence: CommandFence;
  /** For workers only. */
  readonly doorbell: Doorbell;
  close(): Promise<void>;
}

export function createCommandLog(options: {
  readonly ledger: Ledger;
  readonly definitions: readonly AnyCommandDefinition[];
  readonly clock: Clock;
  readonly journal: CommandJournal;
  readonly logger: Logger;
}): CommandLog {
  const { ledger, definitions, clock, journal, logger } = options;
  const registry = createCommandRegistry(definitions);
  const doorbell = createDoorbell({ ledger, logger });
  const reader = createCommandReader(ledger);
  const settlement = createSettlement({ ledger, reader, logger });
  const accept = createAccept({ clock, journal });
  return {
    ...reader,
    ...createInterventions({ ledger, clock, journal, ring: doorbell }),
    accept: async (trx, definition, request) => {
      const { type, version } = definition;
      if (registry.find(type, version) === null) {
        throw new Error(`The command ${type}, version ${String(version)}, is not registered.`);
      }
      return accept(trx, definition, request);
    },
    recall: createRecall(ledger),
    waitUntilSettled: settlement.waitUntilSettled,
    wake: doorbell.due,
    registry,
    fence: createFence({ ledger, clock, journal }),
    doorbell,
    close: settlement.close,
  };
}
