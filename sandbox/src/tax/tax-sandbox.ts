import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { basicAuth } from "../kit/basic-auth.ts";
import { createCallWindow } from "../kit/call-window.ts";
import type { SandboxClock } from "../kit/clock.ts";
import type { SandboxSource, SourceDeps } from "../kit/source.ts";
import { TAX_DEMO } from "./demo-account.ts";
import { problemBody, TaxProblem } from "./problems.ts";
import { createOrAdjustInput, transactionInput, voidInput } from "./transaction-input.ts";
import { createTransactions, renderTransaction, type Transactions } from "./transactions.ts";

export type TaxOptions = {
  /** The vendor publishes no number: it answers 429 when an account asks for too much. */
  readonly requestsPerMinute: number;
  /** What a call costs the vendor, in milliseconds: any time from `least` to `most`. */
  readonly serviceMs: { readonly least: number; readonly most: number };
};

const DEFAULTS: TaxOptions = { requestsPerMinute: 1_200, serviceMs: { least: 15, most: 40 } };
const TOO_MANY = "The request rate of this account is too high. Try again later.";

/** The tax engine of the demo: it speaks AvaTax REST v2. */
export function createTaxSandbox(
  { world, store, clock }: SourceDeps,
  given: Partial<TaxOptions> = {},
): SandboxSource {
  const options = { ...DEFAULTS, ...given };
  const transactions = createTransactions(world, store, clock.now);
  return {
    name: "tax",
    refusals: {
      error: { headers: {}, body: problemBody("ServerError", "Something went wrong.") },
      rateLimit: {
        headers: { "retry-after": "1" },
        body: problemBody("RateLimitExceeded", TOO_MANY),
      },
    },
    async register(app) {
      answerProblems(app);
      await app.register(
        (api) => {
          guard(api, options, clock);
          registerRoutes(api, transactions);
          return Promise.resolve();
        },
        { prefix: TAX_DEMO.apiPath },
      );
    },
    documents(type) {
      if (type !== "transaction") return [];
      return [...transactions.values()].map((row) => ({
        // `SO-0000042-1` is also found as `SO-0000042`: one order may have several invoices.
        references: [row.code, row.code.replace(/-\d+$/, "")],
        get body() {
          return renderTransaction(row);
        },
      }));
    },
    stop: () => undefined,
  };
}

function registerRoutes(api: FastifyInstance, transactions: Transactions): void {
  api.post(
    "/transactions/create",
    { config: { operation: "POST transactions/create" } },
    async (request, reply) => {
      const input = parse(transactionInput, request.body);
      requireCompany(input.companyCode ?? TAX_DEMO.account.companyCode);
      return reply.code(201).send(renderTransaction(transactions.create(input)));
    },
  );
  api.post(
    "/transactions/createoradjust",
    { config: { operation: "POST transactions/createoradjust" } },
    async (request, reply) => {
      const { createTransactionModel: input, adjustmentReason } = parse(
        createOrAdjustInput,
        request.body,
      );
      requireCompany(input.companyCode ?? TAX_DEMO.account.companyCode);
      const row = transactions.createOrAdjust(input, adjustmentReason ?? "Other");
      return reply.code(201).send(renderTransaction(row));
    },
  );
  api.get(
    "/companies/:companyCode/transactions/:code",
    { config: { operation: "GET transaction" } },
    async (request) => {
      const { companyCode, code } = request.params as Readonly<Record<string, string>>;
      requireCompany(companyCode ?? "");
      return renderTransaction(transactions.get(code ?? ""));
    },
  );
  api.post(
    "/companies/:companyCode/transactions/:code/void",
    { config: { operation: "POST void" } },
    async (request) => {
      const { companyCode, code } = request.params as Readonly<Record<string, string>>;
      requireCompany(companyCode ?? "");
      parse(voidInput, request.body);
      return renderTransaction(transactions.void(code ?? ""));
    },
  );
}

function guard(
  api: FastifyInstance,
  { requestsPerMinute, serviceMs: { least, most } }: TaxOptions,
  clock: SandboxClock,
): void {
  const { accountId, licenseKey } = TAX_DEMO.account;
  const access = basicAuth(accountId, licenseKey);
  const window = createCallWindow(requestsPerMinute);
  api.addHook("onRequest", async (request) => {
    if (request.headers.authorization !== access) {
      throw new TaxProblem(401, "AuthenticationException", "Authentication failed.");
    }
    const waitSeconds = window.enter(clock.now().getTime());
    if (waitSeconds !== null) {
      throw new TaxProblem(429, "RateLimitExceeded", TOO_MANY, {
        "retry-after": String(waitSeconds),
      });
    }
    if (most > 0) await sleep(least + Math.random() * (most - least));
  });
}

function requireCompany(code: string): void {
  if (code !== TAX_DEMO.account.companyCode) {
    throw new TaxProblem(404, "EntityNotFoundError", `Company with code '${code}' not found.`);
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw new TaxProblem(400, "ValueRequiredError", `Field '${field}': ${issue?.message ?? ""}.`);
}

function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof TaxProblem) {
      return reply.code(error.status).headers(error.headers).send(error.body);
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(status).send(problemBody("ServerError", message));
  });
}
