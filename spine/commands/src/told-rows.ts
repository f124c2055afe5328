import type { CommandRecord } from "./command-record.ts";
import type { ToldRows } from "./journal.ts";

/** What is told of some commands as the database's functions take it: rows that name their command. */
export function jsonOfRows(
  told: readonly { readonly command: CommandRecord; readonly rows: ToldRows }[],
): { readonly events: string; readonly audit: string } {
  const jsonOf = (part: keyof ToldRows) =>
    JSON.stringify(
      told.flatMap(({ command, rows }) =>
        rows[part].map((row) => ({ ...row, commandId: command.id })),
      ),
    );
  return { events: jsonOf("events"), audit: jsonOf("audit") };
}
