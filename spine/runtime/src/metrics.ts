import { collectDefaultMetrics, Registry } from "prom-client";

/** What a process counts and times. Each process has its own; there is no global registry. */
export type Metrics = Registry;

/**
 * An empty registry: `new Counter({ …, registers: [metrics] })`, read by `await metrics.metrics()`.
 * @param options.processMetrics also memory, CPU and event loop lag of this process
 */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  return registry;
}
