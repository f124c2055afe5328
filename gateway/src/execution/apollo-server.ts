import { ApolloServer } from "@apollo/server";
import type { ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { Logger } from "@crossdock/runtime";
import { answeredOperations } from "../answering/answering-plugin.ts";
import type { StartAnswering } from "../answering/answering.ts";
import type { KnownDocuments } from "../direct/known-documents.ts";
import { rememberedDocuments } from "../direct/remembered-documents.ts";
import { publicError } from "../errors/public-error.ts";
import type { GatewayLimits } from "../limits.ts";
import { documentLimitsRule } from "../policy/document-limits.ts";
import type { ApolloContext } from "./data-source.ts";
import { apolloLogger } from "./snapshot.ts";
import type { GatewayInterface } from "./snapshot.ts";

export type ApolloOptions = {
  readonly gateway: GatewayInterface;
  readonly limits: GatewayLimits;
  readonly introspection: boolean;
  readonly startAnswering: StartAnswering;
  /** Where documents are kept that need not come here again; `null`: all come here. */
  readonly known: KnownDocuments | null;
  readonly logger: Logger;
};

/**
 * Apollo's pipeline for queries and mutations: read, validate, plan, execute, each kept where it can
 * be. It is shut off from the outside world: nothing is reported to anybody. CSRF prevention and the
 * refusal of batches are its own and stay on.
 */
export function createApolloServer(options: ApolloOptions): ApolloServer<ApolloContext> {
  const { gateway, limits, introspection, startAnswering, known, logger } = options;
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
    // A document that is known comes here for its refusal only.
    ...(known === null ? {} : { documentStore: null }),
    plugins: [
      ...quiet(),
      ...(known === null ? [] : [rememberedDocuments(known)]),
      answeredOperations(startAnswering),
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
