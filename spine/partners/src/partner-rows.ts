import { instantOf, type Instant } from "@crossdock/domain";
import type { LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import type { Selectable } from "kysely";
import type { ApiKey, Partner, PartnerTerms } from "./partner.ts";

/** Newest first. */
export function liveKeys(trx: LedgerTransaction, clientId: string, now: Instant) {
  return trx
    .selectFrom("api_keys")
    .select("id")
    .where("client_id", "=", clientId)
    .where("revoked_at", "is", null)
    .where((where) =>
      where.or([where("expires_at", "is", null), where("expires_at", ">", new Date(now))]),
    )
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
}

export function columnsOf(terms: PartnerTerms) {
  return {
    name: terms.name,
    customers: [...terms.customers],
    scopes: [...terms.scopes],
    operations: terms.operations,
    points_per_minute: terms.pointsPerMinute,
    concurrent_operations: terms.concurrentOperations,
    source_calls_per_minute: terms.sourceCallsPerMinute,
  };
}

/** Only what `parseTerms` made is ever written. */
export function partnerOf(row: Selectable<LedgerTables["partners"]>): Partner {
  return {
    clientId: row.client_id,
    name: row.name,
    customers: row.customers as Partner["customers"][number][],
    scopes: row.scopes,
    operations: row.operations,
    pointsPerMinute: row.points_per_minute,
    concurrentOperations: row.concurrent_operations,
    sourceCallsPerMinute: row.source_calls_per_minute,
    suspendedAt: instantOrNull(row.suspended_at),
    createdAt: instantOf(row.created_at),
  };
}

export function apiKeyOf(row: Selectable<LedgerTables["api_keys"]>): ApiKey {
  return {
    id: row.id,
    createdAt: instantOf(row.created_at),
    expiresAt: instantOrNull(row.expires_at),
    revokedAt: instantOrNull(row.revoked_at),
    lastUsedAt: instantOrNull(row.last_used_at),
  };
}

function instantOrNull(date: Date | null): Instant | null {
  return date === null ? null : instantOf(date);
}
