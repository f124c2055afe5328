import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A source in a process of its own: it answers every call after the milliseconds of its first argument. */
const answerMs = Number(process.argv[2]);

const server = createServer((request, response) => {
  request.resume();
  setTimeout(() => response.end(), answerMs);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit(0));
