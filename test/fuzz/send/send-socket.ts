import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Frame, SocketAttack } from "../attack.ts";
import type { Observation } from "../observation.ts";
import type { Target } from "./target.ts";

const OPEN_MS = 5_000;
/** So long nothing has come, and nothing is expected any more. */
const QUIET_MS = 120;
const LISTEN_MS = 3_000;
const LOOK_MS = 20;

/** A socket that says what it is told to say, in order, and listens until it is quiet. */
export async function sendSocket(attack: SocketAttack, target: Target): Promise<Observation> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(target.port)}${attack.path}`, [
    ...attack.protocols,
  ]);
  const texts: string[] = [];
  let status: number | null = null;
  const heard = { lastMs: 0 };
  let isClosed = false;
  socket.on("unexpected-response", (_request, response) => {
    status = response.statusCode ?? null;
    socket.terminate();
  });
  socket.on("message", (data: Buffer) => {
    texts.push(data.toString());
    heard.lastMs = Date.now();
  });
  socket.on("error", () => undefined); // it is broken on purpose
  const closed = new Promise<void>((resolve) => {
    socket.on("close", (_code, reason) => {
      isClosed = true;
      texts.push(JSON.stringify({ closed: reason.toString() }));
      resolve();
    });
  });
  const opened = new Promise<void>((resolve) => socket.once("open", resolve));
  const isOpen = await Promise.race([
    opened.then(() => true),
    closed.then(() => false),
    sleep(OPEN_MS, false),
  ]);
  if (!isOpen) {
    socket.terminate();
    return { status, head: "", texts, silence: isClosed ? null : "timeout" };
  }
  for (const frame of attack.frames) {
    if (socket.readyState !== WebSocket.OPEN) break;
    await write(socket, frame, target);
  }
  heard.lastMs = Date.now();
  const untilMs = Date.now() + LISTEN_MS;
  while (!isClosed && Date.now() < untilMs && Date.now() - heard.lastMs < QUIET_MS) {
    await sleep(LOOK_MS);
  }
  socket.terminate();
  return { status, head: "", texts, silence: null };
}

async function write(socket: WebSocket, frame: Frame, { credentials }: Target): Promise<void> {
  if ("text" in frame) socket.send(frame.text);
  else if ("base64" in frame) socket.send(Buffer.from(frame.base64, "base64"));
  else if ("repeated" in frame) socket.send(frame.repeated.repeat(frame.times));
  else if ("raw" in frame) rawSocketOf(socket)?.write(Buffer.from(frame.raw, "latin1"));
  else if ("init" in frame) {
    const authorization = credentials.valueOf(frame.init);
    const payload = authorization === undefined ? {} : { authorization };
    socket.send(JSON.stringify({ type: "connection_init", payload }));
  } else if ("subscribe" in frame) {
    const { subscribe: id, payload } = frame;
    socket.send(JSON.stringify({ type: "subscribe", id, payload }));
  } else if ("ping" in frame) socket.ping();
  else if ("close" in frame) socket.close(frame.close, "fuzz");
  else await sleep(frame.waitMs);
}

/** The connection below the socket: its library lets nobody write half a frame. */
function rawSocketOf(socket: WebSocket): Socket | undefined {
  return (socket as unknown as { readonly _socket?: Socket })._socket;
}
