import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import type { CommandRequest } from "./accept.ts";
import type { CommandDefinition } from "./definition.ts";
import type { CommandJournal } from "./journal.ts";
import { columnsOf, type MakeCommand, type NewCommand } from "./new-command.ts";

/** A command that is about to be accepted, and the JSON of all that becomes true with it. */
export type PreparedAcceptance = {
  readonly asked: NewCommand;
  /** Of one object. */
  readonly command: string;
  /** Of any number of objects each, without the brackets around them. */
  readonly orders: string;
  readonly events: string;
  readonly audit: string;
};

/** Whatever can be said without the database: no lock is held meanwhile. */
export function prepareAcceptance<Data>(
  make: MakeCommand,
  journal: Pick<CommandJournal, "accepted">,
  definition: CommandDefinition<Data>,
  request: CommandRequest<Data>,
): PreparedAcceptance {
  const asked = make(definition, request);
  const { record } = asked;
  const told = journal.accepted(record);
  const alongside = request.alongside?.(record);
  const jsonOf = (rows: readonly object[]) =>
    rows.map((row) => JSON.stringify({ ...row, commandId: record.id })).join(",");
  return {
    asked,
    command: JSON.stringify(columnsOf(asked)),
    orders: jsonOf(alongside?.orders ?? []),
    events: jsonOf([...told.events, ...(alongside?.events ?? [])]),
    audit: jsonOf(told.audit),
  };
}

/** What the acceptance sends, in characters. */
export function sizeOf({ command, orders, events, audit }: PreparedAcceptance): number {
  return command.length + orders.length + events.length + audit.length;
}

/**
 * One statement: `accept_commands` of the ledger's migrations. Whoever asks with the same key at the same
 * moment waits in it for the first to commit. The event log is locked until the commit, and relays are
 * told with it.
 * @returns the ids of those that were accepted; the keys of the others are known
 */
export async function insertAcceptances(
  db: Ledger["db"],
  prepared: readonly PreparedAcceptance[],
): Promise<ReadonlySet<string>> {
  const listOf = (part: Exclude<keyof PreparedAcceptance, "asked">) =>
    `[${prepared
      .map((one) => one[part])
      .filter((json) => json !== "")
      .join(",")}]`;
  const { rows } = await sql<{ accepted: string[] }>`
    select accept_commands(${listOf("command")}::jsonb, ${listOf("orders")}::jsonb,
      ${listOf("events")}::jsonb, ${listOf("audit")}::jsonb) as accepted`.execute(db);
  return new Set(rows[0]?.accepted);
}
