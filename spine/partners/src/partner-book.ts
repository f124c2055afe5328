import { createHash } from "node:crypto";
import { appendAudit } from "@crossdock/audit";
import { instantOf, type Instant } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { makeApiKey } from "./api-key.ts";
import { PartnerExistsError, TooManyPartnersError, UnknownPartnerError } from "./errors.ts";
import { parseClientId, type ApiKey, type Partner, type PartnerTerms } from "./partner.ts";
import { apiKeyOf, columnsOf, liveKeys, partnerOf } from "./partner-rows.ts";

/** Rings with a client id when something about that partner has changed. */
export const PARTNERS_CHANNEL = "partners";
/** All of them are held in memory by each process. */
export const MAX_PARTNERS = 5_000;

/** Who makes a change, for the audit journal. */
export type ChangedBy = { readonly actor: string; readonly correlationId: string };

/** @param text the whole key, shown once and kept nowhere */
export type NewApiKey = {
  readonly id: string;
  readonly text: string;
  readonly expiresAt: Instant | null;
};

export type PartnerWithKeys = Partner & {
  /** Newest first, at most a hundred; revoked and expired ones too. */
  readonly keys: readonly ApiKey[];
};

/** Partners and their keys, in the ledger. Each change is a row of the audit journal and rings for all processes. */
export interface PartnerBook {
  /**
   * @param keyExpiresAt `null`: the key lives until it is revoked
   * @throws {InvalidValueError} @throws {PartnerExistsError} @throws {TooManyPartnersError}
   */
  create(
    clientId: string,
    terms: PartnerTerms,
    keyExpiresAt: Instant | null,
    by: ChangedBy,
  ): Promise<{ readonly partner: Partner; readonly key: NewApiKey }>;
  /** By client id. */
  list(): Promise<readonly Partner[]>;
  /** @throws {UnknownPartnerError} */
  find(clientId: string): Promise<PartnerWithKeys>;
  /** Agrees on something else; what is left out stays. @throws {UnknownPartnerError} */
  change(clientId: string, terms: Partial<PartnerTerms>, by: ChangedBy): Promise<Partner>;
  /**
   * Gives a new key. The newest one before it goes on for `overlapMs` at most, all others end now.
   * @throws {UnknownPartnerError}
   */
  rotate(
    clientId: string,
    options: { readonly overlapMs: number; readonly keyExpiresAt: Instant | null },
    by: ChangedBy,
  ): Promise<NewApiKey>;
  /**
   * Ends keys now. Again is the same.
   * @param keyId `null`: all that it has
   * @returns how many were worth something until now
   * @throws {UnknownPartnerError} there is no such partner, or it has no such key
   */
  revoke(clientId: string, keyId: string | null, by: ChangedBy): Promise<number>;
  /** Answers it no more, whatever it shows, until it is resumed. Again is the same. @throws {UnknownPartnerError} */
  suspend(clientId: string, by: ChangedBy): Promise<Partner>;
  /** @throws {UnknownPartnerError} */
  resume(clientId: string, by: ChangedBy): Promise<Partner>;
}

const MAX_SHOWN_KEYS = 100;

