import { Readable } from "node:stream";
import { readAccesses, type AccessLog } from "@crossdock/audit";
import { parseInstant } from "@crossdock/domain";
import type { VerifyToken } from "@crossdock/gateway";
import type { Ledger } from "@crossdock/ledger";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { letOperatorsOnly, operatorOf } from "./operators-only.ts";

export type AccessRoutesDeps = {
  readonly accessLog: AccessLog;
  readonly ledger: Pick<Ledger, "db">;
  readonly verifyToken: VerifyToken;
};

const MAX_FILTER_CHARACTERS = 200;
const instant = z.string().transform((raw, context) => {
  try {
    return parseInstant(raw);
  } catch (error) {
    context.addIssue({ code: "custom", message: String(error) });
    return z.NEVER;
  }
});
const text = z.string().min(1).max(MAX_FILTER_CHARACTERS);
const query = z.strictObject({
  from: instant,
  to: instant,
  client: text.optional(),
  subject: text.optional(),
});

/**
 * Who read or changed what (GET /accesses?from=…&to=…), for operators: a JSON object a line, in the order in which it was
 * written down, what this process has not written yet included. Who looks is written down as well.
 */
export function registerAccesses(app: FastifyInstance, deps: AccessRoutesDeps): void {
  const { accessLog, ledger, verifyToken } = deps;
  void app.register((scope, _options, done) => {
    letOperatorsOnly(scope, verifyToken);
    scope.get("/accesses", async (request, reply) => {
      const asked = query.safeParse(request.query);
      if (!asked.success) {
        const [issue] = asked.error.issues;
        const where = issue?.path.join(".") ?? "";
        return reply.code(400).send({ message: `${where}: ${issue?.message ?? "is missing"}` });
      }
      const { from, to, client, subject } = asked.data;
      accessLog.note({
        request,
        viewer: operatorOf(request),
        correlationId: request.id,
        access: "READ",
        operation: "GET /accesses",
        outcome: "OK",
        subject: subject ?? (client === undefined ? "accesses" : `client:${client}`),
      });
      await accessLog.flush();
      const gone = new AbortController();
      reply.raw.once("close", () => {
        gone.abort();
      });
      const which = {
        from,
        to,
        ...(client === undefined ? {} : { clientId: client }),
        ...(subject === undefined ? {} : { subject }),
      };
      return reply
        .type("application/x-ndjson")
        .send(Readable.from(linesOf(readAccesses(ledger, which, gone.signal))));
    });
    done();
  });
}

async function* linesOf(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
