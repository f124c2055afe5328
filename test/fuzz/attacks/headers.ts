import type { Choices } from "../choices.ts";

/** What else a request may say of itself; Node's client sends any of them. */
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ["accept", "application/graphql-response+json"],
  ["accept", "multipart/mixed; deferSpec=20220824"],
  ["accept", "*/*;q=0"],
  ["accept", ",;,;="],
  ["accept", "text/html"],
  ["accept-encoding", "gzip;q=99, \u00ff"],
  ["content-encoding", "gzip"],
  ["content-encoding", "br, br, br"],
  ["crossdock-max-age", "0"],
  ["crossdock-max-age", "-1"],
  ["crossdock-max-age", "1e9"],
  ["x-correlation-id", "__proto__"],
  ["x-correlation-id", "a".repeat(4_000)],
  ["x-correlation-id", "a b\tc"],
  ["x-request-id", "\u00e4"],
  ["last-event-id", "__proto__"],
  ["last-event-id", "9".repeat(500)],
  ["origin", "null"],
  ["origin", "https://evil.example"],
  ["access-control-request-method", "POST"],
  ["x-forwarded-for", "127.0.0.1, ::1"],
  ["x-forwarded-host", "evil.example"],
  ["x-http-method-override", "DELETE"],
  ["x-api-key", "cdk_"],
  ["x-api-key", "\u00ff"],
  ["cookie", "__proto__=1; constructor=2; ;;;="],
  ["__proto__", "1"],
  ["constructor", "1"],
  ["host", "evil.example"],
  ["if-none-match", "*"],
  ["range", "bytes=0-1,5-"],
  ["apollo-require-preflight", "true"],
  ["x-apollo-operation-name", ""],
  ["apollographql-client-name", "__proto__"],
  ["apollographql-client-name", "x".repeat(3_000)],
  ["graphql-client-name", "\u00ff"],
];

const MAX_ODD = 3;

export function oddHeaders(choices: Choices): Record<string, string> {
  return Object.fromEntries(choices.upTo(MAX_ODD, () => choices.oneOf(ODD_HEADERS)));
}
