import type { Metrics } from "@crossdock/runtime";
import { Counter, Gauge } from "prom-client";

export type ReloadOutcome = "served" | "unchanged" | "refused";

export type SupergraphMetrics = {
  readonly serving: (version: string) => void;
  readonly reloadEnded: (outcome: ReloadOutcome) => void;
  readonly refused: (version: string) => void;
};

/** Which supergraph is served: an operator sees by it whether a change has reached every process. */
export function createSupergraphMetrics(registry: Metrics): SupergraphMetrics {
  const registers = [registry];
  const served = new Gauge({
    name: "crossdock_gateway_supergraph_info",
    help: "1 for the version of the supergraph that is served.",
    labelNames: ["version"],
    registers,
  });
  const lastRefused = new Gauge({
    name: "crossdock_gateway_supergraph_last_refused_info",
    help: "1 for the version of the supergraph that was refused last.",
    labelNames: ["version"],
    registers,
  });
  const reloads = new Counter({
    name: "crossdock_gateway_supergraph_reloads_total",
    help: "Supergraphs that were to be served while the process runs, by what became of them.",
    labelNames: ["outcome"],
    registers,
  });
  return {
    serving: (version) => {
      served.reset();
      served.set({ version }, 1);
    },
    refused: (version) => {
      lastRefused.reset();
      lastRefused.set({ version }, 1);
    },
    reloadEnded: (outcome) => {
      reloads.inc({ outcome });
    },
  };
}
