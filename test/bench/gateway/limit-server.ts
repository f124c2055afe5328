import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What no gateway on Node can pass: reads the body, looks up the answer that the reference gave to it, and writes its
 * bytes. The file has pairs of both.
 */
const pairs = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as [string, string][];
const answers = new Map(pairs.map(([body, answer]) => [body, Buffer.from(answer)]));

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const answer = answers.get(Buffer.concat(chunks).toString("utf8"));
    if (answer === undefined) return void response.writeHead(NOT_FOUND).end();
    response.writeHead(OK, {
      "content-type": "application/json; charset=utf-8",
      "content-length": answer.length,
    });
    response.end(answer);
  });
});
const OK = 200;
const NOT_FOUND = 404;

server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
process.send?.({ url: `http://127.0.0.1:${String(port)}/` });
