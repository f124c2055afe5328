import type { Metrics } from "@crossdock/runtime";
import {
  SOURCE_LANES,
  type LaneHealth,
  type SourceHealth,
  type SourceLane,
} from "@crossdock/source-contract";
import { Counter, Gauge } from "prom-client";

const STATES = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 } as const;

type Measured = { readonly name: string; health(): SourceHealth };

/** What the lanes of the sources do, and whether a source is asked at all; read when the metrics are. */
export function measureLanes(metrics: Metrics, sources: readonly Measured[]): void {
  const registers = [metrics];
  const perLane = (
    tell: (labels: { readonly source: string; readonly lane: SourceLane }, of: LaneHealth) => void,
  ) => {
    for (const source of sources) {
      const { lanes } = source.health();
      for (const lane of SOURCE_LANES) tell({ source: source.name, lane }, lanes[lane]);
    }
  };
  new Gauge({
    name: "crossdock_source_lane_calls",
    help: "Calls to a source by lane: those that wait for their turn, and those under way.",
    labelNames: ["source", "lane", "state"],
    registers,
    collect() {
      perLane((labels, { waiting, underWay }) => {
        this.set({ ...labels, state: "waiting" }, waiting);
        this.set({ ...labels, state: "under-way" }, underWay);
      });
    },
  });
  new Counter({
    name: "crossdock_source_lane_refused_total",
    help: "Calls to a source that its budget refused, by lane.",
    labelNames: ["source", "lane"],
    registers,
    collect() {
      this.reset();
      perLane((labels, { refused }) => {
        this.inc(labels, refused);
      });
    },
  });
  new Gauge({
    name: "crossdock_source_circuit_state",
    help: "The worst of a source's operations: 0 it is asked, 1 one call finds out, 2 it is not asked.",
    labelNames: ["source"],
    registers,
    collect() {
      for (const source of sources) {
        this.set({ source: source.name }, STATES[source.health().state]);
      }
    },
  });
}
