import type { OperationsDeps } from "./deps.ts";
import { createLiveFlow, type FlowView } from "./flow.ts";
import { createLiveValue, type LiveValue } from "./live-value.ts";
import { readSourceHealth, type SourceHealthView } from "./source-health.ts";

/** What is computed once for all who follow it, in this process. */
export type LiveViews = {
  readonly flow: LiveValue<FlowView>;
  readonly sources: LiveValue<readonly SourceHealthView[]>;
};

export function createLiveViews(deps: OperationsDeps): LiveViews {
  const { clock, logger } = deps;
  return {
    flow: createLiveFlow(deps),
    sources: createLiveValue({
      compute: () => readSourceHealth(deps),
      printOf: (sources) => JSON.stringify(sources),
      nowMs: () => clock.nowMs(),
      logger,
    }),
  };
}
