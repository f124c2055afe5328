import { SourceProtocolError, SourceUnavailableError } from "@crossdock/source-contract";
import type { SourceAnswer } from "@crossdock/source-http";

const MAX_DETAIL_CHARACTERS = 500;

/** @returns the error for a refusal that our calls should never get: a wrong path, a wrong field. */
export function unexpected(
  name: string,
  operation: string,
  { status, text }: Pick<SourceAnswer, "status" | "text">,
): Error {
  const detail = `${String(status)} ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
  // Somebody changed the record or holds it: the same call may well work later.
  if (status === 408 || status === 409 || status === 412) {
    return new SourceUnavailableError(name, operation, detail);
  }
  return new SourceProtocolError(name, operation, detail);
}

/** A part of a batch may meet the trouble that the batch itself was spared. */
export function refusedPart(
  name: string,
  operation: string,
  part: { readonly status: number; readonly body?: unknown } | undefined,
): Error {
  const status = part?.status ?? 0;
  const text = JSON.stringify(part?.body ?? "no answer to this part");
  return status === 429 || status >= 500
    ? new SourceUnavailableError(name, operation, `${String(status)} ${text}`)
    : unexpected(name, operation, { status, text });
}
