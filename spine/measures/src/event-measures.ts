import { createLogConsumer, type LogConsumer, type LogConsumerOptions } from "@crossdock/events";
import { createCommandMeasure } from "./command-measure.ts";
import { createExceptionMeasure } from "./exception-measure.ts";
import { createInvoiceMeasure } from "./invoice-measure.ts";
import { createOrderMeasure } from "./order-measure.ts";
import { createShipmentMeasure } from "./shipment-measure.ts";
import { createWorkflowDuration } from "./workflow-duration.ts";

/** The consumer's name in the log. */
export const MEASURES = "measures";

/**
 * Counts and times what the event log tells, each event once over all processes: sums over processes are true, and a
 * process that is killed between its commit and its count leaves out a page at most.
 */
export function createEventMeasures(
  deps: Pick<LogConsumerOptions, "ledger" | "eventLog" | "clock" | "logger" | "metrics">,
): LogConsumer {
  const { metrics } = deps;
  const workflows = createWorkflowDuration(metrics);
  const measures = [
    createCommandMeasure(metrics),
    createOrderMeasure(metrics, workflows),
    createShipmentMeasure(metrics),
    createInvoiceMeasure(metrics, workflows),
    createExceptionMeasure(metrics),
  ];
  return createLogConsumer({
    ...deps,
    name: MEASURES,
    types: measures.flatMap(({ types }) => types),
    async handle(trx, events) {
      const counts: (() => void)[] = [];
      for (const measure of measures) {
        const own = events.filter(({ type }) => measure.types.includes(type));
        if (own.length > 0) counts.push(await measure.look(trx, own));
      }
      return () => {
        counts.forEach((count) => {
          count();
        });
      };
    },
  });
}
