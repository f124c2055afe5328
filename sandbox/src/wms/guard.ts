import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CHANNEL_ID } from "./past-orders.ts";

const WINDOW_MS = 60_000;

export type GuardOptions = {
  readonly token: string;
  /** Over all routes, in a sliding minute. */
  readonly requestsPerMinute: number;
  /** What a call costs the vendor; spread evenly between the two. */
  readonly serviceTimeMs: { readonly least: number; readonly most: number };
};

/** What every call meets before its route: the key, the limit, and the time a real server takes. */
export function registerGuard(app: FastifyInstance, options: GuardOptions): void {
  const { token, requestsPerMinute, serviceTimeMs } = options;
  const calledAtMs: number[] = [];
  let calls = 0;

  app.addHook("onRequest", async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${token}`) {
      return reply
        .code(401)
        .send({ statusCode: 401, message: "Access denied due to invalid credentials." });
    }
    const nowMs = Date.now();
    while (calledAtMs[0] !== undefined && calledAtMs[0] <= nowMs - WINDOW_MS) calledAtMs.shift();
    const remaining = requestsPerMinute - calledAtMs.length;
    if (remaining <= 0) {
      const waitSeconds = Math.ceil(((calledAtMs[0] ?? nowMs) + WINDOW_MS - nowMs) / 1_000);
      return reply
        .code(429)
        .header("x-retry-after", String(waitSeconds))
        .header("x-remaining-calls", "0")
        .send({
          statusCode: 429,
          message: `Rate limit is exceeded. Try again in ${String(waitSeconds)} seconds.`,
        });
    }
    calledAtMs.push(nowMs);
    reply.header("x-remaining-calls", String(remaining - 1));
    calls += 1;
    const span = serviceTimeMs.most - serviceTimeMs.least + 1;
    const waitMs = serviceTimeMs.least + ((calls * 7) % span);
    if (waitMs > 0) await sleep(waitMs);
    return undefined;
  });
}

/** Writes belong to a sales channel. @returns its id, or `null` when the answer was sent. */
export function channelOf(request: FastifyRequest, reply: FastifyReply): number | null {
  const given = request.headers["shipbob_channel_id"];
  if (given === undefined) {
    void reply
      .code(400)
      .send({ shipbob_channel_id: ["The shipbob_channel_id header is required."] });
    return null;
  }
  if (Number(given) !== CHANNEL_ID) {
    void reply.code(403).send({ statusCode: 403, message: "No access to this channel." });
    return null;
  }
  return CHANNEL_ID;
}
