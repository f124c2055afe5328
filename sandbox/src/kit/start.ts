import { join } from "node:path";
import fastify, { type FastifyInstance } from "fastify";
import { generateWorld } from "../world/generate-world.ts";
import { createCallCounter } from "./calls.ts";
import { createSandboxClock } from "./clock.ts";
import { registerControl } from "./control.ts";
import { createFaultBoard, type FaultBoard } from "./faults.ts";
import type { CallCounter } from "./calls.ts";
import { SOURCE_NAMES, type SandboxSource, type SourceDeps, type SourceName } from "./source.ts";
import { createStore } from "./store.ts";
import { createWebhookSender } from "./webhooks.ts";

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

export type SandboxOptions = {
  readonly port: number;
  readonly host?: string;
  /** Where the journals lie; `null` keeps the sources in memory. */
  readonly dataDir: string | null;
  /** How many times faster than life the warehouse works. */
  readonly speed: number;
  readonly sources: Readonly<Record<SourceName, (deps: SourceDeps) => SandboxSource>>;
};

export type RunningSandbox = { readonly url: string; stop(): Promise<void> };

/** Starts every source on one port, each below its own prefix, with the control side. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { dataDir, host = "127.0.0.1" } = options;
  const calls = createCallCounter();
  const faults = createFaultBoard();
  const webhooks = createWebhookSender(faults);
  const clock = createSandboxClock(options.speed);
  const world = generateWorld();
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  const url = `http://${host}:${String(options.port)}`;

  const stores = SOURCE_NAMES.map((name) => {
    const store = createStore(dataDir === null ? null : join(dataDir, `${name}.jsonl`));
    return { name, store };
  });
  const sources = stores.map(({ name, store }) =>
    options.sources[name]({ world, store, clock, webhooks, baseUrl: `${url}/${name}` }),
  );
  for (const source of sources) {
    await app.register(
      async (scope) => {
        watchCalls(scope, source.name, calls, faults);
        await source.register(scope);
      },
      { prefix: `/${source.name}` },
    );
  }
  registerControl(app, { calls, faults, sources });
  await app.listen({ port: options.port, host });
  return {
    url,
    async stop() {
      for (const source of sources) source.stop();
      await webhooks.stop();
      await app.close();
      for (const { store } of stores) store.close();
    },
  };
}

/** Counts each call and lets the faults strike before (down, error …) or after (lostResponse) the work. */
function watchCalls(
  scope: FastifyInstance,
  source: SourceName,
  calls: CallCounter,
  faults: FaultBoard,
): void {
  const operationOf = (request: { method: string; routeOptions: { url?: string | undefined; config?: { operation?: string } } }) =>
    request.routeOptions.config?.operation ?? `${request.method} ${request.routeOptions.url ?? "unknown"}`;

  scope.addHook("onRequest", async (request, reply) => {
    const operation = operationOf(request);
    calls.count(source, operation);
    const slow = faults.strike(source, operation, ["slow"]);
    if (slow !== null) await new Promise((resolve) => setTimeout(resolve, slow.latencyMs));
    const fault = faults.strike(source, operation, ["down", "error", "rateLimit"]);
    if (fault?.kind === "down") {
      reply.hijack();
      request.raw.destroy();
    } else if (fault?.kind === "error") {
      await reply.code(500).send({ error: { code: "Internal_ServerError", message: "Unexpected error." } });
    } else if (fault?.kind === "rateLimit") {
      await reply.code(429).header("retry-after", "1").send({ message: "Too many requests." });
    }
  });
  scope.addHook("onSend", async (request, reply, payload) => {
    if (faults.strike(source, operationOf(request), ["lostResponse"]) !== null) {
      reply.hijack();
      request.raw.destroy();
    }
    return payload;
  });
  scope.addHook("onResponse", async (_request, reply) => {
    if (reply.statusCode === 429) calls.reject(source);
  });
}
