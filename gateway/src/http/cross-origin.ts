import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";
import type { AllowedOrigins } from "./foreign-pages.ts";

/** What clients of ours send beyond what every browser may. */
const REQUEST_HEADERS = [
  "accept",
  "apollo-require-preflight",
  "apollographql-client-name",
  "apollographql-client-version",
  "authorization",
  "content-type",
  "crossdock-max-age",
  "last-event-id",
  "traceparent",
  "x-api-key",
  "x-apollo-operation-name",
  "x-correlation-id",
];
const ANSWER_HEADERS = ["x-correlation-id", "retry-after", "traceresponse"];
/** So long a browser need not ask again. */
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of other origins use the routes of this scope. Cookies and other credentials of a browser never go along:
 * who is asking is said by a header that the page sets itself.
 * @param origins none: no page of another origin is answered
 */
export function allowOrigins(scope: FastifyInstance, origins: AllowedOrigins): void {
  if (origins.length === 0) return;
  void scope.register(cors, {
    origin: origins === "*" ? "*" : [...origins],
    methods: ["GET", "POST"],
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: ANSWER_HEADERS,
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
  });
}
