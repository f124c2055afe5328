import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ErrorCode } from "@crossdock/domain";
import type { FastifyReply, FastifyRequest } from "fastify";
import { getOperationAST, GraphQLError } from "graphql";
import type { DocumentNode, FormattedExecutionResult } from "graphql";
import type { Engine } from "../engine.ts";
import { presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import { payloadOfBody, payloadOfSearch, searchOf } from "../operations/operation-payload.ts";
import type { OperationPayload } from "../operations/operation-payload.ts";
import type { GatewayRequest } from "../request.ts";
import { messageOf } from "../subscriptions/stream-message.ts";
import type { StreamMessage } from "../subscriptions/stream-message.ts";

/**
 * Any operation as server-sent events, in the "distinct connections" mode of the GraphQL over SSE
 * protocol: one `next` for each result, then `complete`. Also what is wrong with the operation comes
 * as a result. Each event has its cursor as `id`, and a client that comes back with `Last-Event-ID` goes on from
 * there. Comments keep the connection open while nothing happens; a client that does not even read the end of
 * its stream is cut off.
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
    const isGet = request.method === "GET";
    const asked = { caller, lastEventId: lastEventIdOf(request), isGet };
    await writeResults(response, payload, asked, engine);
    endOrCut(response, COMPLETE, engine.limits.maxDrainMs);
  } catch (error) {
    engine.logger.error({ err: error, correlationId: caller.correlationId }, "a stream broke");
    response.destroy();
  } finally {
    clearInterval(keepAlive);
  }
}

const HTTP_OK = 200;

type Asked = {
  readonly caller: GatewayRequest;
  readonly lastEventId: string | null;
  readonly isGet: boolean;
};

async function writeResults(
  response: ServerResponse,
  payload: OperationPayload,
  { caller, lastEventId, isGet }: Asked,
  engine: Engine,
): Promise<void> {
  const prepared = await engine.prepare(payload, caller.viewer);
  switch (prepared.kind) {
    case "refused": {
      await writeRefusal(response, prepared.errors, caller, engine);
      return;
    }
    case "operation": {
      const { document, operation } = prepared;
      if (isGet && isMutation(document, operation.operationName)) {
        await writeRefusal(response, [mutationByGet()], caller, engine);
        return;
      }
      const deadline = startDeadline(caller.signal, engine.limits.requestTimeoutMs);
      try {
        await write(
          response,
          await engine.execute(operation, { ...caller, signal: deadline.signal }),
        );
      } finally {
        deadline.clear();
      }
      return;
    }
    case "subscription": {
      const refusal = await engine.chargeStream(prepared, caller);
      if (refusal !== null) {
        await writeRefusal(response, [refusal], caller, engine);
        return;
      }
      // each event is a request of its own
      const lender = { viewer: caller.viewer, authorization: caller.authorization };
      await new Promise<void>((resolve) => {
        const stream = engine.openStream(prepared, lender, {
          transport: "sse",
          lastEventId,
          sink: {
            write: (message) => writeEvent(response, message),
            end: resolve,
            breakOff: () => {
              endOrCut(response, BROKEN_OFF, engine.limits.maxDrainMs);
              resolve();
            },
          },
        });
        const leave = () => {
          stream.leave();
          resolve();
        };
        if (caller.signal.aborted) leave();
        caller.signal.addEventListener("abort", leave, { once: true });
      });
    }
  }
}

function isMutation(document: DocumentNode, operationName: unknown): boolean {
  const name = typeof operationName === "string" ? operationName : undefined;
  return getOperationAST(document, name)?.operation === "mutation";
}

/** What changes something is never in a URL, which is kept and followed by whoever sees it. */
function mutationByGet(): GraphQLError {
  const extensions = { code: "BAD_USER_INPUT" satisfies ErrorCode };
  return new GraphQLError("A mutation is sent by POST.", { extensions });
}

async function writeRefusal(
  response: ServerResponse,
  errors: readonly GraphQLError[],
  caller: GatewayRequest,
  { refusals, logger }: Engine,
): Promise<void> {
  refusals.note(errors, caller, null);
  const { correlationId } = caller;
  await write(response, presentResult({ errors }, { correlationId, operation: null }, logger));
}

async function write(response: ServerResponse, result: FormattedExecutionResult): Promise<void> {
  await writeEvent(response, messageOf(result, null));
}

/** @returns nothing while there is room for more; else resolves when there is, or the client has gone */
function writeEvent(
  response: ServerResponse,
  { json, cursor }: StreamMessage,
): Promise<void> | undefined {
  if (response.destroyed) return undefined;
  const id = cursor === null || !ONE_LINE.test(cursor) ? "" : `id: ${cursor}\n`;
  const hasRoom = response.write(`${id}event: next\ndata: ${json}\n\n`);
  return hasRoom ? undefined : drained(response);
}

const ONE_LINE = /^[^\r\n\0]+$/;

async function drained(response: ServerResponse): Promise<void> {
  const either = new AbortController();
  const { signal } = either;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    either.abort();
  }
}

/** A stream that ends without it was broken off: clients open it again. */
const COMPLETE = "event: complete\ndata:\n\n";
const BROKEN_OFF = "";

function endOrCut(response: ServerResponse, lastWords: string, graceMs: number): void {
  if (response.destroyed || response.writableEnded) return;
  const cut = setTimeout(() => response.destroy(), graceMs);
  response.once("close", () => {
    clearTimeout(cut);
  });
  response.end(lastWords);
}

/** Sent by browsers that reconnect an event stream by themselves. */
function lastEventIdOf({ headers }: FastifyRequest): string | null {
  const id = headers["last-event-id"];
  return typeof id === "string" && id !== "" ? id : null;
}

/** POST has the operation in its body, GET in the query string with the variables as JSON. */
function readPayload(request: FastifyRequest): OperationPayload {
  return request.method === "POST"
    ? payloadOfBody(request.body)
    : payloadOfSearch(searchOf(request.url));
}
