import { HELD_LANE, LANES } from "@crossdock/commands";
import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { ageSeconds, type GaugeReader } from "./gauge-reader.ts";
import { readLanes } from "./ledger-figures.ts";

const STATES = { ACCEPTED: "waiting", RUNNING: "running", RETRYING: "retrying" } as const;
const isState = (status: string): status is keyof typeof STATES => status in STATES;

/** How much waits for each system, and how long. */
export function createQueueGauges(metrics: Metrics): GaugeReader {
  const registers = [metrics];
  const depth = new Gauge({
    name: "crossdock_queue_depth",
    help: "Commands that are not settled, by lane and state: waiting, running, or retrying after a failure.",
    labelNames: ["lane", "state"],
    registers,
  });
  const age = new Gauge({
    name: "crossdock_message_age_seconds",
    help: "Since the oldest command of a lane that is not settled was accepted; 0 when there is none.",
    labelNames: ["lane"],
    registers,
  });
  return {
    async read(db, nowMs) {
      const lanes = await readLanes(db);
      for (const lane of [...LANES, HELD_LANE]) {
        const own = lanes.filter((each) => each.lane === lane);
        for (const state of Object.values(STATES)) depth.set({ lane, state }, 0);
        for (const { status, depth: commands } of own) {
          if (isState(status)) depth.set({ lane, state: STATES[status] }, commands);
        }
        const ages = own.map(({ oldestAt }) => ageSeconds(oldestAt, nowMs));
        age.set({ lane }, Math.max(0, ...ages));
      }
    },
  };
}
