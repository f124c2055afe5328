import type { FastifyReply } from "fastify";
import type { z } from "zod";

/** A 400 names each wrong field with its complaints. */
export function badRequest(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const complaints: Record<string, string[]> = {};
  for (const { path, message } of error.issues) {
    const field = path.join(".");
    complaints[field] = [...(complaints[field] ?? []), message];
  }
  return reply.code(400).send(complaints);
}

export function badField(reply: FastifyReply, field: string, message: string): FastifyReply {
  return reply.code(400).send({ [field]: [message] });
}

export function notFound(reply: FastifyReply, what: string): FastifyReply {
  return reply
    .code(404)
    .send({ title: "Not Found", status: 404, detail: `${what} does not exist.` });
}

/** `1,2,3` as numbers; `null` when one of them is none. */
export function parseIds(list: string): number[] | null {
  const ids = list.split(",").map(Number);
  return ids.every(Number.isSafeInteger) ? ids : null;
}

/** `100000001:cancel` → 100000001; NaN for any other action, which no order has. */
export function idBeforeCancel(params: unknown): number {
  const { action } = params as { action: string };
  return Number(/^(\d+):cancel$/.exec(action)?.[1] ?? Number.NaN);
}
