import { InvalidValueError, UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from "graphql";
import { makeServer } from "graphql-ws";
import type { Server, SubscribePayload } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Engine } from "../engine.ts";
import { TooManySubscriptionsError } from "../errors/gateway-errors.ts";
import { asGraphQLError, presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import { maxAgeOfExtensions } from "../max-age.ts";
import { correlationIdOf, newRequest } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import { callAt } from "../subscriptions/call-at.ts";
import type { Prepared } from "../subscriptions/prepare.ts";
import { authenticate } from "./authenticate.ts";

/** What is known of a socket before it introduces itself. */
export type SocketContext = {
  readonly socket: WebSocket;
  /**
   * Writes one message, past graphql-ws.
   * @returns nothing while there is room for more; else resolves when there is, or the socket is closed
   */
  readonly write: (text: string) => Promise<void> | undefined;
  /** Aborts when the socket is closed, by whomever. */
  readonly closed: AbortSignal;
  /** Of the upgrade request: browsers cannot send one, programs can. */
  readonly authorization: string | undefined;
};

export type SocketProtocol = Server<SocketContext>;

/** Who speaks on a socket, from its `connection_init` on. */
type Session = { readonly viewer: Viewer | null; readonly authorization: string | null };

/** What is handed from the check of an operation to its execution. */
type Call = {
  readonly id: string;
  readonly context: SocketContext;
  readonly prepared: Prepared;
  readonly payload: SubscribePayload;
  readonly caller: GatewayRequest;
};

const TRY_AGAIN_LATER = 1013;
const TOKEN_EXPIRED = 4403;
/** After its token has expired a socket stays for its last messages. */
const LAST_MESSAGES_MS = 250;

/**
 * graphql-transport-ws over the engine. The token comes in the `authorization` of `connection_init`:
 * there are no cookies, so a foreign page cannot borrow anybody's session.
 */
export function createSocketProtocol(engine: Engine): SocketProtocol {
  const { limits, logger } = engine;
  const sessions = new WeakMap<SocketContext, Session>();

  /** @returns whether the socket may stay */
  async function introduce(context: SocketContext, token: unknown): Promise<boolean> {
    const { socket, closed } = context;
    try {
      const viewer = await authenticate(token, engine.verifyToken);
      if (closed.aborted) return false;
      sessions.set(context, { viewer, authorization: viewer === null ? null : String(token) });
      if (viewer !== null) {
        const cancel = callAt(viewer.expiresAt, () => {
          closeExpired(socket);
        });
        closed.addEventListener("abort", cancel, { once: true });
      }
      return true;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      logger.error({ err: error }, "cannot verify tokens");
      socket.close(TRY_AGAIN_LATER, "Tokens cannot be verified now");
      return false;
    }
  }

  function check(
    context: SocketContext,
    id: string,
    payload: SubscribePayload,
    running: number,
  ): ExecutionArgs | readonly GraphQLError[] {
    const session = sessions.get(context);
    if (session === undefined) throw new Error("The socket has not introduced itself.");
    if (running > limits.maxSubscriptionsPerSocket) {
      const max = String(limits.maxSubscriptionsPerSocket);
      return [
        asGraphQLError(new TooManySubscriptionsError(`At most ${max} operations at a time.`)),
      ];
    }
    const prepared = engine.prepare(payload);
    if (prepared.kind === "refused") return prepared.errors;
    const caller = callerOf(session, context, payload);
    if (caller instanceof InvalidValueError) return [asGraphQLError(caller)];
    const call: Call = { id, context, prepared, payload, caller };
    const { document } = prepared;
    const operationName = payload.operationName ?? null;
    return { schema: engine.schema(), document, operationName, contextValue: call };
  }

  async function execute({ payload, caller }: Call): Promise<FormattedExecutionResult> {
    const deadline = startDeadline(caller.signal, limits.requestTimeoutMs);
    try {
      return await engine.execute(payload, { ...caller, signal: deadline.signal });
    } finally {
      deadline.clear();
    }
  }

  return makeServer<Record<string, unknown>, SocketContext>({
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,
    onConnect: ({ connectionParams, extra }) => {
      const { authorization, Authorization } = connectionParams ?? {};
      return introduce(extra, authorization ?? Authorization ?? extra.authorization);
    },
    onPing: ({ extra }) => {
      cutOffWhenFull(extra.socket, limits.maxSocketBufferBytes);
    },
    onSubscribe: ({ extra, subscriptions }, id, payload) => {
      cutOffWhenFull(extra.socket, limits.maxSocketBufferBytes);
      return check(extra, id, payload, Object.keys(subscriptions).length);
    },
    // results are made for clients already: the casts and `onNext` keep them from being made twice
    subscribe: ({ contextValue }) => openOnSocket(contextValue as Call, engine),
    execute: ({ contextValue }) => execute(contextValue as Call) as never,
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: (_context, _id, _payload, errors) => {
      const context = { correlationId: correlationIdOf(undefined), operation: null };
      return presentResult({ errors }, context, logger).errors ?? [];
    },
  });
}

/** @returns the refusal when the operation says how old its answer may be, and nobody can read that */
function callerOf(
  session: Session,
  { closed }: SocketContext,
  { extensions }: SubscribePayload,
): GatewayRequest | InvalidValueError {
  try {
    const maxAgeMs = maxAgeOfExtensions(extensions);
    const correlationId = correlationIdOf(undefined);
    return newRequest({ ...session, correlationId, signal: closed, maxAgeMs });
  } catch (error) {
    if (error instanceof InvalidValueError) return error;
    throw error;
  }
}

/**
 * Opens a stream whose messages are written past graphql-ws, which would make the JSON of a result again
 * for each subscriber. What graphql-ws iterates over has no results, and ends when the stream does.
 */
function openOnSocket({ id, context, prepared, caller }: Call, engine: Engine): EndOfStream {
  if (prepared.kind !== "subscription") throw new Error("Not a subscription.");
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const stream = engine.openStream(prepared, caller, {
    transport: "websocket",
    lastEventId: null,
    sink: {
      write: ({ json }) => context.write(`${head}${json}}`),
      end: () => end(),
      breakOff: () => undefined, // its socket is closed next
    },
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      await ended;
      return DONE;
    },
    return: () => {
      stream.leave();
      end();
      return Promise.resolve(DONE);
    },
  };
}

type EndOfStream = AsyncIterableIterator<never, undefined>;

const DONE = { done: true, value: undefined } as const;

/** The streams end by themselves at the same moment and say why; the socket follows them. */
function closeExpired(socket: WebSocket): void {
  setTimeout(() => {
    socket.close(TOKEN_EXPIRED, "The token has expired");
  }, LAST_MESSAGES_MS);
}

/** A client that sends and does not read would fill our memory with answers. */
function cutOffWhenFull(socket: WebSocket, maxBytes: number): void {
  if (socket.bufferedAmount > maxBytes) socket.terminate();
}
