import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { composeServices } from "@apollo/composition";
import { graphql, parse } from "graphql";
import { SUBGRAPHS } from "./subgraphs.js";

/**
 * The one process of subgraphs behind all contestants. It works a request out once and remembers the bytes of its
 * answer by the bytes of its body, so that what is measured is the gateway in front of it.
 */
const MAX_REMEMBERED = 50_000;
const remembered = new Map();

const servers = await Promise.all(
  SUBGRAPHS.map(async ({ name, sdl, schema }) => {
    const server = createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const known = remembered.get(name + body);
        if (known !== undefined) send(response, known);
        else void work(name, schema, body).then((bytes) => send(response, bytes));
      });
    });
    server.keepAliveTimeout = 0; // a contestant that is not measured for a while keeps its connections
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    return { name, sdl, url: `http://127.0.0.1:${String(port)}/graphql` };
  }),
);

async function work(name, schema, body) {
  const { query, variables, operationName } = JSON.parse(body);
  const result = await graphql({
    schema,
    source: query,
    variableValues: variables,
    operationName,
  });
  const bytes = Buffer.from(JSON.stringify(result));
  if (remembered.size >= MAX_REMEMBERED) {
    throw new Error(`A contestant sends more than ${String(MAX_REMEMBERED)} different requests.`);
  }
  remembered.set(name + body, bytes);
  return bytes;
}

function send(response, bytes) {
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
  });
  response.end(bytes);
}

const { supergraphSdl, errors } = composeServices(
  servers.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })),
);
if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
process.send({ supergraphSdl, subgraphs: servers });
