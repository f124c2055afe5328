import { createHash } from "node:crypto";
import type { Ledger } from "@crossdock/ledger";
import { sleep, type Clock, type Logger } from "@crossdock/runtime";
import { sql } from "kysely";
import { MANIFESTS_CHANNEL, operationOf } from "./manifest-book.ts";
import type { PricedOperation } from "./manifest.ts";
import { createSharedRefresh } from "../shared-refresh.ts";

/**
 * The promoted operations of all clients, in memory: asked for each request. It follows the ledger by its doorbell, at
 * once, and looks by itself every ten seconds, for a doorbell that was lost.
 */
export interface ManifestDirectory {
  /** Resolves when all is read. @throws what reading the ledger throws */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads it now: for whoever has just changed something and wants it to hold when they are answered. */
  refresh(): Promise<void>;
  /** Who has any. */
  clients(): readonly string[];
  /** Each id once; the same array until they change. */
  promotedOf(clientId: string): readonly PricedOperation[];
  /**
   * Calls with a client id each time that its promoted operations have changed.
   * @returns stops it
   */
  onChange(listener: (clientId: string) => void): () => void;
  /** Notes a text that is in no manifest of the client. Returns at once; it is in the ledger some seconds later. */
  noteUnknown(clientId: string, text: string): void;
}

const LOOK_EVERY_MS = 10_000;
/** Different texts that wait to be written; more of them are not noted. */
const MAX_WAITING_TEXTS = 500;
/** What is longer is not noted. */
const MAX_NOTED_BYTES = 64 * 1024;
/** Different texts of one client that are kept; later ones are counted nowhere. */
const MAX_NOTED_PER_CLIENT = 1_000;

const NONE: readonly PricedOperation[] = [];
type Held = { readonly print: string; readonly operations: readonly PricedOperation[] };
type Waiting = { readonly clientId: string; readonly sha256: string; readonly body: string };

export function createManifestDirectory(deps: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
}): ManifestDirectory {
  const { ledger, clock, logger } = deps;
  const listeners = new Set<(clientId: string) => void>();
  const stopping = new AbortController();
  const waiting = new Map<string, Waiting & { times: number }>();
  let held: ReadonlyMap<string, Held> = new Map();
  let silence: (() => Promise<void>) | undefined;
  let looking: Promise<void> = Promise.resolve();

  const refresh = createSharedRefresh(read);

  /** Bodies are read of those clients only whose versions in use are others than before. */
  async function read(): Promise<void> {
    const before = held;
    const prints = await readPrints(ledger);
    const next = new Map<string, Held>();
    for (const [clientId, print] of prints) {
      const known = before.get(clientId);
      next.set(
        clientId,
        known?.print === print
          ? known
          : { print, operations: await readOperations(ledger, clientId) },
      );
    }
    held = next;
    for (const clientId of new Set([...before.keys(), ...next.keys()])) {
      if (before.get(clientId)?.print === next.get(clientId)?.print) continue;
      for (const listener of listeners) listener(clientId);
    }
  }

  function failed(error: unknown): void {
    if (stopping.signal.aborted) return;
    logger.warn({ err: error }, "the manifests cannot be read; what is known of them holds");
  }

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(LOOK_EVERY_MS, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await refresh().catch(failed);
      await writeUnknown().catch(notNoted);
    }
  }

  function notNoted(error: unknown): void {
    logger.warn({ err: error }, "unknown operations are not noted");
  }

  async function writeUnknown(): Promise<void> {
    const texts = [...waiting.values()];
    waiting.clear();
    if (texts.length === 0) return;
    const now = clock.now();
    await sql`
      insert into unknown_operations (client_id, sha256, body, times, first_seen_at, last_seen_at)
      select given."clientId", given.sha256, given.body, given.times, ${now}, ${now}
        from jsonb_to_recordset(${JSON.stringify(texts)}::jsonb)
          as given ("clientId" text, sha256 text, body text, times bigint)
       where exists (select from unknown_operations known
                      where known.client_id = given."clientId" and known.sha256 = given.sha256)
          or (select count(*) from unknown_operations kept where kept.client_id = given."clientId")
             < ${MAX_NOTED_PER_CLIENT}
      on conflict (client_id, sha256) do update
         set times = unknown_operations.times + excluded.times, last_seen_at = excluded.last_seen_at`.execute(
      ledger.background.db,
    );
  }

  return {
    start: async () => {
      silence = await ledger.listen(MANIFESTS_CHANNEL, () => void refresh().catch(failed));
      await refresh();
      looking = look();
    },
    stop: async () => {
      stopping.abort();
      await silence?.();
      await looking;
      await writeUnknown().catch(notNoted);
    },
    refresh,
    clients: () => [...held.keys()],
    promotedOf: (clientId) => held.get(clientId)?.operations ?? NONE,
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    noteUnknown: (clientId, body) => {
      if (Buffer.byteLength(body) > MAX_NOTED_BYTES || body.includes("\0")) return;
      const sha256 = createHash("sha256").update(body).digest("hex");
      const key = `${sha256} ${clientId}`;
      const known = waiting.get(key);
      if (known !== undefined) known.times += 1;
      else if (waiting.size < MAX_WAITING_TEXTS) {
        waiting.set(key, { clientId, sha256, body, times: 1 });
      }
    },
  };
}

/** By client: which versions are in use. */
async function readPrints({ db }: Ledger): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("operation_manifests")
    .select(["client_id", "version"])
    .where("status", "=", "promoted")
    .orderBy("client_id")
    .orderBy("version")
    .execute();
  const prints = new Map<string, string>();
  for (const { client_id: clientId, version } of rows) {
    prints.set(clientId, `${prints.get(clientId) ?? ""} ${version}`);
  }
  return prints;
}

/** An id that several versions have stands for one text: see `ManifestBook.promote`. */
async function readOperations(
  { db }: Ledger,
  clientId: string,
): Promise<readonly PricedOperation[]> {
  const rows = await db
    .selectFrom("manifest_operations as operation")
    .innerJoin("operation_manifests as manifest", (join) =>
      join
        .onRef("manifest.client_id", "=", "operation.client_id")
        .onRef("manifest.version", "=", "operation.version"),
    )
    .selectAll("operation")
    .distinctOn("operation.id")
    .where("operation.client_id", "=", clientId)
    .where("manifest.status", "=", "promoted")
    .orderBy("operation.id")
    .execute();
  return rows.map(operationOf);
}
