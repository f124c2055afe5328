import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { CallCounter } from "./calls.ts";
import type { FaultBoard } from "./faults.ts";
import type { Refusal, SandboxSource } from "./source.ts";

const PLAIN_REFUSALS: Readonly<Record<"error" | "rateLimit", Refusal>> = {
  error: { headers: {}, body: { message: "Unexpected error." } },
  rateLimit: { headers: { "retry-after": "1" }, body: { message: "Too many requests." } },
};

/** What a proxy that knows nothing of the vendor says. */
const GARBAGE = "<!doctype html><title>Welcome</title>";

/** Counts each call and lets the faults strike before (down, error …) or after (lostResponse) the work. */
export function strikeFaults(
  scope: FastifyInstance,
  { name: source, refusals }: SandboxSource,
  calls: CallCounter,
  faults: FaultBoard,
): void {
  /** @returns whether it was answered, so that it gets no further */
  const strikeBefore = async (request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
    const names = namesOf(request);
    const slow = faults.strike(source, names, ["slow"]);
    if (slow !== null) await sleep(slow.latencyMs);
    const fault = faults.strike(source, names, ["down", "error", "rateLimit"]);
    if (fault?.kind === "down") cut(request, reply);
    else if (fault?.kind === "error" || fault?.kind === "rateLimit") {
      const { headers, body } = refusals?.[fault.kind] ?? PLAIN_REFUSALS[fault.kind];
      await reply
        .code(fault.kind === "error" ? 500 : 429)
        .headers(headers)
        .send(body);
    }
    return fault !== null;
  };

  scope.addHook("onRequest", async (request, reply) => {
    if (isNamedLater(request)) return;
    calls.count(source, operationOf(request));
    await strikeBefore(request, reply);
  });
  scope.addHook("preHandler", async (request, reply) => {
    if (isNamedLater(request)) {
      calls.count(source, namesOf(request).at(-1)?.trim() ?? "");
      // A fault may be of this detail alone, which nobody knows before the body was read.
      if (await strikeBefore(request, reply)) return;
    }
    request.isPlanned = faults.plans(source, namesOf(request));
    if (faults.strike(source, namesOf(request), ["garbage"], request.body) === null) return;
    await reply.code(200).type("text/html").send(GARBAGE);
  });
  scope.addHook("onSend", async (request, reply, payload) => {
    const lost = faults.strike(source, namesOf(request), ["lostResponse"], request.body);
    if (lost !== null) cut(request, reply);
    return payload;
  });
  scope.addHook("onResponse", async (_request, reply) => {
    if (reply.statusCode === 429 || reply.isRefusedForLoad === true) calls.reject(source);
  });
}

/** The client sees its connection die without a byte of an answer. */
function cut(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function isNamedLater({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.detailOf !== undefined;
}

/** The operation, and the operation with its detail. */
function namesOf(request: FastifyRequest): readonly string[] {
  const operation = operationOf(request);
  const { detailOf } = request.routeOptions.config;
  return detailOf === undefined ? [operation] : [operation, `${operation} ${detailOf(request)}`];
}

function operationOf(request: FastifyRequest): string {
  const { config, url } = request.routeOptions;
  return config.operation ?? `${request.method} ${url ?? "unknown"}`;
}
