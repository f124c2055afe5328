import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FormattedExecutionResult } from "graphql";
import type { Engine } from "../engine.ts";
import { presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import type { GatewayRequest } from "../request.ts";
import type { OperationPayload } from "../subscriptions/prepare.ts";

/**
 * Any operation as server-sent events, in the "distinct connections" mode of the GraphQL over SSE
 * protocol: one `next` for each result, then `complete`. Also what is wrong with the operation comes
 * as a result. Comments keep the connection open while nothing happens.
 */
export async function answerWithEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: GatewayRequest,
  engine: Engine,
): Promise<void> {
  const payload = readPayload(request);
  reply.hijack();
  const response = reply.raw;
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  response.writeHead(HTTP_OK, {
    ...(Object.fromEntries(headers) as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  const keepAlive = setInterval(() => response.write(":\n\n"), engine.limits.keepAliveMs);
  try {
    await writeResults(response, payload, caller, engine);
    response.end("event: complete\ndata:\n\n");
  } catch (error) {
    engine.logger.error({ err: error, correlationId: caller.correlationId }, "a stream broke");
    response.destroy();
  } finally {
    clearInterval(keepAlive);
  }
}

const HTTP_OK = 200;

async function writeResults(
  response: ServerResponse,
  payload: OperationPayload,
  caller: GatewayRequest,
  engine: Engine,
): Promise<void> {
  const prepared = engine.prepare(payload);
  const { correlationId } = caller;
  switch (prepared.kind) {
    case "refused": {
      const context = { correlationId, operation: null };
      await write(response, presentResult({ errors: prepared.errors }, context, engine.logger));
      return;
    }
    case "operation": {
      const deadline = startDeadline(caller.signal, engine.limits.requestTimeoutMs);
      try {
        await write(
          response,
          await engine.execute(payload, { ...caller, signal: deadline.signal }),
        );
      } finally {
        deadline.clear();
      }
      return;
    }
    case "subscription": {
      const stream = await engine.openStream(prepared, caller, "sse");
      const leave = () => void stream.return();
      if (caller.signal.aborted) leave();
      caller.signal.addEventListener("abort", leave, { once: true });
      for await (const result of stream) await write(response, result);
    }
  }
}

/** Waits until the client has room for more, or has gone. */
async function write(response: ServerResponse, result: FormattedExecutionResult): Promise<void> {
  if (response.destroyed) return;
  const wentOut = response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  if (wentOut) return;
  const either = new AbortController();
  const { signal } = either;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    either.abort();
  }
}

/** POST has the operation in its body, GET in the query string with the variables as JSON. */
function readPayload(request: FastifyRequest): OperationPayload {
  if (request.method === "POST") return (request.body ?? {}) as OperationPayload;
  const { query, operationName, variables } = request.query as Readonly<Record<string, unknown>>;
  return { query, operationName, variables: parsedJson(variables) };
}

/** What is no JSON stays text, which is refused as variables. */
function parsedJson(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
