import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Instant, Viewer } from "@crossdock/domain";
import { createGateway, createHttpTransport, createLocalTransport } from "@crossdock/gateway";
import type { Gateway, HttpTransport, SubgraphTransport } from "@crossdock/gateway";
import { createLogger } from "@crossdock/runtime";
import { fastify } from "fastify";
import { execute, parse } from "graphql";
import type { GraphQLSchema } from "graphql";
import { createTicker } from "./event-ticker.ts";
import { makeUpSubgraph, readSupergraph, SUBGRAPHS } from "./made-up-subgraphs.ts";
import type { FailingPlaces, SubgraphName } from "./made-up-subgraphs.ts";

/** Sees everything. */
const VIEWER: Viewer = {
  id: "user-1",
  name: null,
  clientId: "made-up",
  role: "operator",
  scopes: [
    "orders:read",
    "orders:write",
    "billing:read",
    "billing:write",
    "operations:read",
    "operations:write",
  ],
  customers: "all",
  expiresAt: "2099-01-01T00:00:00.000Z" as Instant,
};

/** Does not stand in the way of measuring. */
const UNLIMITED = 1_000_000_000;
const POLICY = {
  clientId: VIEWER.clientId,
  isSuspended: false,
  operations: "open",
  audience: "operator",
  isHeldToContract: false,
  pointsPerMinute: UNLIMITED,
  concurrentOperations: UNLIMITED,
  sourceCallsPerMinute: null,
} as const;

export type MadeUpGatewayOptions = {
  /** Those that are asked over HTTP, by a server of this process; all others are executed by the gateway. */
  readonly overHttp: readonly SubgraphName[];
  readonly failing: FailingPlaces;
  /** Of each subgraph of this process. */
  readonly maxCachedDocuments: number;
};

/** The product's graph behind the product's gateway, on a port, and nothing of the product behind it. */
export type MadeUpGateway = {
  /** Of /graphql. */
  readonly url: string;
  readonly gateway: Gateway;
  readonly supergraphSdl: string;
  /** Sends every subscriber of `orderChanged` its next event. */
  readonly tick: () => void;
  readonly close: () => Promise<void>;
};

export async function openMadeUpGateway({
  overHttp,
  failing,
  maxCachedDocuments,
}: MadeUpGatewayOptions): Promise<MadeUpGateway> {
  const ticker = createTicker();
  const servers: Server[] = [];
  const transports: HttpTransport[] = [];
  const subgraphs: Record<string, SubgraphTransport> = {};
  for (const name of SUBGRAPHS) {
    const schema = makeUpSubgraph(name, failing);
    if (overHttp.includes(name)) {
      const server = await serve(schema);
      const { port } = server.address() as AddressInfo;
      const url = new URL(`http://127.0.0.1:${String(port)}/graphql`);
      const transport = createHttpTransport({ url });
      servers.push(server);
      transports.push(transport);
      subgraphs[name] = transport;
    } else {
      const root = schema.getSubscriptionType()?.getFields()["orderChanged"];
      if (root !== undefined) root.subscribe = () => ticker.follow();
      subgraphs[name] = createLocalTransport({
        schema,
        createContext: () => ({}),
        maxCachedDocuments,
      });
    }
  }
  const supergraphSdl = readSupergraph();
  const gateway = await createGateway({
    supergraphSdl,
    subgraphs,
    verifyToken: () => Promise.resolve(VIEWER),
    clientPolicies: { policyOf: () => POLICY, onChange: () => () => undefined },
    logger: createLogger({ name: "made-up", level: "silent" }),
  });
  const app = fastify();
  gateway.registerGraphql(app);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url: `${url}/graphql`,
    gateway,
    supergraphSdl,
    tick: () => {
      ticker.tick();
    },
    close: async () => {
      await app.close();
      await gateway.stop();
      await Promise.all(transports.map((transport) => transport.close()));
      for (const server of servers) server.close();
    },
  };
}

type Call = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
};

async function serve(schema: GraphQLSchema): Promise<Server> {
  const server = createServer((request, response) => {
    json(request)
      .then((body) => {
        const { query, operationName, variables } = body as Call;
        const document = parse(query, { noLocation: true });
        return execute({ schema, document, operationName, variableValues: variables });
      })
      .then(
        (result) =>
          response.setHeader("content-type", "application/json").end(JSON.stringify(result)),
        () => response.destroy(),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
