import { SourceAccessError, SourceProtocolError } from "@crossdock/source-contract";
import type { SourceAnswer } from "./source-http.ts";

const MAX_DETAIL_CHARACTERS = 500;

/**
 * The error for an answer that a right call does not get. It does not let us in: the same call works once our
 * key does. Anything else: our call, or the vendor's contract, is not what we believe.
 * @param name the source's configured name
 */
export function unexpected(
  name: string,
  operation: string,
  { status, text }: Pick<SourceAnswer, "status" | "text">,
): Error {
  const detail = detailOf({ status, text });
  return status === 401 || status === 403
    ? new SourceAccessError(name, operation, detail, status)
    : new SourceProtocolError(name, operation, detail, status);
}

/** For the log: the status and the beginning of the body. */
export function detailOf({ status, text }: Pick<SourceAnswer, "status" | "text">): string {
  return `${String(status)} ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
}
