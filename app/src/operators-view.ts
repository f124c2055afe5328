import type { Ledger } from "@crossdock/ledger";
import {
  createClientActivity,
  type ClientActivity,
  type PartnerDirectory,
} from "@crossdock/partners";
import {
  createFlowSamples,
  createTransactionBook,
  createWorkListBook,
  type PauseDirectory,
} from "@crossdock/processes";
import type { Clock, Logger, Shutdown } from "@crossdock/runtime";
import type { OperationsDeps } from "@crossdock/subgraph-operations";
import type { CrossdockConfig } from "./config/crossdock-yaml.ts";

/** What operators see of the whole, and what counts for it beside the requests. */
export function openOperatorsView(
  options: {
    readonly ledger: Ledger;
    readonly config: CrossdockConfig;
    /** The name of the warehouse's source. */
    readonly warehouse: string;
    readonly partners: Pick<PartnerDirectory, "partners">;
    readonly pauses: Pick<PauseDirectory, "pauseOf">;
    readonly clock: Clock;
    readonly logger: Logger;
  },
  shutdown: Shutdown,
): Pick<OperationsDeps, "transactionBook" | "workListBook" | "workThresholds" | "partnerDesk"> & {
  readonly clientActivity: ClientActivity;
} {
  const { ledger, config, warehouse, partners, pauses, clock, logger } = options;
  const { background } = ledger;
  const samples = createFlowSamples({
    ledger: background,
    clock,
    logger,
    keepAttemptsDays: config.events.keepDays,
  });
  samples.start();
  shutdown.onStop("flow samples", () => samples.stop());
  const clientActivity = createClientActivity({ ledger: background, clock, logger });
  clientActivity.start();
  shutdown.onStop("client activity", () => clientActivity.stop());
  return {
    clientActivity,
    transactionBook: createTransactionBook(ledger),
    workListBook: createWorkListBook(ledger, (feed) => feed === `${warehouse}-shipment`),
    workThresholds: config.operations.thresholds,
    partnerDesk: {
      partners: () =>
        partners
          .partners()
          .map(({ clientId, name, pointsPerMinute, suspendedAt }) => ({
            clientId,
            name,
            pointsPerMinute,
            isSuspended: suspendedAt !== null,
            isPaused: pauses.pauseOf("PARTNER", clientId) !== null,
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      activityOf: (now, clientIds) => clientActivity.read(now, clientIds),
    },
  };
}
