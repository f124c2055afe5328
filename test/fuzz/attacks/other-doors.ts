import type { HttpAttack } from "../attack.ts";
import type { Choices } from "../choices.ts";
import { HOSTILE_TEXTS, hostileValue } from "../hostile-values.ts";
import { oddHeaders } from "./headers.ts";

/** Every other path that the program serves, and what looks like one. */
const PATHS = [
  "/healthz",
  "/readyz",
  "/metrics",
  "/supergraph",
  "/supergraph/check",
  "/tower",
  "/partners",
  "/partners/__proto__",
  "/manifests",
  "/usage",
  "/schema",
  "/audit",
  "/contracts",
  "/webhooks",
  "/webhooks/",
  "/graphql/",
  "/graphql/..%2fmetrics",
  "//graphql",
  "/GRAPHQL",
  "/graphql%00",
  "/%",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/../../etc/passwd",
  "/.git/config",
  "/.crossdock/issuer.json",
  "/__proto__",
  "/constructor",
  "/explorer",
  "/favicon.ico",
];
const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];
const SDL = "type Query { a: Int }";

export function anotherDoor(choices: Choices): HttpAttack {
  const body = choices.oneOf<unknown>([
    {},
    { supergraphSdl: SDL },
    { supergraphSdl: choices.oneOf(HOSTILE_TEXTS) },
    hostileValue(choices),
  ]);
  const method = choices.oneOf(METHODS);
  const hasBody = method !== "GET" && method !== "HEAD" && choices.onceIn(2);
  return {
    kind: "http",
    method,
    path: `${choices.oneOf(PATHS)}${choices.onceIn(4) ? "?a=%ff&__proto__=1" : ""}`,
    headers: {
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...(choices.onceIn(4) ? oddHeaders(choices) : {}),
    },
    ...(hasBody ? { body: { text: JSON.stringify(body) } } : {}),
  };
}
