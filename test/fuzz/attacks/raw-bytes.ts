import type { RawAttack } from "../attack.ts";
import type { Choices } from "../choices.ts";

const BODY = '{"query":"{ __typename }"}';
const post = (headers: string, body = BODY) =>
  `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n${body}`;
const length = `content-length: ${String(BODY.length)}\r\n`;
const UPGRADE =
  "GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n";
const KEY = "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/** Requests that a client library would not let through. */
const REQUESTS: readonly string[] = [
  post(`${length}x-odd: a\u0000b\r\n`),
  post(`${length}x\u0000odd: a\r\n`),
  post(`${length}authorization: Bearer \u0001\u0002\r\n`),
  post(`content-length: 5\r\n${length}`),
  post(`${length}transfer-encoding: chunked\r\n`),
  post("transfer-encoding: chunked\r\n", "zz\r\n"),
  post("transfer-encoding: chunked\r\n", "ffffffffffffffff\r\n"),
  post("transfer-encoding: chunked\r\n", "5\r\nabc"),
  post("content-length: -1\r\n"),
  post("content-length: 99999999999999\r\n"),
  post("content-length: 400\r\n"),
  post("content-length: 3000000\r\n"),
  post(`${length}expect: 100-continue\r\n`),
  post(`${length}expect: nothing\r\n`),
  post(`${length}x-long: ${"a".repeat(40_000)}\r\n`),
  post(`${length}${"x-many: a\r\n".repeat(3_000)}`),
  post(`${length}connection: close, upgrade\r\nupgrade: h2c\r\n`),
  `GET /${"a".repeat(70_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  "GET /graphql HTTP/1.1\r\n\r\n",
  "GET /graphql HTTP/9.9\r\nhost: a\r\n\r\n",
  "GET /graphql\r\n\r\n",
  "GET http://evil.example/graphql HTTP/1.1\r\nhost: a\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n",
  "CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n",
  "TRACE / HTTP/1.1\r\nhost: a\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
  "\r\n\r\n\r\n",
  "",
  `${UPGRADE}${KEY}\r\n\u0081\u00fe`,
  `${UPGRADE}${KEY}\r\n\u0081\u00ff\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0000\u0000\u0000\u0000`,
  `${UPGRADE}${KEY}\r\n\u0081\u0005hello`,
  `${UPGRADE}${KEY}\r\n\u00f1\u0080\u0000\u0000\u0000\u0000`,
  `${UPGRADE}${KEY}\r\n\u0000\u0080\u0000\u0000\u0000\u0000\u0088\u0080\u0000\u0000\u0000\u0000`,
  `${UPGRADE}\r\n`,
  `${UPGRADE.replace("13", "7")}${KEY}\r\n`,
  `${UPGRADE.replace("graphql-transport-ws", "graphql-ws, ,")}${KEY}\r\n`,
  `${UPGRADE.replace("/graphql", "/elsewhere")}${KEY}\r\n`,
  `${UPGRADE.replace("/graphql", "/%")}${KEY}authorization: Bearer x\r\n\r\n`,
];

export function rawBytes(choices: Choices): RawAttack {
  const request = choices.oneOf(REQUESTS);
  const at = choices.below(request.length + 1);
  const chunks = choices.onceIn(2) ? [request.slice(0, at), request.slice(at)] : [request];
  const isHalf = choices.onceIn(5);
  return { kind: "raw", chunks: isHalf ? chunks.slice(0, 1) : chunks, cuts: choices.onceIn(3) };
}
