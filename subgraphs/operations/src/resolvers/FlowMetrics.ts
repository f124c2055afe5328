import type { FlowMetricsResolvers } from "../../generated/resolvers.ts";
import { readFlowHistory } from "../flow.ts";

export const FlowMetrics: FlowMetricsResolvers = {
  history: (_flow, { hours }, context) => readFlowHistory(hours ?? DEFAULT_HOURS, context),
};

const DEFAULT_HOURS = 24;
