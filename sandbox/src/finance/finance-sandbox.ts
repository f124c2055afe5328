import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Refusal, SandboxSource, SourceDeps } from "../kit/source.ts";
import { registerAccess, requireTenant, requireToken } from "./access.ts";
import { createBooks, type Books } from "./books.ts";
import { registerContactRoutes } from "./contact-routes.ts";
import { controlDocuments } from "./control-documents.ts";
import { registerCreditNoteRoutes } from "./credit-note-routes.ts";
import { FINANCE_DEMO } from "./demo-tenant.ts";
import { createEventPublisher, type WebhookSubscription } from "./event-publisher.ts";
import { createFields } from "./fields.ts";
import { createIdempotency } from "./idempotency.ts";
import { registerInvoiceRoutes } from "./invoice-routes.ts";
import { createLimitGate, VENDOR_LIMITS, type FinanceLimits, type LimitGate } from "./limits.ts";
import { registerPaymentRoutes } from "./payment-routes.ts";
import { accessProblem, ApiProblem } from "./problems.ts";
import { createRender } from "./render.ts";
import type { RouteDeps } from "./router.ts";
import { registerSettingRoutes } from "./setting-routes.ts";
import { tamperWithFinance } from "./tamper.ts";

/** Longest path with query that the vendor's front door lets through. */
const MAX_URL_LENGTH = 2_000;

export type FinanceOptions = {
  /** Nobody is told of changes when left out. */
  readonly webhook?: WebhookSubscription;
  readonly limits?: FinanceLimits;
  /** How long a call takes the vendor, in milliseconds: any time from `least` to `most`. */
  readonly serviceMs?: { readonly least: number; readonly most: number };
};

const SERVICE_MS = { least: 10, most: 25 };
const REFUSALS: Record<"error" | "rateLimit", Refusal> = {
  error: { headers: {}, body: { Title: "An error occurred", Status: 500 } },
  rateLimit: {
    headers: { "retry-after": "1", "x-rate-limit-problem": "minute" },
    body: { Title: "Too Many Requests", Status: 429 },
  },
};

/** The accounting system of the demo: it speaks the Xero Accounting API. */
export function createFinanceSandbox(
  deps: SourceDeps,
  options: FinanceOptions = {},
): SandboxSource {
  const { world, store, clock, webhooks, profiles, baseUrl } = deps;
  const { webhook, limits = VENDOR_LIMITS, serviceMs = SERVICE_MS } = options;
  const apiUrl = `${baseUrl}${FINANCE_DEMO.apiPath}`;
  const publisher =
    webhook && createEventPublisher({ subscription: webhook, store, clock, webhooks, apiUrl });
  const books: Books = createBooks(world, store, (change) => publisher?.publish(change));
  const today = () => clock.now().toISOString().slice(0, 10);
  const render = createRender(world, books, today);
  const routes: RouteDeps = {
    books,
    render,
    fields: createFields(books),
    idempotency: createIdempotency(store, clock.now),
    now: clock.now,
    lockedUntil: () => (profiles.has("period-close") ? today() : null),
  };
  const gate = createLimitGate(limits);

  return {
    name: "finance",
    refusals: REFUSALS,
    async register(app) {
      answerProblems(app);
      acceptForms(app);
      registerAccess(app, clock.now);
      await app.register(
        (api) => {
          guard(api, gate, clock.now);
          api.addHook("preHandler", async () => {
            const { least, most } = serviceMs;
            if (most > 0) await sleep(least + Math.random() * (most - least));
          });
          registerInvoiceRoutes(api, routes);
          registerPaymentRoutes(api, routes);
          registerCreditNoteRoutes(api, routes);
          registerContactRoutes(api, routes);
          registerSettingRoutes(api, world, routes.lockedUntil);
          return Promise.resolve();
        },
        { prefix: FINANCE_DEMO.apiPath },
      );
    },
    documents: (type) => controlDocuments(type, books, render),
    tamper: (type, reference, change) => tamperWithFinance(books, type, reference, change),
    stop: () => publisher?.stop(),
  };
}

/** Token, organisation, URL length and limits, in the order in which the vendor checks them. */
function guard(api: FastifyInstance, gate: LimitGate, now: () => Date): void {
  api.addHook("onRequest", async (request, reply) => {
    if (request.url.length > MAX_URL_LENGTH) {
      throw accessProblem(414, "URI Too Long", "The request URL is too long.");
    }
    requireToken(request, now());
    requireTenant(request);
    const nowMs = now().getTime();
    const admission = gate.enter(nowMs);
    reply.headers(gate.headers(nowMs));
    if (admission.kind === "refused") {
      throw accessProblem(429, "Too Many Requests", "Rate limit exceeded", {
        "retry-after": String(admission.retryAfterS),
        "x-rate-limit-problem": admission.problem,
      });
    }
    reply.raw.once("close", () => {
      gate.leave();
    });
  });
}

function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ApiProblem) {
      return reply.code(error.status).headers(error.headers).send(error.body);
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(status).send({ Title: "An error occurred", Status: status, Detail: message });
  });
}

function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, body);
    },
  );
}
