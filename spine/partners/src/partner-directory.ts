import { UnauthenticatedError, type Instant, type Viewer } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sleep, type Clock, type Logger } from "@crossdock/runtime";
import { isSecretOf, parseApiKey } from "./api-key.ts";
import { MAX_PARTNERS, PARTNERS_CHANNEL } from "./partner-book.ts";
import { partnerOf } from "./partner-rows.ts";
import type { Partner } from "./partner.ts";
import { createSharedRefresh } from "./shared-refresh.ts";

/**
 * Partners and their live keys, in memory: asked for each request. It follows the ledger by its doorbell, at
 * once, and looks by itself every ten seconds, for a doorbell that was lost.
 */
export interface PartnerDirectory {
  /** Resolves when all is read. @throws what reading the ledger throws */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads it now: for whoever has just changed something and wants it to hold when they are answered. */
  refresh(): Promise<void>;
  partnerOf(clientId: string): Partner | null;
  /** All of them, in no order. */
  partners(): readonly Partner[];
  /**
   * Who shows this key; the same object until something changes for it. Counts as a use.
   * @throws {UnauthenticatedError} it is no key that is worth something now, or its partner is suspended
   */
  viewerOfKey(text: string): Viewer;
  /** The same for a key whose secret was shown before, in exchange for a token. @throws {UnauthenticatedError} */
  viewerOfKeyId(keyId: string): Viewer;
  /**
   * Calls with a client id each time that what is agreed with it has changed, or that one of its keys has come to
   * its end.
   * @returns stops it
   */
  onChange(listener: (clientId: string) => void): () => void;
}

const LOOK_EVERY_MS = 10_000;
/** A use is noted so often at most: it is for seeing which key is in use, not for counting. */
const NOTE_USES_EVERY_MS = 60_000;
/** Two while one follows the other; more are an error in the ledger. */
const MAX_LIVE_KEYS = MAX_PARTNERS * 2;
/** For a key that lives until it is revoked. */
const NEVER = "9999-12-31T23:59:59.999Z" as Instant;

type LiveKey = { readonly hash: Buffer; readonly expiresAtMs: number; readonly viewer: Viewer };
type Known = {
  readonly partners: ReadonlyMap<string, Partner>;
  readonly keys: ReadonlyMap<string, LiveKey>;
  /** By client id, all that a listener would want to hear about. */
  readonly prints: ReadonlyMap<string, string>;
};

