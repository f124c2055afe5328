import type { Ledger } from "@crossdock/ledger";
import {
  createPauseDirectory,
  keepExceptionDeadlines,
  type PauseDirectory,
} from "@crossdock/processes";
import type { Clock, Logger, Shutdown } from "@crossdock/runtime";
import type { OperationsSettings } from "./config/operations-settings.ts";

/**
 * What operators have agreed and stopped, before anything begins to work: deadlines of exceptions are in the ledger, pauses
 * are known to this process.
 */
export async function openOperations(
  deps: {
    readonly ledger: Ledger;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly settings: OperationsSettings;
  },
  shutdown: Shutdown,
): Promise<PauseDirectory> {
  await keepExceptionDeadlines(deps.ledger, deps.settings.sla);
  const pauses = createPauseDirectory(deps);
  await pauses.start();
  shutdown.onStop("pauses", () => pauses.stop());
  return pauses;
}
