import type { IncomingHttpHeaders } from "node:http";
import { ForeignPageError } from "../errors/gateway-errors.ts";

/** From which pages browsers may ask us, besides our own: origins such as https://shop.example.com, or all. */
export type AllowedOrigins = readonly string[] | "*";

/** Headers that a browser sends for a page of another site only when we said before that it may. */
const MARKS = ["apollo-require-preflight", "x-apollo-operation-name", "authorization", "x-api-key"];
const SIMPLE_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/**
 * Apollo's rule against forged requests, for what does not pass through its server: a browser must have had to ask
 * before it sent this.
 * @throws {ForeignPageError} any page could have sent it
 */
export function refuseForged(headers: IncomingHttpHeaders): void {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  const isMarked = MARKS.some((name) => (headers[name] ?? "") !== "");
  if (isMarked || (type !== undefined && type !== "" && !SIMPLE_TYPES.includes(type))) return;
  throw new ForeignPageError();
}

/**
 * Whether a page of this origin may open a WebSocket. Programs send no origin, and our own pages our own. Where nothing is
 * said of other origins any may: a socket has no cookies, and who is asking is said by the page itself.
 */
export function mayConnect(
  { origin, host }: IncomingHttpHeaders,
  allowed: AllowedOrigins,
): boolean {
  if (origin === undefined || allowed.length === 0) return true;
  if (allowed === "*" || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
