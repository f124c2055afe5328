import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols } from "graphql-ws";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Engine } from "../engine.ts";
import { createRequestController } from "../execution/deadline.ts";
import { createSocketProtocol } from "./websocket-protocol.ts";
import type { SocketProtocol } from "./websocket-protocol.ts";

const GOING_AWAY = 1001;
const INTERNAL_ERROR = 4500;
/** After which a socket that does not answer our close is cut. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Serves graphql-transport-ws to sockets that are upgraded on `path`.
 * @returns closes every socket and serves no more
 */
export function serveWebSocket(server: Server, path: string, engine: Engine): () => Promise<void> {
  const { limits } = engine;
  const maxPayload = limits.maxBodyBytes;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, handleProtocols });
  const protocol = createSocketProtocol(engine);

  const onUpgrade = (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const isOurs = request.url?.split("?", 1)[0] === path;
    if (isOurs) {
      sockets.handleUpgrade(request, connection, head, (socket) => {
        keepAlive(socket, limits.keepAliveMs);
        engine.metrics.socketOpened();
        socket.once("close", engine.metrics.socketClosed);
        speak(protocol, socket, request, engine);
      });
    } else if (server.listenerCount("upgrade") === 1) connection.destroy();
  };
  server.on("upgrade", onUpgrade);

  return async () => {
    server.off("upgrade", onUpgrade);
    await Promise.all([...sockets.clients].map((socket) => closeSocket(socket)));
  };
}

/** Between one socket and the protocol. What the protocol throws is ours: logged, never sent. */
function speak(
  protocol: SocketProtocol,
  socket: WebSocket,
  request: IncomingMessage,
  { limits, logger }: Engine,
): void {
  const closed = createRequestController();
  const fail = (error: unknown) => {
    logger.error({ err: error }, "a WebSocket failed");
    socket.close(INTERNAL_ERROR, "Internal error");
  };
  const onClosed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(socket, text),
      close: (code, reason) => {
        socket.close(code, reason);
      },
      onMessage: (receive) => {
        socket.on("message", (data: Buffer) => {
          receive(data.toString()).catch(fail);
        });
      },
    },
    {
      socket,
      write: (text) => write(socket, text, limits.connectionRoomBytes),
      closed: closed.signal,
      authorization: request.headers.authorization,
    },
  );
  socket.on("error", (error) => {
    logger.debug({ err: error }, "a client broke the WebSocket protocol");
    socket.terminate();
  });
  socket.once("close", (code, reason) => {
    closed.abort();
    onClosed(code, reason.toString()).catch(fail);
  });
}

/** While little waits to be written there is no need to hear when this is. */
function write(socket: WebSocket, text: string, roomBytes: number): Promise<void> | undefined {
  if (socket.bufferedAmount + text.length > roomBytes) return send(socket, text);
  socket.send(text);
  return undefined;
}

/** Resolves when the text has left for the network, or the client has. */
async function send(socket: WebSocket, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.send(text, () => {
      resolve();
    });
  });
}

/** A client that does not answer a ping before the next one is gone, whatever the network says. */
function keepAlive(socket: WebSocket, everyMs: number): void {
  let isAnswered = true;
  const timer = setInterval(() => {
    if (!isAnswered) {
      socket.terminate();
      return;
    }
    isAnswered = false;
    socket.ping();
  }, everyMs);
  socket.on("pong", () => {
    isAnswered = true;
  });
  socket.once("close", () => {
    clearInterval(timer);
  });
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
