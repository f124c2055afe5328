import type { Viewer } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import type { FormattedExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import { servedSchemaOf } from "./contracts/contract-of.ts";
import { directMediaType, httpAnswerOf } from "./direct/direct-http.ts";
import type { DirectPath } from "./direct/direct-path.ts";
import type { ApolloPath } from "./execution/apollo-path.ts";
import { TRACE_HEADER, tracedOperation } from "./execution/traced-operations.ts";
import { asGraphQLError } from "./errors/present-result.ts";
import type { GatewayLimits } from "./limits.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { ClientPolicies } from "./policy/client-policies.ts";
import { refuseDeepInput } from "./policy/input-depth.ts";
import type { Asking, Quotas } from "./policy/quotas.ts";
import type { Refusals } from "./policy/refusals.ts";
import type { Admit, AdmittedOperation } from "./operations/admit-operation.ts";
import { payloadOfBody, payloadOfSearch } from "./operations/operation-payload.ts";
import type { OperationPayload } from "./operations/operation-payload.ts";
import type { GatewayRequest } from "./request.ts";
import type { Lender } from "./subscriptions/authority.ts";
import type { EventStream, EventStreams, StreamOptions } from "./subscriptions/event-streams.ts";
import { refuseConditionalRoots } from "./subscriptions/root-condition.ts";
import type { Prepare, Prepared, PreparedSubscription } from "./subscriptions/prepare.ts";
import type { AddressOf } from "./http/address.ts";
import type { VerifyToken } from "./http/authenticate.ts";
import type { HttpAnswer, HttpExchange } from "./http/http-exchange.ts";
import type { AllowedOrigins } from "./http/foreign-pages.ts";

/** What the three ways in (HTTP, WebSocket, server-sent events) have in common. */
export type Engine = {
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly verifyToken: VerifyToken;
  readonly clientPolicies: ClientPolicies;
  /**
   * A whole HTTP exchange of a query or a mutation.
   * @throws what `Admit` does
   */
  readonly executeHttp: (http: HttpExchange, request: GatewayRequest) => Promise<HttpAnswer>;
  /** A query or a mutation that came over a socket or an event stream. */
  readonly execute: (
    operation: AdmittedOperation,
    request: GatewayRequest,
  ) => Promise<FormattedExecutionResult>;
  /** What clients see, as it is now. */
  readonly schema: () => GraphQLSchema;
  /** Admits, reads, checks and plans what comes over a socket or an event stream. */
  readonly prepare: (payload: OperationPayload, viewer: Viewer | null) => Promise<EnginePrepared>;
  /**
   * Takes what a subscription costs from its client's quota, before it is opened.
   * @returns why it may not be opened
   */
  readonly chargeStream: (
    prepared: PreparedSubscription,
    asking: Asking,
  ) => Promise<GraphQLError | null>;
  readonly refusals: Refusals;
  /** From where a connection comes. */
  readonly addressOf: AddressOf;
  readonly allowedOrigins: AllowedOrigins;
  readonly openStream: (
    prepared: PreparedSubscription,
    caller: Lender,
    options: StreamOptions,
  ) => EventStream;
};

/** What may come over a socket or an event stream; a query or a mutation with what is to be run. */
export type EnginePrepared =
  | Exclude<Prepared, { readonly kind: "operation" }>
  | (Extract<Prepared, { readonly kind: "operation" }> & { readonly operation: AdmittedOperation });

export type EngineParts = Pick<
  Engine,
  | "limits"
  | "metrics"
  | "logger"
  | "verifyToken"
  | "clientPolicies"
  | "refusals"
  | "addressOf"
  | "allowedOrigins"
  | "schema"
> & {
  readonly admit: Admit;
  readonly prepare: Prepare;
  readonly quotas: Quotas;
  readonly apollo: ApolloPath;
  /** `null`: everything goes through Apollo's pipeline. */
  readonly direct: DirectPath | null;
  readonly streams: EventStreams;
};

export function createEngine(engineParts: EngineParts): Engine {
  const { apollo, direct, streams, prepare, quotas, ...parts } = engineParts;
  const { maxTokens, maxInputLevels } = parts.limits;
  const admit: Admit = (payload, viewer) => {
    refuseDeepInput(payload, maxInputLevels);
    const operation = engineParts.admit(payload, viewer);
    refuseConditionalRoots(operation.query, maxTokens);
    return operation;
  };
  const servedTo = (viewer: Viewer | null, { query }: AdmittedOperation) =>
    servedSchemaOf(parts.clientPolicies, viewer, query);

  async function answerHttp(http: HttpExchange, request: GatewayRequest): Promise<HttpAnswer> {
    const operation = admit(payloadOfHttp(http), request.viewer);
    const served = servedTo(request.viewer, operation);
    const resolved = direct?.find(operation, served) ?? null;
    const mediaType = resolved && directMediaType(http, operation, resolved);
    if (direct === null || resolved === null || mediaType === null) {
      return await apollo.answerHttp(http, operation, request, served);
    }
    return httpAnswerOf(await direct.answer(resolved, request), mediaType);
  }

  return {
    ...parts,
    executeHttp: (http, request) =>
      tracedOperation(request, ({ traceparent }) =>
        traceparent === null
          ? answerHttp(http, request)
          : answerHttp(http, request).then((answer) => withTrace(answer, traceparent)),
      ),
    prepare: async (payload, viewer) => {
      try {
        const operation = admit(payload, viewer);
        const known = direct?.find(operation, servedTo(viewer, operation));
        if (known?.operation !== undefined && known.operation.operation !== "subscription") {
          return { kind: "operation", document: known.document, operation };
        }
        const prepared = await prepare(operation, viewer);
        return prepared.kind === "operation" ? { ...prepared, operation } : prepared;
      } catch (error) {
        return { kind: "refused", errors: [asGraphQLError(error)] };
      }
    },
    execute: (operation, request) =>
      tracedOperation(request, async () => {
        const served = servedTo(request.viewer, operation);
        const resolved = direct?.find(operation, served) ?? null;
        if (direct === null || resolved === null) {
          return apollo.answer(operation, request, served);
        }
        return (await direct.answer(resolved, request)).result;
      }),
    chargeStream: async ({ snapshot, document, operationName, variables }, asking) => {
      try {
        await quotas.open(asking, snapshot.pointsOf(document, operationName, variables));
        return null;
      } catch (error) {
        return asGraphQLError(error);
      }
    },
    openStream: (prepared, caller, stream) => streams.open(prepared, caller, stream),
  };
}

function withTrace(answer: HttpAnswer, traceparent: string): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, [TRACE_HEADER]: traceparent } };
}

function payloadOfHttp({ method, search, body }: HttpExchange): OperationPayload {
  return method === "GET" ? payloadOfSearch(search) : payloadOfBody(body);
}
