import { createAuditVerifier } from "@crossdock/audit";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import {
  createAuditWatch,
  createEventMeasures,
  createFlowGauges,
  createFreeSpaceGauge,
  createLedgerGauges,
  createWorkListGauge,
  type GaugeReader,
} from "@crossdock/measures";
import { createFlowBook, createWorkListBook, type WorkThresholds } from "@crossdock/processes";
import type { Clock, Logger, Metrics, Shutdown } from "@crossdock/runtime";

const MINUTE_MS = 60_000;

/**
 * Measures what happens and what waits, from now until the stop, for `/metrics`.
 * @param deps.ledger for work that nobody waits for
 * @param deps.auditMinutes from one verification of the audit journal to the next
 * @param deps.also gauges of other rooms
 */
export function startMeasures(
  deps: {
    readonly ledger: Ledger;
    readonly eventLog: EventLog;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly dataDir: string;
    readonly auditMinutes: number;
    readonly thresholds: WorkThresholds;
    /** Whether a feed is the one of a warehouse's shipments. */
    readonly isShipments: (feed: string) => boolean;
    readonly also: readonly GaugeReader[];
  },
  shutdown: Shutdown,
): void {
  const { ledger, logger, metrics, dataDir, auditMinutes, thresholds, isShipments, also } = deps;
  createFreeSpaceGauge(metrics, dataDir);
  const measures = createEventMeasures(deps);
  measures.start();
  shutdown.onStop("measures", () => measures.stop());
  const gauges = createLedgerGauges({
    ...deps,
    also: [
      createFlowGauges(metrics, {
        flowBook: createFlowBook(ledger),
        thresholds: thresholds.stages,
      }),
      createWorkListGauge(metrics, {
        workListBook: createWorkListBook(ledger, isShipments),
        thresholds,
      }),
      ...also,
    ],
  });
  gauges.start();
  shutdown.onStop("gauges of the ledger", () => gauges.stop());
  const audit = createAuditVerifier(ledger);
  const watch = createAuditWatch({ audit, logger, metrics, everyMs: auditMinutes * MINUTE_MS });
  watch.start();
  shutdown.onStop("audit watch", () => watch.stop());
}
