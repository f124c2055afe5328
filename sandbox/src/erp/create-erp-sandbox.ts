import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { ProfileBoard } from "../kit/profiles.ts";
import type { SandboxSource, SourceDeps } from "../kit/source.ts";
import { createApiSets, createCompanySet } from "./api-sets.ts";
import { openDatabase } from "./data/database.ts";
import type { Change } from "./data/table.ts";
import { controlDocuments } from "./documents.ts";
import { createJournalWriters } from "./journal/journal-lines.ts";
import { postJournalLines } from "./journal/post-journal-lines.ts";
import { createRequestGate, type Patience, type RequestGate } from "./limits.ts";
import {
  badRequest,
  errorAnswer,
  invalidCredentials,
  methodNotAllowed,
  noSuchResource,
  ODataError,
  tooManyRequests,
} from "./odata/error.ts";
import { createPublishedPages } from "./pages/published-pages.ts";
import { patienceOf } from "./profiles/patience.ts";
import { createPooledSessions } from "./profiles/pooled-sessions.ts";
import { registerSlowWork } from "./profiles/slow-work.ts";
import { repriceLines } from "./pages/reprice-lines.ts";
import { registerApi, registerPages } from "./routes.ts";
import { DEFAULT_ERP_OPTIONS, ERP_PATHS, type ErpOptions, type ServiceTime } from "./setup.ts";
import { tamperWithErp } from "./tamper.ts";
import { createTokenIssuer, type TokenIssuer } from "./tokens.ts";
import { startNotifier } from "./webhooks/notifier.ts";
import { registerSubscriptions } from "./webhooks/subscription-routes.ts";
import { createSubscriptions } from "./webhooks/subscriptions.ts";
import { createWriters } from "./writers.ts";

/**
 * Business Central's API v2.0 and a few published pages, over the sandbox's own company.
 * It keeps the real one's unpleasant sides: no idempotency on create, orders that vanish once
 * posted, late and batched notifications, five calls at once.
 */
export function createErpSandbox(
  deps: SourceDeps,
  options: Partial<ErpOptions> = {},
): SandboxSource {
  const settings = { ...DEFAULT_ERP_OPTIONS, ...options };
  const { world, clock, webhooks, profiles, store, baseUrl } = deps;
  const database = openDatabase(deps);
  const companies = createCompanySet();
  const subscriptions = createSubscriptions(database, webhooks);
  const notifier = startNotifier({
    database,
    subscriptions,
    webhooks,
    clock,
    pending: store.collection<Change>("pendingNotifications"),
    collectionThreshold: settings.collectionThreshold,
  });
  const tokens = createTokenIssuer(settings.tokenLifetimeSeconds, () => clock.now());
  const gate = createRequestGate(settings.limits, () => clock.now().getTime());

  return {
    name: "erp",
    register(app) {
      readBodies(app);
      answerErrors(app);
      guard(app, tokens, {
        gate,
        patience: () => patienceOf(profiles, clock),
        serviceTime: settings.serviceTimeMs,
      });
      registerSlowWork(app, profiles, clock);
      keepPagesReadOnly(app, profiles);
      app.post(ERP_PATHS.token, { config: { operation: "POST token" } }, (request, reply) => {
        const { status, body } = tokens.issue(String(request.body));
        return reply.code(status).send(body);
      });
      const sets = createApiSets(database);
      const pages = createPublishedPages(database, world);
      const writers = createWriters(database);
      const rootUrl = (path: string) => `${baseUrl}${path}`;
      const sessions = createPooledSessions(profiles);
      const api = { rootUrl: rootUrl(ERP_PATHS.api), database, sets, companies, writers };
      registerApi(app, api, sessions);
      registerSubscriptions(app, database, subscriptions);
      const root = rootUrl(ERP_PATHS.odata);
      const journals = createJournalWriters(database);
      const published = { rootUrl: root, database, sets: pages, companies, writers: journals };
      registerPages(app, published, sessions);
    },
    refusals: {
      error: errorAnswer(new ODataError(500, "Internal_ServerError", "An error has occurred.")),
      rateLimit: errorAnswer(tooManyRequests(settings.limits.queued + 1, settings.limits.queued)),
    },
    documents: (type) => controlDocuments(database, type),
    // No service of the vendor's posts a journal: a person does, on the screen.
    advance: (reference, to) => to === "posted" && postJournalLines(database, reference),
    reprice: (sku, to, unitPrice) => repriceLines(database, { sku, to, unitPrice }),
    tamper: (type, reference, change) => tamperWithErp(database, type, reference, change),
    stop: () => notifier.stop(),
  };
}

/** JSON as text first: an action is posted with a JSON content type and no body at all. */
function readBodies(app: FastifyInstance): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    const body = String(text);
    try {
      done(null, body.trim() === "" ? undefined : JSON.parse(body));
    } catch {
      done(badRequest("The request body is not valid JSON."));
    }
  });
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    const { status, headers, body } = errorAnswer(error);
    return reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = errorAnswer(noSuchResource(request.url.split("?")[0] ?? ""));
    return reply.code(status).send(body);
  });
}

/** `dist-c`: the published pages are for reading; a batch of reads is posted all the same. */
function keepPagesReadOnly(app: FastifyInstance, profiles: ProfileBoard): void {
  app.addHook("preHandler", async ({ method, url }) => {
    const isWrite = method !== "GET" && !url.endsWith("/$batch");
    if (isWrite && url.includes(ERP_PATHS.odata) && profiles.has("dist-c")) {
      throw methodNotAllowed(method, "the published pages");
    }
  });
}

/** Every call but the token's: who is it, is there room, and how long does the work take. */
function guard(
  app: FastifyInstance,
  tokens: TokenIssuer,
  {
    gate,
    patience,
    serviceTime,
  }: {
    readonly gate: RequestGate;
    readonly patience: () => Patience | null;
    readonly serviceTime: ServiceTime;
  },
): void {
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.operation === "POST token") return;
    const principal = tokens.verify(request.headers.authorization);
    if (principal === null) throw invalidCredentials();
    const release = await gate.enter(principal, patience()).catch((refusal: unknown) => {
      reply.isRefusedForLoad = true;
      throw refusal;
    });
    // A client may have gone while it waited for its place: then nobody will close the response.
    if (request.raw.socket.destroyed) release();
    else reply.raw.once("close", release);
  });
  app.addHook("preHandler", async (request) => {
    const { least, most, perPart } = serviceTime;
    const parts = (request.body as { requests?: unknown } | undefined)?.requests;
    const partsMs = Array.isArray(parts) ? parts.length * perPart : 0;
    if (most > 0) await sleep(least + Math.random() * (most - least) + partsMs);
  });
}
