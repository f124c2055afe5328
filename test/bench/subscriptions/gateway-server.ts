import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalIssuer } from "@crossdock/app";
import { readCrossdockYaml } from "@crossdock/app/config";
import { createSources } from "@crossdock/app/sources";
import { allCommands } from "@crossdock/commands";
import {
  parseDecimal,
  parseUomCode,
  parseWarehouseCode,
  PLAIN_STOCK_POLICY,
} from "@crossdock/domain";
import { encodeCursor, inventoryChanged } from "@crossdock/events";
import {
  createGateway,
  createLocalTransport,
  createTokenVerifier,
  type SubgraphTransport,
} from "@crossdock/gateway";
import {
  createCustomerBook,
  createInvoiceBook,
  createOrderBook,
  createPriceBook,
  createProductBook,
  createReceiptBook,
  createReservationBook,
  createStockBook,
} from "@crossdock/processes";
import { createReadCache, createReads, expireOnEvents } from "@crossdock/reads";
import { createLogger, createMetrics, systemClock } from "@crossdock/runtime";
import { createInventorySubgraph } from "@crossdock/subgraph-inventory";
import { fastify } from "fastify";
import { ROOT } from "../../src/program.ts";
import { openBenchStore, type BenchPlace } from "../commands/bench-store.ts";
import { skuOf } from "./frames.ts";
import { nowMs } from "./now.ts";
import { servePublisher } from "./serve-publisher.ts";

/**
 * The server that is measured: event log, inventory subgraph and gateway as the application wires them, in one
 * process with the embedded ledger. Events are appended straight to the log. Nobody asks for what a source
 * knows, and the other subgraphs have no part in it.
 */
const place = JSON.parse(process.argv[2] ?? "") as BenchPlace;
const maxSubscriptions = Number(process.argv[3]);

const OTHER_SUBGRAPHS = ["orders", "shipments", "billing", "operations"];
const TOKEN_SECONDS = 4 * 3_600;
/** Nobody listens there. */
const NO_SANDBOX = "http://127.0.0.1:9";

const logger = createLogger({ name: "bench", level: "warn" });
const clock = systemClock;
const store = await openBenchStore(place, allCommands);
const { ledger, eventLog, commandLog } = store;
const { sources: config } = await readCrossdockYaml(join(ROOT, "crossdock.yaml"), {
  SANDBOX_URL: NO_SANDBOX,
});
const metrics = createMetrics();
const sources = createSources({
  config,
  clock,
  logger,
  metrics,
  looksBeforeCreate: true,
  hasLanes: true,
  isPaused: () => false,
});
const copies = { ledger, source: sources.erp.name, clock, staleAfterMs: 0 };
const productBook = createProductBook(copies);
const stockBook = createStockBook(ledger);
const cache = createReadCache({ redis: null, clock, logger, metrics });
await expireOnEvents(cache, eventLog);
const reads = createReads({
  ...sources,
  cache,
  productBook,
  customerBook: createCustomerBook(copies),
  priceBook: createPriceBook(copies),
  stockBook,
  orderBook: createOrderBook(ledger),
  invoiceBook: createInvoiceBook(ledger),
  ordersReadThrough: () => null,
  clock,
});
const inventory = createInventorySubgraph({
  ...sources,
  readCache: cache,
  reads,
  commandReads: reads,
  ledger,
  reservationBook: createReservationBook(ledger, clock),
  stockBook,
  receiptBook: createReceiptBook(ledger),
  stockPolicy: PLAIN_STOCK_POLICY,
  productBook,
  commandLog,
  eventLog,
  clock,
  logger,
});
const dataDir = await mkdtemp(join(tmpdir(), "crossdock-bench-"));
const issuer = await openLocalIssuer(dataDir);
const gateway = await createGateway({
  supergraphSdl: await readFile(join(ROOT, "supergraph.graphql"), "utf8"),
  subgraphs: {
    ...Object.fromEntries(OTHER_SUBGRAPHS.map((name) => [name, refusing(name)])),
    inventory: createLocalTransport({
      schema: inventory.schema,
      createContext: (request) => inventory.createContext(request),
    }),
  },
  verifyToken: createTokenVerifier({
    issuers: [{ issuer: issuer.issuer, audience: issuer.audience, keys: { jwks: issuer.jwks } }],
    clockToleranceSeconds: 0,
  }),
  logger,
  limits: { maxSubscriptions, maxSubscriptionsPerClient: maxSubscriptions },
});
const app = fastify();
gateway.registerGraphql(app);
await app.listen({ port: 0, host: "127.0.0.1" });

const connections = new Set<{ destroy(): void }>();
app.server.on("connection", (connection) => {
  connections.add(connection);
  connection.once("close", () => connections.delete(connection));
});

const EAST = parseWarehouseCode("EAST");
const ONE = { value: parseDecimal("1"), uom: parseUomCode("EA") };

servePublisher(
  {
    port: (app.server.address() as AddressInfo).port,
    publish: async (groups) => {
      const events = groups.map((group) =>
        inventoryChanged.create(
          { sku: skuOf(group), warehouse: EAST, change: "RECEIVED", delta: ONE, position: null },
          { occurredAt: clock.now(), customerNumber: null },
        ),
      );
      const positions = await ledger.transaction((trx) =>
        eventLog.append(trx, events, { tenant: null, correlationId: "bench", causationId: null }),
      );
      return { cursors: positions.map(encodeCursor), sureAt: nowMs() };
    },
    cut: () => {
      for (const connection of connections) connection.destroy();
    },
    close: async () => {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  },
  await issuer.mintToken({ role: "operator", customers: "all", ttlSeconds: TOKEN_SECONDS }),
);

function refusing(name: string): SubgraphTransport {
  const refuse = () => Promise.reject(new Error(`The bench has no subgraph ${name}.`));
  return { execute: refuse, subscribe: refuse };
}
