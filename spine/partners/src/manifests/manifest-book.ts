import { createHash } from "node:crypto";
import { appendAudit } from "@crossdock/audit";
import { instantOf, InvalidValueError, type Instant } from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql, type Selectable } from "kysely";
import type { ChangedBy } from "../partner-book.ts";
import {
  ManifestExistsError,
  OperationIdTakenError,
  RetiredManifestError,
  TooManyManifestsError,
  UnknownManifestError,
} from "./errors.ts";
import type { Manifest, ManifestStatus, PricedOperation, UnknownOperation } from "./manifest.ts";

/** Rings with a client id when its promoted operations have changed. */
export const MANIFESTS_CHANNEL = "manifests";
/** Old versions of an application that are in the field beside the newest. */
export const MAX_PROMOTED_VERSIONS = 10;
/** Of one client, retired ones included. */
const MAX_VERSIONS = 1_000;
const MAX_SHOWN = 1_000;
const VERSION = /^[\w.+-]{1,64}$/;

/** Manifests of clients, in the ledger. Each change is a row of the audit journal and rings for all processes. */
export interface ManifestBook {
  /**
   * Keeps a version that was found good; nobody can use it before it is promoted. The same again is the same.
   * @throws {InvalidValueError} the version is not written as one
   * @throws {ManifestExistsError} the version has other operations
   * @throws {TooManyManifestsError}
   */
  push(
    clientId: string,
    version: string,
    operations: readonly PricedOperation[],
    by: ChangedBy,
  ): Promise<Manifest>;
  /**
   * Puts a version in use beside those that are. The same again is the same.
   * @throws {UnknownManifestError} @throws {RetiredManifestError} @throws {TooManyManifestsError}
   * @throws {OperationIdTakenError} an id stands for another text in a version that is in use
   */
  promote(clientId: string, version: string, by: ChangedBy): Promise<Manifest>;
  /** Takes a version out of use, for good. The same again is the same. @throws {UnknownManifestError} */
  retire(clientId: string, version: string, by: ChangedBy): Promise<Manifest>;
  /** By client, newest first; at most a thousand. @param clientId `null`: of all */
  list(clientId: string | null): Promise<readonly Manifest[]>;
  /** By name. @throws {UnknownManifestError} */
  operationsOf(clientId: string, version: string): Promise<readonly PricedOperation[]>;
  /** What a client sent that is in none of its manifests, most often first; at most a thousand. */
  unknownOf(clientId: string): Promise<readonly UnknownOperation[]>;
}

