import { finished } from "node:stream/promises";
import { InvalidValueError, UnauthenticatedError } from "@crossdock/domain";
import { readTraceparent } from "@crossdock/runtime";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ErrorCode } from "@crossdock/domain";
import type { Engine } from "../engine.ts";
import {
  ClientGoneError,
  ForeignPageError,
  IdentityUnavailableError,
  PersistedQueryNotFoundError,
  PersistedQueryRequiredError,
} from "../errors/gateway-errors.ts";
import { createRequestController, startDeadline } from "../execution/deadline.ts";
import type { Deadline } from "../execution/deadline.ts";
import { MASKED_CODE, MASKED_MESSAGE } from "../errors/public-error.ts";
import { MAX_AGE_HEADER, maxAgeOfHeader } from "../max-age.ts";
import { searchOf } from "../operations/operation-payload.ts";
import { correlationIdOf, newRequest } from "../request.ts";
import { authenticate, authorizationOf } from "./authenticate.ts";
import { prefers } from "./accepts.ts";
import { allowOrigins } from "./cross-origin.ts";
import { refuseForged } from "./foreign-pages.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { answerWithEvents } from "./sse.ts";

export const GRAPHQL_PATH = "/graphql";
export const CORRELATION_HEADER = "x-correlation-id";

/** Answers a browser that asks for a page. */
export type SendPage = (reply: FastifyReply) => unknown;

/**
 * POST and GET on /graphql: queries and mutations as JSON, any operation as server-sent events for a
 * client that accepts those, a page for a browser. Every answer names its correlation id, and every
 * error has the body of a GraphQL error.
 */
export function graphqlRoute(engine: Engine, sendPage: SendPage) {
  return (scope: FastifyInstance, _options: unknown, done: () => void): void => {
    scope.setErrorHandler(async (error: FastifyError, request, reply) => {
      if (error.statusCode === TOO_LARGE) await letThrough(request);
      answerFailure(error, request, reply, engine);
      return reply;
    });
    allowOrigins(scope, engine.allowedOrigins);
    scope.addHook("onRequest", (request, reply, next) => {
      void reply.header(CORRELATION_HEADER, correlationIdOf(request.headers[CORRELATION_HEADER]));
      void reply.header("cache-control", "no-store");
      void reply.header("x-content-type-options", "nosniff");
      next();
    });
    scope.route({
      method: ["GET", "POST"],
      url: GRAPHQL_PATH,
      bodyLimit: engine.limits.maxBodyBytes,
      handler: async (request, reply) => {
        const { accept } = request.headers;
        if (request.method === "GET" && prefers(accept, "text/html")) return sendPage(reply);
        const authorization = authorizationOf(request.headers);
        const proven = authenticate(authorization, engine.verifyToken);
        const viewer = proven instanceof Promise ? await proven : proven;
        const parts = {
          correlationId: String(reply.getHeader(CORRELATION_HEADER)),
          traceparent: readTraceparent(request.headers["traceparent"]),
          viewer,
          authorization: viewer === null ? null : String(authorization),
          address: engine.addressOf(request.raw),
          maxAgeMs: maxAgeOfHeader(request.headers[MAX_AGE_HEADER]),
        };
        if (prefers(accept, "text/event-stream")) {
          refuseForged(request.headers);
          const gone = createRequestController();
          abortWhenGone(gone, reply);
          const caller = newRequest({ ...parts, signal: gone.signal });
          return answerWithEvents(request, reply, caller, engine);
        }
        const deadline = startDeadline(null, engine.limits.requestTimeoutMs);
        abortWhenGone(deadline, reply);
        try {
          const caller = newRequest({ ...parts, signal: deadline.signal });
          const answered = await engine.executeHttp(exchangeOf(request), caller);
          return reply.code(answered.status).headers(answered.headers).send(answered.body);
        } finally {
          deadline.clear();
        }
      },
    });
    done();
  };
}

function exchangeOf({ method, headers, url, body }: FastifyRequest): HttpExchange {
  return { method, headers, search: searchOf(url), body };
}

const HTTP_OK = 200;
const BAD_REQUEST = 400;
const UNAUTHORIZED = 401;
const TOO_LARGE = 413;
const SERVER_ERROR = 500;
const UNAVAILABLE = 503;
/** How long a body that is not read may go on coming. */
const LET_THROUGH_MS = 5_000;

/** Aborts when the connection closes before the answer is out. */
function abortWhenGone(work: Pick<Deadline, "abort">, { raw }: FastifyReply): void {
  raw.once("close", () => {
    if (!raw.writableFinished) work.abort(new ClientGoneError());
  });
}

/**
 * A client that is cut off while it sends sees a broken connection and no answer: the rest of its body is
 * taken and thrown away, for a while.
 */
async function letThrough({ raw }: FastifyRequest): Promise<void> {
  raw.resume();
  await finished(raw, { signal: AbortSignal.timeout(LET_THROUGH_MS) }).catch(() => undefined);
}

/** What went wrong before GraphQL had a say: reading the body, or finding out who asks. */
function answerFailure(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger }: Engine,
): void {
  const correlationId = reply.getHeader(CORRELATION_HEADER);
  const send = (status: number, message: string, code: ErrorCode, more: object = {}) => {
    const body = { errors: [{ message, extensions: { code, ...more } }] };
    void reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
  };
  if (error instanceof UnauthenticatedError) {
    void reply.header("www-authenticate", 'Bearer error="invalid_token"');
    send(UNAUTHORIZED, error.message, error.code);
  } else if (error instanceof IdentityUnavailableError) {
    logger.error({ err: error, correlationId }, "cannot verify tokens");
    send(UNAVAILABLE, error.message, error.code);
  } else if (error instanceof InvalidValueError || error instanceof ForeignPageError) {
    send(BAD_REQUEST, error.message, error.code);
  } else if (error instanceof PersistedQueryNotFoundError) {
    send(HTTP_OK, error.message, error.code); // as Apollo's servers answer: the client sends the text next
  } else if (error instanceof PersistedQueryRequiredError) {
    send(BAD_REQUEST, error.message, error.code);
  } else if ((error.statusCode ?? SERVER_ERROR) < SERVER_ERROR) {
    send(error.statusCode ?? BAD_REQUEST, error.message, "BAD_USER_INPUT");
  } else {
    logger.error({ err: error, correlationId, url: request.routeOptions.url }, "a request failed");
    send(SERVER_ERROR, MASKED_MESSAGE, MASKED_CODE, { correlationId });
  }
}