export function createPartnerDirectory(deps: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
}): PartnerDirectory {
  const { ledger, clock, logger } = deps;
  const listeners = new Set<(clientId: string) => void>();
  const used = new Set<string>();
  const stopping = new AbortController();
  let known: Known = { partners: new Map(), keys: new Map(), prints: new Map() };
  let expiry: NodeJS.Timeout | undefined;
  let silence: (() => Promise<void>) | undefined;
  let looking: Promise<void> = Promise.resolve();
  let notedAtMs = clock.nowMs();

  const refresh = createSharedRefresh(read);

  async function read(): Promise<void> {
    const next = await readAll(ledger, clock);
    const before = known;
    known = withKeptViewers(next, before);
    watchExpiry();
    const names = new Set([...before.prints.keys(), ...next.prints.keys()]);
    for (const name of names) {
      if (before.prints.get(name) !== next.prints.get(name)) tell(name);
    }
  }

  function tell(clientId: string): void {
    for (const listener of listeners) listener(clientId);
  }

  /** Wakes when the next key comes to its end, whose partner may have sockets open with it. */
  function watchExpiry(): void {
    clearTimeout(expiry);
    const nextMs = Math.min(...[...known.keys.values()].map(({ expiresAtMs }) => expiresAtMs));
    const leftMs = nextMs - clock.nowMs();
    // What is farther away is seen by a later look.
    if (leftMs > LOOK_EVERY_MS * 2 || stopping.signal.aborted) return;
    expiry = setTimeout(() => void refresh().catch(failed), Math.max(leftMs, 0) + 1);
  }

  function failed(error: unknown): void {
    if (stopping.signal.aborted) return;
    logger.warn({ err: error }, "the partners cannot be read; what is known of them holds");
  }

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(LOOK_EVERY_MS, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await refresh().catch(failed);
      if (clock.nowMs() - notedAtMs >= NOTE_USES_EVERY_MS) await noteUses().catch(failed);
    }
  }

  async function noteUses(): Promise<void> {
    const ids = [...used];
    used.clear();
    notedAtMs = clock.nowMs();
    if (ids.length === 0) return;
    await ledger.db
      .updateTable("api_keys")
      .set({ last_used_at: clock.now() })
      .where("id", "in", ids)
      .execute();
  }

  function keyOf(id: string): LiveKey | null {
    const key = known.keys.get(id);
    return key === undefined || key.expiresAtMs <= clock.nowMs() ? null : key;
  }

  return {
    start: async () => {
      silence = await ledger.listen(PARTNERS_CHANNEL, () => void refresh().catch(failed));
      await refresh();
      looking = look();
    },
    stop: async () => {
      stopping.abort();
      clearTimeout(expiry);
      await silence?.();
      await looking;
      await noteUses().catch((error: unknown) => {
        logger.warn({ err: error }, "the last uses of keys are not noted");
      });
    },
    refresh,
    partnerOf: (clientId) => known.partners.get(clientId) ?? null,
    partners: () => [...known.partners.values()],
    viewerOfKey: (text) => {
      const parts = parseApiKey(text);
      const key = parts === null ? null : keyOf(parts.id);
      if (parts === null || key === null || !isSecretOf(key.hash, parts.secret)) {
        throw new UnauthenticatedError("The API key is not valid.");
      }
      used.add(parts.id);
      return key.viewer;
    },
    viewerOfKeyId: (keyId) => {
      const key = keyOf(keyId);
      if (key === null) throw new UnauthenticatedError("The API key is not valid.");
      return key.viewer;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

async function readAll({ db }: Ledger, clock: Clock): Promise<Known> {
  const [rows, keyRows] = await Promise.all([
    db.selectFrom("partners").selectAll().limit(MAX_PARTNERS).execute(),
    db
      .selectFrom("api_keys")
      .select(["id", "client_id", "secret_hash", "expires_at"])
      .where("revoked_at", "is", null)
      .where((where) =>
        where.or([
          where("expires_at", "is", null),
          where("expires_at", ">", new Date(clock.nowMs())),
        ]),
      )
      .orderBy("id")
      .limit(MAX_LIVE_KEYS)
      .execute(),
  ]);
  const partners = new Map(rows.map((row) => [row.client_id, partnerOf(row)]));
  const keys = new Map<string, LiveKey>();
  const prints = new Map([...partners].map(([id, partner]) => [id, JSON.stringify(partner)]));
  for (const { id, client_id: clientId, secret_hash: hash, expires_at: expires } of keyRows) {
    const partner = partners.get(clientId);
    if (partner === undefined) continue;
    const expiresAt = (expires?.toISOString() ?? NEVER) as Instant;
    prints.set(clientId, `${prints.get(clientId) ?? ""} ${id} ${expiresAt}`);
    // A key of a suspended partner is worth nothing, and says no more than any other such key.
    if (partner.suspendedAt !== null) continue;
    keys.set(id, {
      hash,
      expiresAtMs: Date.parse(expiresAt),
      viewer: viewerOf(partner, expiresAt),
    });
  }
  return { partners, keys, prints };
}

/** All sockets of one viewer share what is kept for it: it stays the same object where nothing has changed. */
function withKeptViewers(next: Known, before: Known): Known {
  const keys = new Map(
    [...next.keys].map(([id, key]) => {
      const { clientId } = key.viewer;
      const isSame = before.prints.get(clientId) === next.prints.get(clientId);
      return [id, (isSame ? before.keys.get(id) : undefined) ?? key];
    }),
  );
  return { ...next, keys };
}

function viewerOf({ clientId, name, scopes, customers }: Partner, expiresAt: Instant): Viewer {
  return { id: clientId, name, clientId, role: "partner", scopes, customers, expiresAt };
}
