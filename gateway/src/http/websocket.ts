import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols } from "graphql-ws";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Engine } from "../engine.ts";
import type { LiveHolder } from "../identity/withdrawal.ts";
import { authorizationOf } from "./authenticate.ts";
import { mayConnect } from "./foreign-pages.ts";
import { KeepAlive } from "./keep-alive.ts";
import { SocketConnection } from "./socket-connection.ts";
import type { OpenedBy } from "./socket-connection.ts";
import { createSocketProtocol } from "./websocket-protocol.ts";

const GOING_AWAY = 1001;
const INTERNAL_ERROR = 4500;
const BAD_REQUEST = 4400;
/** In these words graphql-ws throws at a message of its protocol that no client sends. */
const OUT_OF_TURN = /^Unexpected message of type \w+ received$/;
const FOREIGN_PAGE = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
/** After which a socket that does not answer our close is cut. */
const CLOSE_GRACE_MS = 1_000;

export interface ServedSockets extends LiveHolder {
  /** Closes every socket and serves no more. */
  close(): Promise<void>;
}

/** Serves graphql-transport-ws to sockets that are upgraded on `path`. */
export function serveWebSocket(server: Server, path: string, engine: Engine): ServedSockets {
  const { limits, logger, metrics } = engine;
  const maxPayload = limits.maxBodyBytes;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, handleProtocols });
  const protocol = createSocketProtocol(engine);
  const keepAlive = new KeepAlive(limits.keepAliveMs);
  const connections = new Set<SocketConnection>();

  /** Between one socket and the protocol. */
  function speak(socket: WebSocket, network: Duplex, opened: OpenedBy): void {
    const connection = new SocketConnection(socket, network, opened, limits.connectionRoomBytes);
    connections.add(connection);
    const onClosed = protocol.opened(connection, connection);
    keepAlive.add(socket);
    metrics.socketOpened();
    socket.on("message", (data: Buffer) => {
      connection.receive(data.toString()).catch((error: unknown) => {
        fail(connection, error);
      });
    });
    socket.on("pong", answered);
    socket.on("error", broken);
    socket.on("close", (code, reason) => {
      keepAlive.remove(socket);
      metrics.socketClosed();
      connection.hasClosed();
      connections.delete(connection);
      onClosed(code, reason.toString()).catch((error: unknown) => {
        fail(connection, error);
      });
    });
  }

  function answered(this: WebSocket): void {
    keepAlive.answered(this);
  }

  function broken(this: WebSocket, error: Error): void {
    logger.debug({ err: error }, "a client broke the WebSocket protocol");
    this.terminate();
  }

  /** What the protocol throws is ours: logged, never sent. But for a message that only a server may send. */
  function fail(connection: SocketConnection, error: unknown): void {
    if (error instanceof Error && OUT_OF_TURN.test(error.message)) {
      connection.close(BAD_REQUEST, "Invalid message received");
      return;
    }
    logger.error({ err: error }, "a WebSocket failed");
    connection.close(INTERNAL_ERROR, "Internal error");
  }

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const isOurs = request.url?.split("?", 1)[0] === path;
    if (isOurs && !mayConnect(request.headers, engine.allowedOrigins)) {
      stream.end(FOREIGN_PAGE);
    } else if (isOurs) {
      const authorization = authorizationOf(request.headers);
      const address = engine.addressOf(request);
      sockets.handleUpgrade(request, stream, head, (socket) => {
        speak(socket, stream, { authorization, address });
      });
    } else if (server.listenerCount("upgrade") === 1) stream.destroy();
  };
  server.on("upgrade", onUpgrade);

  return {
    lendersOf: (clientId) =>
      [...connections].flatMap(({ speaker }) =>
        speaker?.viewer?.clientId === clientId ? [speaker] : [],
      ),
    withdraw: (lender) => {
      for (const connection of connections) {
        if (connection.speaker === lender) connection.withdraw();
      }
    },
    close: async () => {
      server.off("upgrade", onUpgrade);
      keepAlive.close();
      await Promise.all([...sockets.clients].map((socket) => closeSocket(socket)));
    },
  };
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
