import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;
type NullableJsonColumn = ColumnType<object | null, string | null, string | null>;

/** One row per time that something came before a person; kept when it is dealt with. */
export interface ExceptionsTable {
  /** The id of the command, or the name of the feed, and a count of its exceptions. */
  readonly id: string;
  /** Order of opening; what a page's cursor holds. */
  readonly sequence: Generated<string>;
  /** `null` where no command waits: a feed fell silent. */
  readonly command_id: string | null;
  readonly command_type: string | null;
  readonly customer_number: string | null;
  readonly subject: string;
  readonly error_class: string | null;
  readonly code: string;
  readonly owner: string;
  readonly action_code: string;
  readonly action_text: string;
  readonly summary: string;
  /** The command's data without what is private. */
  readonly payload: JSONColumnType<object>;
  /** What the source said, without what is private. */
  readonly last_answer: NullableJsonColumn;
  readonly correlation_id: string;
  readonly opened_at: InstantColumn;
  /** When it should be dealt with: set by the database as it is opened. */
  readonly due_at: ColumnType<Date, never, never>;
  /** Who works on it. */
  readonly assignee: ColumnType<string | null, never, string | null>;
  /** Set together with `resolution` and `resolved_by`. */
  readonly resolved_at: NullableInstantColumn;
  readonly resolution: string | null;
  readonly note: string | null;
  readonly resolved_by: string | null;
}
