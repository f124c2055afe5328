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
  "/schema/in-use",
  "/accesses",
  "/manifests",
  "/partners",
  "/partners/fuzz",
  "/partners/fuzz/rotate",
  "/partners/fuzz/revoke",
  "/partners/fuzz/suspend",
  "/partners/fuzz/resume",
  "/partners/__proto__",
  "/partners/%00/rotate",
  "/oauth/token",
  "/.well-known/jwks.json",
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
  "/tower",
  "/tower/exceptions/%00",
  "/tower/settings.json",
  "/tower/assets/..%2f..%2fpackage.json",
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
];
const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];
const SDL = "type Query { a: Int }";
const QUERIES = ["?a=%ff&__proto__=1", "?after=%00&first=-1", "?since=x&subject=%27&format=%ff"];
const FORMS = [
  "grant_type=client_credentials&client_id=fuzz&client_secret=cdk_x_y",
  "grant_type=__proto__&client_id=%00&scope=orders%3Aread",
  "client_id=a&client_id=b&&&=",
];
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

export function anotherDoor(choices: Choices): HttpAttack {
  const path = choices.oneOf(PATHS);
  const isForm = path === "/oauth/token" && !choices.onceIn(4);
  const told = choices.oneOf<unknown>([
    {},
    { supergraphSdl: SDL },
    { supergraphSdl: choices.oneOf(HOSTILE_TEXTS) },
    { clientId: "fuzz", name: "Fuzz", customers: ["C10010"] },
    {
      clientId: choices.oneOf(HOSTILE_TEXTS),
      name: "x",
      customers: [choices.oneOf(HOSTILE_TEXTS)],
    },
    { clientId: "fuzz", name: "x", customers: "all", operations: hostileValue(choices) },
    { overlapSeconds: choices.oneOf([0, 60, -1, 1e308]), keyLifeSeconds: null },
    { keyId: choices.oneOf(HOSTILE_TEXTS) },
    { keyId: null },
    hostileValue(choices),
  ]);
  const method = choices.oneOf(METHODS);
  const hasBody = method !== "GET" && method !== "HEAD" && !choices.onceIn(4);
  const text = isForm ? choices.oneOf(FORMS) : JSON.stringify(told);
  return {
    kind: "http",
    method,
    path: `${path}${choices.onceIn(4) ? choices.oneOf(QUERIES) : ""}`,
    headers: {
      ...(hasBody ? { "content-type": isForm ? FORM_TYPE : JSON_TYPE } : {}),
      ...(choices.onceIn(4) ? oddHeaders(choices) : {}),
    },
    ...(hasBody ? { body: { text } } : {}),
  };
}
