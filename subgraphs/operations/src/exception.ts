import type { ExceptionRecord } from "@crossdock/processes";

/** An exception, and where the event log stands when a subscriber is told of it. */
export type ExceptionView = ExceptionRecord & { readonly cursor: string | null };

/** @param cursor left out unless an event told of it */
export function exceptionView(
  record: ExceptionRecord,
  cursor: string | null = null,
): ExceptionView {
  return { ...record, cursor };
}
