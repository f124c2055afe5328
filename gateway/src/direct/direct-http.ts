import type { IncomingHttpHeaders } from "node:http";
import type { ResolvedOperation } from "../answering/resolved-operation.ts";
import type { HttpAnswer, HttpExchange } from "../http/http-exchange.ts";
import type { OperationPayload } from "../operations/operation-payload.ts";
import type { DirectAnswer } from "./direct-path.ts";
import { mediaTypeFor } from "./media-type.ts";

/**
 * The media type of the answer to an exchange that may go by the direct path.
 * @param payload that it came with
 * @param resolved what that is
 * @returns `null` where Apollo's pipeline has something to say to its form: a page of another site may have sent it, it
 *   is no query and came by GET, its body is of another type, or its client takes no JSON
 */
export function directMediaType(
  { method, headers }: HttpExchange,
  payload: OperationPayload,
  resolved: ResolvedOperation,
): string | null {
  const isTaken =
    method === "POST"
      ? isJson(headers)
      : method === "GET" && isAskedOnPurpose(headers) && fitsUrl(payload, resolved);
  return isTaken ? mediaTypeFor(headers.accept) : null;
}

/** What changes something is in no URL, nor is what stands for nothing. */
function fitsUrl(
  { variables, extensions }: OperationPayload,
  { operation }: ResolvedOperation,
): boolean {
  const isQuery = operation === undefined || operation.operation === "query";
  return isQuery && variables !== null && extensions !== null;
}

/** As Apollo's servers write it: what went wrong first, and a line's end. */
export function httpAnswerOf(
  { result: { errors, data, extensions }, status, headers }: DirectAnswer,
  mediaType: string,
): HttpAnswer {
  return {
    status,
    headers: { ...headers, "content-type": mediaType },
    body: `${JSON.stringify({ errors, data, extensions })}\n`,
  };
}

/** No page sends it to another site without having asked whether it may. */
function isJson(headers: IncomingHttpHeaders): boolean {
  const [type = ""] = headers["content-type"]?.split(";", 1) ?? [];
  return type.trim().toLowerCase() === "application/json";
}

/** Headers that a page of another site cannot make a browser send without having asked. */
const MARKS = ["apollo-require-preflight", "x-apollo-operation-name"];

function isAskedOnPurpose(headers: IncomingHttpHeaders): boolean {
  if (headers["content-type"] !== undefined) return isJson(headers);
  return MARKS.some((name) => (headers[name] ?? "") !== "");
}
