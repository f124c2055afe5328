import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { groupOf, nextFrame, type ClientFrame } from "./frames.ts";
import { nowMs } from "./now.ts";
import { servePublisher } from "./serve-publisher.ts";

type Follower = { readonly socket: WebSocket; readonly id: string };
type Told = { readonly cursor: string; readonly at: string };

/**
 * The least that could tell the same: a WebSocket server that knows who follows which group, and writes the
 * same frames. It checks nothing, and keeps the last event of each group for those who come back.
 */
const followers = new Map<number, Set<Follower>>();
const last = new Map<number, Told>();
const server = createServer();
const sockets = new WebSocketServer({ server, handleProtocols: ([first]) => first ?? false });
let position = 0;

sockets.on("connection", (socket) => {
  socket.setMaxListeners(0); // one for each subscription
  socket.on("message", (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ClientFrame;
    if (frame.type === "connection_init") socket.send('{"type":"connection_ack"}');
    else follow(socket, frame);
  });
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const publish = (groups: readonly number[]) => {
    const sureAt = nowMs();
    return Promise.resolve({ cursors: groups.map(tell), sureAt });
  };
  servePublisher({ port, publish, cut, close: () => Promise.resolve() }, "");
});

function follow(socket: WebSocket, frame: Extract<ClientFrame, { type: "subscribe" }>): void {
  const { id, payload } = frame;
  const group = groupOf(payload.variables);
  const follower = { socket, id };
  const ofGroup = followers.get(group) ?? new Set();
  followers.set(group, ofGroup.add(follower));
  socket.once("close", () => ofGroup.delete(follower));
  const told = last.get(group);
  const { after } = payload.variables;
  if (told !== undefined && after !== null && after !== told.cursor) {
    socket.send(nextFrame(id, told.cursor, told.at));
  }
}

/** @returns the event's cursor */
function tell(group: number): string {
  position += 1;
  const cursor = Buffer.from(`e1:${String(position)}`).toString("base64url");
  const at = new Date().toISOString();
  last.set(group, { cursor, at });
  const frames = new Map<string, Buffer>();
  for (const { socket, id } of followers.get(group) ?? []) {
    const frame = frames.get(id) ?? Buffer.from(nextFrame(id, cursor, at));
    frames.set(id, frame);
    socket.send(frame, { binary: false });
  }
  return cursor;
}

function cut(): void {
  for (const socket of sockets.clients) socket.terminate();
}
