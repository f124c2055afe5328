import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Store } from "../kit/store.ts";
import { accessProblem } from "./problems.ts";

const MAX_KEY_LENGTH = 128;
/** The vendor does not publish how long a key is remembered; nobody should count on more. */
const KEY_LIFETIME_MS = 10 * 60_000;

type Stored = { readonly hash: string; readonly at: number; readonly answer: unknown };

export interface Idempotency {
  /**
   * Does `work` once per `Idempotency-Key`, and stores its answer in the same transaction.
   * Without the header the work is just done. An answer that is thrown is not remembered.
   * @throws {ApiProblem} 400 when the key came before with another request
   */
  once(request: FastifyRequest, reply: FastifyReply, work: () => unknown): FastifyReply;
}

export function createIdempotency(store: Store, now: () => Date): Idempotency {
  const keys = store.collection<Stored>("idempotencyKeys");
  const forgetOld = () => {
    for (const [key, { at }] of [...keys.entries()]) {
      if (at > now().getTime() - KEY_LIFETIME_MS) return;
      keys.delete(key);
    }
  };
  return {
    once(request, reply, work) {
      const key = request.headers["idempotency-key"];
      if (key === undefined) return reply.send(store.transaction(work));
      if (typeof key !== "string" || key.length > MAX_KEY_LENGTH) {
        throw accessProblem(400, "Bad Request", "Idempotency-Key is longer than 128 characters.");
      }
      forgetOld();
      const hash = hashOf(request);
      const known = keys.get(key);
      if (known !== undefined && known.hash !== hash) {
        throw accessProblem(
          400,
          "Bad Request",
          "Idempotency-Key was already used with a different request.",
        );
      }
      if (known !== undefined) return reply.send(known.answer);
      const answer = store.transaction(() => {
        const fresh = work();
        keys.put(key, { hash, at: now().getTime(), answer: fresh });
        return fresh;
      });
      return reply.send(answer);
    },
  };
}

function hashOf(request: FastifyRequest): string {
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return createHash("sha256").update(text).digest("hex");
}
