import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { SandboxClock } from "../../kit/clock.ts";
import type { ProfileBoard } from "../../kit/profiles.ts";
import { errorAnswer, ODataError } from "../odata/error.ts";

/** One call in so many takes longer than the service lets it. */
const SLOW_RATE = 0.05;
const REQUEST_TIMEOUT_MS = 10 * 60_000;

/**
 * `cloud-b`: now and then a call takes more than ten minutes of the sandbox's time. It is answered 504 then;
 * half of the writes are done all the same.
 */
export function registerSlowWork(
  app: FastifyInstance,
  profiles: ProfileBoard,
  clock: SandboxClock,
): void {
  app.addHook("preHandler", async (request, reply) => {
    const { operation } = request.routeOptions.config;
    if (!profiles.has("cloud-b") || request.isPlanned === true || operation === undefined) return;
    if (operation === "POST token" || profiles.roll(`slow ${operation}`) >= SLOW_RATE) return;
    profiles.noteDisturbed("cloud-b");
    await sleep(clock.scaled(REQUEST_TIMEOUT_MS));
    if (request.method !== "GET" && profiles.roll(`slow, done ${operation}`) < 0.5) {
      reply.isTooLate = true;
      return;
    }
    throw tooLate();
  });
  app.addHook("onSend", async (_request, reply, payload) => {
    if (reply.isTooLate !== true) return payload;
    const { status, body } = errorAnswer(tooLate());
    void reply.code(status).type("application/json").removeHeader("content-length");
    return JSON.stringify(body);
  });
}

const tooLate = () =>
  new ODataError(504, "Unknown", "The request did not complete in the time that it is given.");

declare module "fastify" {
  interface FastifyReply {
    /** The work was done, and nobody was there any more to say so. */
    isTooLate?: boolean;
  }
}
