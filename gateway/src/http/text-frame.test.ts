import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { textFrame } from "./text-frame.ts";

const server = createServer();
const sockets = new WebSocketServer({ noServer: true });
let network: Duplex;
let client: WebSocket;

beforeAll(async () => {
  server.on("upgrade", (request, stream, head) => {
    network = stream;
    sockets.handleUpgrade(request, stream, head, () => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  client = new WebSocket(`ws://127.0.0.1:${String(port)}`);
  await once(client, "open");
});
afterAll(() => {
  client.terminate();
  server.close();
});

test.each([
  ["nothing", ""],
  ["as much as the second byte can say", "x".repeat(125)],
  ["more", "x".repeat(126)],
  ["as much as two bytes can say", "x".repeat(65_535)],
  ["still more", "x".repeat(65_536)],
  ["of more bytes than characters", "é€😀".repeat(30)],
])("a client reads the text that was framed: %s", async (_name, text) => {
  network.write(textFrame(text));
  const [data, isBinary] = (await once(client, "message")) as [Buffer, boolean];
  expect(data.toString()).toBe(text);
  expect(isBinary).toBe(false);
});
