import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { KeepAlive } from "./keep-alive.ts";

const EVERY_MS = 80;

test("who answers pings stays, and who does not is cut when the next one is due", async () => {
  const keepAlive = new KeepAlive(EVERY_MS);
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    keepAlive.add(socket);
    socket.on("pong", () => {
      keepAlive.answered(socket);
    });
    socket.on("close", () => {
      keepAlive.remove(socket);
    });
  });
  await once(server, "listening");
  const url = `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const silent = new WebSocket(url, { autoPong: false });
  const alive = new WebSocket(url);
  let pings = 0;
  alive.on("ping", () => {
    pings += 1;
  });
  const [code] = (await once(silent, "close")) as [number];
  expect(code).toBe(1006); // no close frame: it was cut
  while (pings < 3) await once(alive, "ping");
  expect(alive.readyState).toBe(WebSocket.OPEN);
  keepAlive.close();
  alive.terminate();
  await new Promise((resolve) => server.close(resolve));
});
