import { randomUUID } from "node:crypto";
import type { AccessLog } from "@crossdock/audit";
import type { Gateway, VerifyToken } from "@crossdock/gateway";
import type { Ingest } from "@crossdock/ingest";
import type { Ledger } from "@crossdock/ledger";
import type {
  ManifestBook,
  ManifestDirectory,
  PartnerBook,
  PartnerDirectory,
} from "@crossdock/partners";
import { doing, type Clock, type Metrics } from "@crossdock/runtime";
import fastify, { type FastifyInstance } from "fastify";
import { sql } from "kysely";
import { registerAccesses } from "./access-routes.ts";
import type { LocalIssuer } from "./local-issuer.ts";
import { registerManifests } from "./manifest-routes.ts";
import { registerOAuth } from "./oauth-routes.ts";
import { registerPartners } from "./partner-routes.ts";
import { registerSchema } from "./schema-routes.ts";
import { registerSupergraph } from "./supergraph-routes.ts";
import { registerTower, type TowerRoutesDeps } from "./tower-routes.ts";
import type { UsageBook } from "./usage-book.ts";

export type HttpServerDeps = TowerRoutesDeps & {
  readonly gateway: Gateway;
  readonly ingest: Ingest;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly verifyToken: VerifyToken;
  /** `null` when the configuration switched it off. */
  readonly localIssuer: LocalIssuer | null;
  readonly partnerBook: PartnerBook;
  readonly partners: PartnerDirectory;
  readonly manifestBook: ManifestBook;
  readonly manifestDirectory: ManifestDirectory;
  readonly usageBook: UsageBook;
  /** Where clients reach us. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly accessLog: AccessLog;
  /** The page at `/`. */
  readonly startPage: () => Promise<string>;
  readonly isDraining: () => boolean;
};

const MAX_WEBHOOK_BYTES = 4 * 1024 * 1024;
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A client that sends slower than this holds a connection for nothing, and is cut off with 408. */
const HEADERS_RECEIVED_MS = 10_000;
const REQUEST_RECEIVED_MS = 60_000;
const CHECK_RECEIVED_MS = 2_000;
/** Nothing of ours is shown inside another's page, or taken for something else than it says that it is. */
const BROWSER_RULES = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "content-security-policy": "frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

/** Every door of the process; the gateway opens `/graphql` itself. Not listening yet. */
export function createHttpServer(deps: HttpServerDeps): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: "idle",
    requestTimeout: REQUEST_RECEIVED_MS,
    http: { headersTimeout: HEADERS_RECEIVED_MS, connectionsCheckingInterval: CHECK_RECEIVED_MS },
  });
  app.addHook("onRequest", (_request, reply, done) => {
    void reply.headers(BROWSER_RULES);
    done();
  });
  registerProbes(app, deps);
  registerWebhooks(app, deps.ingest);
  // The page may hold tokens.
  app.get("/", async (_request, reply) =>
    reply
      .type("text/html")
      .header("cache-control", "no-store")
      .send(await deps.startPage()),
  );
  deps.gateway.registerGraphql(app);
  registerTower(app, deps);
  registerSupergraph(app, deps);
  registerSchema(app, deps);
  registerPartners(app, deps);
  registerManifests(app, deps);
  const { localIssuer } = deps;
  if (localIssuer !== null) registerOAuth(app, { ...deps, localIssuer });
  registerAccesses(app, deps);
  return app;
}

function registerProbes(app: FastifyInstance, deps: HttpServerDeps): void {
  const { gateway, ledger, metrics, isDraining } = deps;
  app.get("/healthz", () => {
    const { version, servedSince, lastRefused } = gateway.supergraph();
    const refused = lastRefused && {
      version: lastRefused.version,
      refusedAt: lastRefused.refusedAt,
    };
    return { status: "ok", supergraph: { version, servedSince, lastRefused: refused } };
  });
  app.get("/readyz", async (_request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: "draining" });
    try {
      await sql`select 1`.execute(ledger.db);
      return await reply.send({ status: "ready" });
    } catch {
      return reply.code(503).send({ status: "the ledger does not answer" });
    }
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}

/** Receivers see the raw bytes: signatures are over them. */
function registerWebhooks(app: FastifyInstance, ingest: Ingest): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "*",
      { parseAs: "buffer", bodyLimit: MAX_WEBHOOK_BYTES },
      (_request, body, parsed) => {
        parsed(null, body);
      },
    );
    scope.post<{ Params: { source: string } }>("/webhooks/:source", (request, reply) => {
      const notification = {
        headers: request.headers,
        query: request.query as Readonly<Record<string, string | undefined>>,
        rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      };
      // A source's own traces are not ours: what it tells is shown in the trace of the order that it is about.
      const answer = doing({ correlationId: randomUUID(), traceparent: null }, () =>
        ingest.receive(request.params.source, notification),
      );
      if (answer === null) return reply.code(404).send();
      return reply.code(answer.status).type("text/plain").send(answer.body);
    });
    done();
  });
}
