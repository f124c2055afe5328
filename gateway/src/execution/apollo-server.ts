import { ApolloServer } from "@apollo/server";
import type { ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { Logger } from "@crossdock/runtime";
import { publicError } from "../errors/public-error.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { documentLimitsRule } from "../policy/document-limits.ts";
import type { Quotas } from "../policy/quotas.ts";
import type { Refusals } from "../policy/refusals.ts";
import type { ApolloContext } from "./data-source.ts";
import { meteredOperations } from "./metered-operations.ts";
import { countedUse } from "../usage/counted-use.ts";
import type { UsageRecorder } from "../usage/usage-recorder.ts";
import { apolloLogger } from "./snapshot.ts";
import type { Federation } from "./federation.ts";
import type { GatewayInterface } from "./snapshot.ts";
import {
  errorsWithCorrelation,
  markedReplays,
  measuredOperations,
  onlyServedOperations,
  retryAfterHeader,
} from "./plugins.ts";

export type ApolloOptions = {
  readonly gateway: GatewayInterface;
  readonly snapshotOf: Federation["snapshotOf"];
  readonly limits: GatewayLimits;
  readonly quotas: Quotas;
  readonly refusals: Refusals;
  readonly introspection: boolean;
  readonly metrics: GatewayMetrics;
  readonly usage: UsageRecorder;
  readonly logger: Logger;
};

/**
 * Apollo's pipeline for queries and mutations: read, validate, plan, execute, each kept where it can
 * be. It is shut off from the outside world: nothing is reported to anybody. CSRF prevention and the
 * refusal of batches are its own and stay on.
 */
export function createApolloServer(options: ApolloOptions): ApolloServer<ApolloContext> {
  const { gateway, snapshotOf, limits, introspection, metrics, usage, logger, quotas, refusals } =
    options;
  return new ApolloServer<ApolloContext>({
    gateway,
    introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: "production",
    parseOptions: { maxTokens: limits.maxTokens },
    validationRules: [documentLimitsRule(limits)],
    formatError: (formatted, error) => publicError(error, formatted),
    plugins: [
      ...quiet(),
      onlyServedOperations(),
      measuredOperations(metrics),
      errorsWithCorrelation(logger),
      markedReplays(),
      meteredOperations({ quotas, refusals, snapshotOf, metrics }),
      countedUse(usage),
      retryAfterHeader(),
    ],
    logger: apolloLogger(logger),
  });
}

function quiet(): ApolloServerPlugin<ApolloContext>[] {
  return [
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
  ];
}
