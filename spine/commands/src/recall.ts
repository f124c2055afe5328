import type { Ledger } from "@crossdock/ledger";
import type { Acceptance, CommandRequest } from "./accept.ts";
import { recordOf } from "./command-record.ts";
import type { CommandDefinition } from "./definition.ts";
import { fingerprintOf } from "./idempotency.ts";
import type { NewCommand } from "./new-command.ts";

/** What the client already asked for under the key. */
export type RecallEach = (
  definition: Pick<CommandDefinition<never>, "type">,
  requests: readonly RecallRequest[],
) => Promise<(EarlierAcceptance | null)[]>;

export type RecallRequest = Pick<CommandRequest<unknown>, "clientId" | "idempotencyKey"> & {
  /** As it would be given to `accept`. */
  readonly fingerprint: unknown;
};

export type EarlierAcceptance = Exclude<Acceptance, { kind: "accepted" }>;

export function createRecallEach({ db }: Pick<Ledger, "db">): RecallEach {
  return async ({ type }, requests) => {
    const asked = requests.map(({ clientId, idempotencyKey, fingerprint }) => ({
      clientId,
      idempotencyKey,
      fingerprint: fingerprintOf({ type, data: fingerprint }),
    }));
    const known = await readEarlier(db, asked);
    return asked.map(known);
  };
}

type Asked = Pick<CommandRequest<unknown>, "clientId" | "idempotencyKey"> & {
  readonly fingerprint: string;
};

/**
 * One read, however many are asked.
 * @returns what each new command is the repeat of, or in conflict with
 * @throws {Error} from the answer: there is no such command
 */
export async function readFirst(
  db: Ledger["db"],
  repeats: readonly NewCommand[],
): Promise<(one: NewCommand) => EarlierAcceptance> {
  const askedOf = ({ record, fingerprint }: NewCommand) => ({ ...record, fingerprint });
  const known = await readEarlier(db, repeats.map(askedOf));
  return (one) => {
    const earlier = known(askedOf(one));
    if (earlier === null) throw new Error("A command was deleted while it was asked for again.");
    return earlier;
  };
}

async function readEarlier(
  db: Ledger["db"],
  asked: readonly Asked[],
): Promise<(one: Asked) => EarlierAcceptance | null> {
  const nameOf = (clientId: string, key: string) => JSON.stringify([clientId, key]);
  const rows =
    asked.length === 0
      ? []
      : await db
          .selectFrom("commands")
          .selectAll()
          .where("client_id", "in", [...new Set(asked.map((one) => one.clientId))])
          .where(
            "idempotency_key",
            "in",
            asked.map((one) => one.idempotencyKey),
          )
          .execute();
  const earlier = new Map(rows.map((row) => [nameOf(row.client_id, row.idempotency_key), row]));
  return ({ clientId, idempotencyKey, fingerprint }) => {
    const row = earlier.get(nameOf(clientId, idempotencyKey));
    if (row === undefined) return null;
    const kind = row.fingerprint === fingerprint ? "replayed" : "conflict";
    return { kind, command: recordOf(row) };
  };
}
