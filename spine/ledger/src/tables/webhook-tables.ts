import type { ColumnType, Generated } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** One row for each thing that a webhook is told; deleted some weeks after it was settled. */
export interface WebhookMessagesTable {
  readonly id: string;
  /** The order in which a webhook is told. */
  readonly sequence: Generated<string>;
  /** Its name in the configuration. */
  readonly hook: string;
  readonly type: string;
  readonly exception_id: string;
  /** As it is signed and sent. */
  readonly body: string;
  readonly created_at: InstantColumn;
  readonly attempts: Generated<number>;
  /** It is not sent before. While it is on its way: when it is sent again if nobody settles it. */
  readonly due_at: InstantColumn;
  /** Why the last attempt came to nothing. */
  readonly last_failure: string | null;
  readonly settled_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  /** `DELIVERED` or `GIVEN_UP`; set with `settled_at`. */
  readonly outcome: string | null;
}