export function createManifestBook(
  ledger: Pick<Ledger, "db" | "transaction">,
  clock: Clock,
): ManifestBook {
  /** One change of one client at a time: promotions are judged against each other. */
  const changing = <T>(clientId: string, work: (trx: LedgerTransaction) => Promise<T>) =>
    ledger.transaction(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`manifests:${clientId}`}, 0))`.execute(
        trx,
      );
      return work(trx);
    });

  const tell = async (
    trx: LedgerTransaction,
    step: string,
    { clientId, version }: Pick<Manifest, "clientId" | "version">,
    { actor, correlationId }: ChangedBy,
    digest: string,
  ) => {
    if (step !== "pushed")
      await sql`select pg_notify(${MANIFESTS_CHANNEL}, ${clientId})`.execute(trx);
    await appendAudit(trx, {
      at: clock.now(),
      actor,
      step,
      commandId: `manifest:${clientId}:${version}`,
      commandType: "partners.changeManifest",
      outcome: "DONE",
      correlationId,
      payloadHash: digest,
    });
  };

  const find = async (trx: LedgerTransaction, clientId: string, version: string) => {
    const row = await trx
      .selectFrom("operation_manifests")
      .selectAll()
      .where("client_id", "=", clientId)
      .where("version", "=", version)
      .executeTakeFirst();
    if (row === undefined) throw new UnknownManifestError(clientId, version);
    return row;
  };

  const countOf = async (trx: LedgerTransaction, clientId: string, status?: ManifestStatus) => {
    const { count } = await trx
      .selectFrom("operation_manifests")
      .select(trx.fn.countAll<string>().as("count"))
      .where("client_id", "=", clientId)
      .$if(status !== undefined, (query) => query.where("status", "=", status as ManifestStatus))
      .executeTakeFirstOrThrow();
    return Number(count);
  };

  const told = async (trx: LedgerTransaction, clientId: string, version: string) => {
    const [found] = await manifestsOf(trx, clientId).where("version", "=", version).execute();
    if (found === undefined) throw new UnknownManifestError(clientId, version);
    return manifestOf(found);
  };

  return {
    push: async (clientId, version, operations, by) => {
      if (!VERSION.test(version)) {
        throw new InvalidValueError("version", version, "1 to 64 letters, digits, and . _ + -");
      }
      const digest = digestOf(operations);
      return changing(clientId, async (trx) => {
        const [known] = await manifestsOf(trx, clientId).where("version", "=", version).execute();
        if (known !== undefined) {
          if (known.digest === digest) return manifestOf(known);
          throw new ManifestExistsError(clientId, version);
        }
        if ((await countOf(trx, clientId)) >= MAX_VERSIONS) {
          throw new TooManyManifestsError(clientId, MAX_VERSIONS, "versions");
        }
        await trx
          .insertInto("operation_manifests")
          .values({
            client_id: clientId,
            version,
            status: "pushed",
            digest,
            pushed_at: clock.now(),
            promoted_at: null,
            retired_at: null,
          })
          .execute();
        await sql`
          insert into manifest_operations (client_id, version, id, name, type, body, points, source_calls)
          select ${clientId}, ${version}, id, name, type, body, points, "sourceCalls"
            from jsonb_to_recordset(${JSON.stringify(operations)}::jsonb)
              as given (id text, name text, type text, body text, points bigint, "sourceCalls" bigint)`.execute(
          trx,
        );
        const pushed = await told(trx, clientId, version);
        await tell(trx, "pushed", pushed, by, digest);
        return pushed;
      });
    },
    promote: (clientId, version, by) =>
      changing(clientId, async (trx) => {
        const { status, digest } = await find(trx, clientId, version);
        if (status === "promoted") return told(trx, clientId, version);
        if (status === "retired") throw new RetiredManifestError(clientId, version);
        if ((await countOf(trx, clientId, "promoted")) >= MAX_PROMOTED_VERSIONS) {
          throw new TooManyManifestsError(clientId, MAX_PROMOTED_VERSIONS, "versions in use");
        }
        const { rows } = await sql<{ id: string; version: string }>`
          select mine.id, theirs.version
            from manifest_operations mine
            join manifest_operations theirs
              on theirs.client_id = mine.client_id and theirs.id = mine.id
              and theirs.version <> mine.version and theirs.body <> mine.body
            join operation_manifests promoted
              on promoted.client_id = theirs.client_id and promoted.version = theirs.version
              and promoted.status = 'promoted'
           where mine.client_id = ${clientId} and mine.version = ${version} limit 1`.execute(trx);
        const [taken] = rows;
        if (taken !== undefined) throw new OperationIdTakenError(taken.id, taken.version);
        await trx
          .updateTable("operation_manifests")
          .set({ status: "promoted", promoted_at: clock.now() })
          .where("client_id", "=", clientId)
          .where("version", "=", version)
          .execute();
        const promoted = await told(trx, clientId, version);
        await tell(trx, "promoted", promoted, by, digest);
        return promoted;
      }),
    retire: (clientId, version, by) =>
      changing(clientId, async (trx) => {
        const { status, digest } = await find(trx, clientId, version);
        if (status === "retired") return told(trx, clientId, version);
        await trx
          .updateTable("operation_manifests")
          .set({ status: "retired", retired_at: clock.now() })
          .where("client_id", "=", clientId)
          .where("version", "=", version)
          .execute();
        const retired = await told(trx, clientId, version);
        await tell(trx, "retired", retired, by, digest);
        return retired;
      }),
    list: async (clientId) => {
      const rows = await manifestsOf(ledger.db, clientId)
        .orderBy("client_id")
        .orderBy("pushed_at", "desc")
        .limit(MAX_SHOWN)
        .execute();
      return rows.map(manifestOf);
    },
    operationsOf: async (clientId, version) => {
      const rows = await ledger.db
        .selectFrom("manifest_operations")
        .selectAll()
        .where("client_id", "=", clientId)
        .where("version", "=", version)
        .orderBy("name")
        .orderBy("id")
        .execute();
      if (rows.length === 0) throw new UnknownManifestError(clientId, version);
      return rows.map(operationOf);
    },
    unknownOf: async (clientId) => {
      const rows = await ledger.db
        .selectFrom("unknown_operations")
        .selectAll()
        .where("client_id", "=", clientId)
        .orderBy("times", "desc")
        .orderBy("sha256")
        .limit(MAX_SHOWN)
        .execute();
      return rows.map((row) => ({
        clientId: row.client_id,
        sha256: row.sha256,
        body: row.body,
        times: Number(row.times),
        firstSeenAt: instantOf(row.first_seen_at),
        lastSeenAt: instantOf(row.last_seen_at),
      }));
    },
  };
}

export function operationOf(row: Selectable<LedgerTables["manifest_operations"]>): PricedOperation {
  const { id, name, type, body, points, source_calls: sourceCalls } = row;
  return { id, name, type, body, points: Number(points), sourceCalls: Number(sourceCalls) };
}

function manifestsOf(db: Ledger["db"] | LedgerTransaction, clientId: string | null) {
  return db
    .selectFrom("operation_manifests as manifest")
    .selectAll("manifest")
    .select((row) =>
      row
        .selectFrom("manifest_operations as operation")
        .select((counted) => counted.fn.countAll<string>().as("count"))
        .whereRef("operation.client_id", "=", "manifest.client_id")
        .whereRef("operation.version", "=", "manifest.version")
        .as("operations"),
    )
    .$if(clientId !== null, (query) => query.where("manifest.client_id", "=", clientId ?? ""));
}

function manifestOf(
  row: Selectable<LedgerTables["operation_manifests"]> & { readonly operations: string | null },
): Manifest {
  return {
    clientId: row.client_id,
    version: row.version,
    status: row.status,
    operations: Number(row.operations),
    pushedAt: instantOf(row.pushed_at),
    promotedAt: instantOrNull(row.promoted_at),
    retiredAt: instantOrNull(row.retired_at),
  };
}

function instantOrNull(date: Date | null): Instant | null {
  return date === null ? null : instantOf(date);
}

/** Of what the client sees of it: prices may be computed anew. */
function digestOf(operations: readonly PricedOperation[]): string {
  const texts = operations
    .map(({ id, name, type, body }) => JSON.stringify([id, name, type, body]))
    .sort();
  return createHash("sha256").update(texts.join("\n")).digest("hex");
}
