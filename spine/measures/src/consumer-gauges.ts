import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { ageSeconds, type GaugeReader } from "./gauge-reader.ts";
import { countQuarantined, readConsumers } from "./ledger-figures.ts";

/** How far who works through the log is behind it. */
export function createConsumerGauges(metrics: Metrics): GaugeReader {
  const registers = [metrics];
  const events = new Gauge({
    name: "crossdock_event_lag_events",
    help: "Places of the event log that a durable consumer has not come to.",
    labelNames: ["consumer"],
    registers,
  });
  const seconds = new Gauge({
    name: "crossdock_event_lag_seconds",
    help: "Since the first event that a durable consumer has not come to was recorded; 0 at the end of the log.",
    labelNames: ["consumer"],
    registers,
  });
  const quarantined = new Gauge({
    name: "crossdock_events_in_quarantine",
    help: "Events that could not be read and wait for their repair.",
    registers,
  });
  return {
    async read(db, nowMs) {
      const consumers = await readConsumers(db);
      // A consumer that is gone has no lag.
      events.reset();
      seconds.reset();
      for (const { consumer, behind, waitingSince } of consumers) {
        events.set({ consumer }, behind);
        seconds.set({ consumer }, ageSeconds(waitingSince, nowMs));
      }
      quarantined.set(await countQuarantined(db));
    },
  };
}
