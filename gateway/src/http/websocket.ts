import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";
import type { Viewer } from "@crossdock/domain";
import type { FormattedExecutionResult } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Engine } from "../engine.ts";
import { TooManySubscriptionsError, UnauthenticatedError } from "../errors/gateway-errors.ts";
import { asGraphQLError, presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import { correlationIdOf, newRequest } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import { callAt } from "../subscriptions/call-at.ts";
import type { OperationPayload, Prepared } from "../subscriptions/prepare.ts";
import { authenticate } from "./authenticate.ts";

/** One socket: who opened it, and whether it is still there. */
type Session = {
  readonly viewer: Viewer | null;
  readonly authorization: string | null;
  readonly closed: AbortController;
};

/** What `onSubscribe` hands on to `subscribe` and `execute`. */
type Call = {
  readonly prepared: Prepared;
  readonly payload: OperationPayload;
  readonly session: Session;
};

const TOKEN_EXPIRED = 4403;
const TRY_AGAIN_LATER = 1013;
const GOING_AWAY = 1001;
/** After its token has expired a socket stays for its last messages. */
const LAST_MESSAGES_MS = 250;
/** After which a socket that does not answer our close is cut. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Serves graphql-transport-ws on upgrades of `path`. The token comes in the `authorization` of
 * `connection_init`, or as a header of the upgrade: there are no cookies, so a foreign page cannot
 * borrow anybody's session.
 * @returns closes every socket and serves no more
 */
export function serveWebSocket(server: Server, path: string, engine: Engine): () => Promise<void> {
  const { limits } = engine;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes });
  const sessions = new WeakMap<WebSocket, Session>();

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (new URL(request.url ?? "/", "http://gateway").pathname === path) {
      sockets.handleUpgrade(request, socket, head, (client) => {
        client.on("error", () => {
          client.terminate(); // a broken frame or a message over the limit: nothing more to say
        });
        sockets.emit("connection", client, request);
      });
    } else if (server.listenerCount("upgrade") === 1) socket.destroy();
  };

  async function open(socket: WebSocket, authorization: unknown): Promise<boolean> {
    try {
      const viewer = await authenticate(authorization, engine.verifyToken);
      const closed = new AbortController();
      sessions.set(socket, {
        viewer,
        authorization: viewer === null ? null : String(authorization),
        closed,
      });
      const cancelExpiry =
        viewer === null ? () => undefined : callAt(viewer.expiresAt, () => expire(socket));
      socket.once("close", () => {
        cancelExpiry();
        closed.abort();
      });
      return true;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      engine.logger.error({ err: error }, "cannot verify tokens");
      socket.close(TRY_AGAIN_LATER, "Tokens cannot be verified now");
      return false;
    }
  }

  useServer(
    {
      connectionInitWaitTimeout: limits.connectionInitTimeoutMs,
      onConnect: ({ connectionParams, extra }) => {
        const { authorization, Authorization } = connectionParams ?? {};
        const header = extra.request.headers.authorization;
        return open(extra.socket, authorization ?? Authorization ?? header);
      },
      onPing: ({ extra }) => {
        cutOffWhenFull(extra.socket, limits.maxSocketBufferBytes);
      },
      onSubscribe: ({ extra, subscriptions }, _id, payload) => {
        cutOffWhenFull(extra.socket, limits.maxSocketBufferBytes);
        const session = sessions.get(extra.socket);
        if (session === undefined) throw new Error("The socket was not opened by us.");
        if (Object.keys(subscriptions).length > limits.maxSubscriptionsPerSocket) {
          const max = String(limits.maxSubscriptionsPerSocket);
          const error = new TooManySubscriptionsError(`At most ${max} operations at a time.`);
          return [asGraphQLError(error)];
        }
        const prepared = engine.prepare(payload);
        if (prepared.kind === "refused") return [...prepared.errors];
        const call: Call = { prepared, payload, session };
        return {
          schema: engine.schema(),
          document: prepared.document,
          operationName: payload.operationName ?? null,
          contextValue: call,
        };
      },
      subscribe: ({ contextValue }) => {
        const { prepared, session } = contextValue as Call;
        if (prepared.kind !== "subscription") throw new Error("Not a subscription.");
        return engine.openStream(prepared, callerOf(session), "websocket") as never;
      },
      execute: async ({ contextValue }) => {
        const { payload, session } = contextValue as Call;
        const deadline = startDeadline(session.closed.signal, limits.requestTimeoutMs);
        try {
          const request = { ...callerOf(session), signal: deadline.signal };
          return (await engine.execute(payload, request)) as never;
        } finally {
          deadline.clear();
        }
      },
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
      onError: (_context, _id, _payload, errors) => {
        const context = { correlationId: correlationIdOf(undefined), operation: null };
        return presentResult({ errors }, context, engine.logger).errors ?? [];
      },
      isProd: true,
    },
    sockets,
    limits.keepAliveMs,
  );
  server.on("upgrade", onUpgrade);

  return async () => {
    server.off("upgrade", onUpgrade);
    await Promise.all([...sockets.clients].map((socket) => closeSocket(socket)));
  };
}

function callerOf({ viewer, authorization, closed }: Session): GatewayRequest {
  const correlationId = correlationIdOf(undefined);
  return newRequest({ correlationId, viewer, authorization, signal: closed.signal });
}

/** The streams end by themselves at the same moment and say why; the socket follows them. */
function expire(socket: WebSocket): void {
  setTimeout(() => {
    socket.close(TOKEN_EXPIRED, "The token has expired");
  }, LAST_MESSAGES_MS);
}

/** A client that sends and does not read would fill our memory with answers. */
function cutOffWhenFull(socket: WebSocket, maxBytes: number): void {
  if (socket.bufferedAmount > maxBytes) socket.terminate();
}

async function closeSocket(socket: WebSocket): Promise<void> {
  const cut = setTimeout(() => {
    socket.terminate();
  }, CLOSE_GRACE_MS);
  await new Promise<void>((resolve) => {
    socket.once("close", () => {
      resolve();
    });
    socket.close(GOING_AWAY, "Going away");
  });
  clearTimeout(cut);
}
