import type { GeneratedAlways } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** What one request did, as far as it had done it when it was written down; never changed, deleted when it is old. */
export interface DataAccessesTable {
  readonly sequence: GeneratedAlways<string>;
  readonly at: InstantColumn;
  readonly correlation_id: string;
  readonly client_id: string;
  readonly viewer_id: string;
  readonly role: string;
  readonly access: "READ" | "CHANGE" | "UNKNOWN";
  readonly operation: string;
  readonly outcome: string;
  readonly subjects: string[];
  /** How many notes are missing here. */
  readonly dropped: number;
}
