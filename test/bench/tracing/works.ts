import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { allCommands, parseIdempotencyKey, submitOrder } from "@crossdock/commands";
import { parseInstant, SCOPES_OF_ROLE, type Viewer } from "@crossdock/domain";
import { createGateway, type SubgraphTransport } from "@crossdock/gateway";
import { createLogger, inTrace } from "@crossdock/runtime";
import { fastify } from "fastify";
import { ROOT } from "../../src/program.ts";
import { openBenchStore } from "../commands/bench-store.ts";
import { newDraft } from "../commands/order-draft.ts";

/** Something that a client asks for. */
export type Work = {
  readonly name: string;
  /** How many it makes when it is traced. */
  readonly spans: number;
  readonly once: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const { signal } = new AbortController();

/** An order: command, order, events and audit on the disk of the embedded ledger. */
export async function openAccepting(): Promise<Work> {
  const place = { name: "embedded", databaseUrl: null, redisUrl: null };
  const store = await openBenchStore(place, allCommands);
  const accept = async () => {
    const draft = newDraft();
    const correlationId = randomUUID();
    await store.commandLog.take(
      submitOrder,
      {
        clientId: "bench",
        idempotencyKey: parseIdempotencyKey(randomUUID()),
        requestedBy: "bench",
        customerNumber: draft.customerNumber,
        data: draft,
        correlationId,
        causationId: null,
        alongside: ({ id, traceparent }) =>
          store.orderProcess.opening(draft, { correlationId, causationId: id, traceparent }),
      },
      signal,
    );
  };
  return {
    name: "accept",
    spans: 2,
    once: () =>
      inTrace({ correlationId: "bench", traceparent: null }, () => ({ name: "request" }), accept),
    close: () => store.close(),
  };
}

const QUERY = JSON.stringify({ query: "query Small { sources { name } }" });
const SUBGRAPHS = ["orders", "inventory", "shipments", "billing", "operations"];

/** The least that a query can be: one fetch of a subgraph that has its answer at hand. */
export async function openQuerying(): Promise<Work> {
  const transport: SubgraphTransport = {
    execute: () => Promise.resolve({ data: { sources: [{ name: "erp" }] } }),
    subscribe: () => Promise.resolve({ errors: [] }),
  };
  const gateway = await createGateway({
    supergraphSdl: await readFile(join(ROOT, "supergraph.graphql"), "utf8"),
    subgraphs: Object.fromEntries(SUBGRAPHS.map((name) => [name, transport])),
    verifyToken: () => Promise.resolve(VIEWER),
    logger: createLogger({ name: "bench", level: "error" }),
  });
  const app = fastify();
  gateway.registerGraphql(app);
  await app.ready();
  const headers = { "content-type": "application/json", authorization: "Bearer bench" };
  const once = async () => {
    const { body } = await app.inject({ method: "POST", url: "/graphql", headers, payload: QUERY });
    if (!body.includes(`"name":"erp"`)) throw new Error(`The query is refused: ${body}`);
  };
  return { name: "small query", spans: 2, once, close: () => app.close() };
}

const VIEWER: Viewer = {
  id: "bench",
  name: null,
  clientId: "bench",
  role: "operator",
  scopes: SCOPES_OF_ROLE.operator,
  customers: "all",
  expiresAt: parseInstant("2100-01-01T00:00:00Z"),
};