export function createPartnerBook(
  ledger: Pick<Ledger, "db" | "transaction">,
  clock: Clock,
): PartnerBook {
  /** One change: the partner's row is held, and the journal comes last. */
  const changing = <T>(
    step: string,
    clientId: string,
    by: ChangedBy,
    work: (trx: LedgerTransaction, partner: Partner) => Promise<{ result: T; told: object }>,
  ): Promise<T> =>
    ledger.transaction(async (trx) => {
      const row = await trx
        .selectFrom("partners")
        .selectAll()
        .where("client_id", "=", clientId)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) throw new UnknownPartnerError(clientId);
      const { result, told } = await work(trx, partnerOf(row));
      await tell(trx, step, clientId, by, told);
      return result;
    });

  const tell = async (
    trx: LedgerTransaction,
    step: string,
    clientId: string,
    { actor, correlationId }: ChangedBy,
    told: object,
  ) => {
    await sql`select pg_notify(${PARTNERS_CHANNEL}, ${clientId})`.execute(trx);
    await appendAudit(trx, {
      at: clock.now(),
      actor,
      step,
      commandId: `partner:${clientId}`,
      commandType: "partners.changePartner",
      outcome: "DONE",
      correlationId,
      payloadHash: createHash("sha256").update(JSON.stringify(told)).digest("hex"),
    });
  };

  const addKey = async (trx: LedgerTransaction, clientId: string, expiresAt: Instant | null) => {
    const { id, text, hash } = makeApiKey();
    const created = { id, client_id: clientId, secret_hash: hash, created_at: clock.now() };
    await trx
      .insertInto("api_keys")
      .values({ ...created, expires_at: expiresAt, revoked_at: null, last_used_at: null })
      .execute();
    return { id, text, expiresAt };
  };

  const setSuspended = (clientId: string, step: string, at: Instant | null, by: ChangedBy) =>
    changing(step, clientId, by, async (trx, partner) => {
      const suspendedAt = at === null ? null : (partner.suspendedAt ?? at);
      await trx
        .updateTable("partners")
        .set({ suspended_at: suspendedAt })
        .where("client_id", "=", clientId)
        .execute();
      return { result: { ...partner, suspendedAt }, told: { suspendedAt } };
    });

  return {
    create: async (rawId, terms, keyExpiresAt, by) => {
      const clientId = parseClientId(rawId);
      return ledger.transaction(async (trx) => {
        const { count } = await trx
          .selectFrom("partners")
          .select(trx.fn.countAll<string>().as("count"))
          .executeTakeFirstOrThrow();
        if (Number(count) >= MAX_PARTNERS) throw new TooManyPartnersError(MAX_PARTNERS);
        const partner = { clientId, ...terms, suspendedAt: null, createdAt: clock.now() };
        const { numInsertedOrUpdatedRows: inserted } = await trx
          .insertInto("partners")
          .values({
            client_id: clientId,
            ...columnsOf(terms),
            suspended_at: null,
            created_at: partner.createdAt,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (inserted === 0n) throw new PartnerExistsError(clientId);
        const key = await addKey(trx, clientId, keyExpiresAt);
        await tell(trx, "created", clientId, by, { ...terms, key: key.id });
        return { partner, key };
      });
    },
    list: async () => {
      const rows = await ledger.db
        .selectFrom("partners")
        .selectAll()
        .orderBy("client_id")
        .limit(MAX_PARTNERS)
        .execute();
      return rows.map(partnerOf);
    },
    find: async (clientId) => {
      const row = await ledger.db
        .selectFrom("partners")
        .selectAll()
        .where("client_id", "=", clientId)
        .executeTakeFirst();
      if (row === undefined) throw new UnknownPartnerError(clientId);
      const keys = await ledger.db
        .selectFrom("api_keys")
        .selectAll()
        .where("client_id", "=", clientId)
        .orderBy("created_at", "desc")
        .orderBy("id")
        .limit(MAX_SHOWN_KEYS)
        .execute();
      return { ...partnerOf(row), keys: keys.map(apiKeyOf) };
    },
    change: (clientId, changes, by) =>
      changing("changed", clientId, by, async (trx, before) => {
        const partner = { ...before, ...changes };
        await trx
          .updateTable("partners")
          .set(columnsOf(partner))
          .where("client_id", "=", clientId)
          .execute();
        return { result: partner, told: changes };
      }),
    rotate: (clientId, { overlapMs, keyExpiresAt }, by) =>
      changing("key rotated", clientId, by, async (trx) => {
        const now = clock.now();
        const until = instantOf(new Date(clock.nowMs() + overlapMs));
        const [newest] = await liveKeys(trx, clientId, now);
        await trx
          .updateTable("api_keys")
          .set({ revoked_at: now })
          .where("client_id", "=", clientId)
          .where("revoked_at", "is", null)
          .where("id", "!=", newest?.id ?? "")
          .execute();
        await trx
          .updateTable("api_keys")
          .set({ expires_at: sql<Date>`least(expires_at, ${until}::timestamptz)` })
          .where("id", "=", newest?.id ?? "")
          .execute();
        const key = await addKey(trx, clientId, keyExpiresAt);
        return { result: key, told: { key: key.id, before: newest?.id, until } };
      }),
    revoke: (clientId, keyId, by) =>
      changing("key revoked", clientId, by, async (trx) => {
        const now = clock.now();
        const live = await liveKeys(trx, clientId, now);
        const rows = await trx
          .updateTable("api_keys")
          .set((column) => ({
            revoked_at: column.fn.coalesce("revoked_at", sql<Date>`${now}::timestamptz`),
          }))
          .where("client_id", "=", clientId)
          .$if(keyId !== null, (query) => query.where("id", "=", keyId ?? ""))
          .returning("id")
          .execute();
        if (keyId !== null && rows.length === 0) throw new UnknownPartnerError(clientId, keyId);
        const ended = live.filter(({ id }) => rows.some((row) => row.id === id)).length;
        return { result: ended, told: { keys: rows.map(({ id }) => id) } };
      }),
    suspend: (clientId, by) => setSuspended(clientId, "suspended", clock.now(), by),
    resume: (clientId, by) => setSuspended(clientId, "resumed", null, by),
  };
}
