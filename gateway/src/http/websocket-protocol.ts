import { InvalidValueError, UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import { readTraceparent } from "@crossdock/runtime";
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from "graphql";
import { makeServer } from "graphql-ws";
import type { Context, Server, SubscribePayload } from "graphql-ws";
import type { Engine } from "../engine.ts";
import { TooManySubscriptionsError } from "../errors/gateway-errors.ts";
import { asGraphQLError, presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import { maxAgeOfExtensions } from "../max-age.ts";
import type { AdmittedOperation } from "../operations/admit-operation.ts";
import { correlationIdOf, newRequest } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import type { Lender } from "../subscriptions/authority.ts";
import type { PreparedSubscription } from "../subscriptions/prepare.ts";
import { authenticate, authorizationOf } from "./authenticate.ts";
import type { SocketConnection } from "./socket-connection.ts";
import { SocketStream } from "./socket-stream.ts";

export type SocketProtocol = Server<SocketConnection>;

/** What is handed from the check of an operation to its execution. */
type Subscribing = {
  readonly id: string;
  readonly connection: SocketConnection;
  readonly speaker: Lender;
  readonly prepared: PreparedSubscription;
};
type Calling = { readonly operation: AdmittedOperation; readonly caller: GatewayRequest };

const TRY_AGAIN_LATER = 1013;
const NOBODY: Lender = { viewer: null, authorization: null };

/**
 * graphql-transport-ws over the engine. The token comes in the `authorization` of `connection_init`, an API key
 * in its `x-api-key`: there are no cookies, so a foreign page cannot borrow anybody's session.
 */
export function createSocketProtocol(engine: Engine): SocketProtocol {
  const { limits, logger } = engine;
  const speakers = new WeakMap<Viewer, Lender>();

  /** Sockets that show the same token share one. */
  function speakerOf(viewer: Viewer, token: unknown): Lender {
    const speaker = speakers.get(viewer) ?? { viewer, authorization: String(token) };
    speakers.set(viewer, speaker);
    return speaker;
  }

  /** @returns whether the socket may stay */
  async function introduce(connection: SocketConnection, token: unknown): Promise<boolean> {
    try {
      const viewer = await authenticate(token, engine.verifyToken);
      return connection.introduce(viewer === null ? NOBODY : speakerOf(viewer, token));
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      logger.error({ err: error }, "cannot verify tokens");
      connection.close(TRY_AGAIN_LATER, "Tokens cannot be verified now");
      return false;
    }
  }

  async function check(
    connection: SocketConnection,
    id: string,
    payload: SubscribePayload,
    running: number,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { speaker } = connection;
    if (speaker === null) throw new Error("The socket has not introduced itself.");
    const { viewer } = speaker;
    const refused = (...errors: readonly GraphQLError[]) => {
      engine.refusals.note(errors, { viewer, correlationId: correlationIdOf(undefined) }, null);
      return errors;
    };
    if (running > limits.maxSubscriptionsPerSocket) {
      const max = limits.maxSubscriptionsPerSocket;
      return refused(
        asGraphQLError(
          new TooManySubscriptionsError(
            `At most ${String(max)} operations at a time.`,
            "maxSubscriptionsPerSocket",
          ),
        ),
      );
    }
    const prepared = await engine.prepare(payload, speaker.viewer);
    if (prepared.kind === "refused") return refused(...prepared.errors);
    const maxAgeMs = maxAgeOf(payload);
    if (maxAgeMs instanceof InvalidValueError) return [asGraphQLError(maxAgeMs)];
    if (prepared.kind === "subscription") {
      const refusal = await engine.chargeStream(prepared, { viewer, address: connection.address });
      if (refusal !== null) return refused(refusal);
    }
    const { document } = prepared;
    const operationName = payload.operationName ?? null;
    const contextValue: Subscribing | Calling =
      prepared.kind === "subscription"
        ? { id, connection, speaker, prepared }
        : {
            operation: prepared.operation,
            caller: callerOf(connection, speaker, {
              maxAgeMs,
              traceparent: readTraceparent(payload.extensions?.["traceparent"]),
            }),
          };
    return { schema: engine.schema(), document, operationName, contextValue };
  }

  async function execute({ operation, caller }: Calling): Promise<FormattedExecutionResult> {
    const deadline = startDeadline(caller.signal, limits.requestTimeoutMs);
    try {
      return await engine.execute(operation, { ...caller, signal: deadline.signal });
    } finally {
      deadline.clear();
    }
  }

  function subscribe({ id, connection, speaker, prepared }: Subscribing): SocketStream {
    const stream = new SocketStream(connection, id);
    const options = { transport: "websocket", lastEventId: null, sink: stream } as const;
    return stream.serve(engine.openStream(prepared, speaker, options));
  }

  return makeServer<Record<string, unknown>, SocketConnection>({
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,
    onConnect: (context) => {
      const { connectionParams, extra } = context;
      const named = Object.entries(connectionParams ?? {});
      forgetParams(context);
      const shown = authorizationOf(
        Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value])),
      );
      return introduce(extra, shown ?? extra.authorization);
    },
    onPing: ({ extra }) => {
      extra.cutOffWhenFull(limits.maxSocketBufferBytes);
    },
    onSubscribe: ({ extra, subscriptions }, id, payload) => {
      extra.cutOffWhenFull(limits.maxSocketBufferBytes);
      return check(extra, id, payload, Object.keys(subscriptions).length);
    },
    // results are made for clients already: the casts and `onNext` keep them from being made twice
    subscribe: ({ contextValue }) => subscribe(contextValue as Subscribing),
    execute: ({ contextValue }) => execute(contextValue as Calling) as never,
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: (_context, _id, _payload, errors) => {
      const context = { correlationId: correlationIdOf(undefined), operation: null };
      return presentResult({ errors }, context, logger).errors ?? [];
    },
  });
}

/** graphql-ws would keep what `connection_init` brought, a token mostly, as long as the socket. */
function forgetParams(context: Context<Record<string, unknown>, SocketConnection>): void {
  (context as { connectionParams?: unknown }).connectionParams = undefined;
}

/** @returns the refusal when the operation says how old its answer may be, and nobody can read that */
function maxAgeOf({ extensions }: SubscribePayload): number | null | InvalidValueError {
  try {
    return maxAgeOfExtensions(extensions);
  } catch (error) {
    if (error instanceof InvalidValueError) return error;
    throw error;
  }
}

function callerOf(
  { closed, address }: SocketConnection,
  speaker: Lender,
  asked: Pick<GatewayRequest, "maxAgeMs" | "traceparent">,
): GatewayRequest {
  return newRequest({
    ...speaker,
    address,
    correlationId: correlationIdOf(undefined),
    signal: closed,
    ...asked,
  });
}
