import { DomainError } from "@crossdock/domain";
import { succeed } from "../handler.ts";
import type { PutDocument } from "./stand.ts";

/** The source says: later. */
export class BusyError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(readonly retryAfterMs: number | null = null) {
    super("The ERP is busy.");
  }
}

/** The source did it. */
export const done = ({ data }: { readonly data: PutDocument }) =>
  Promise.resolve(succeed({ typename: "Order", id: data.document, effects: [data.document] }));
