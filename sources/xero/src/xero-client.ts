import { SourceProtocolError } from "@crossdock/source-contract";
import {
  unexpected,
  integerField,
  stringifyExactJson,
  type SourceAnswer,
  type SourceCall,
  type SourceHttp,
  type TokenSource,
} from "@crossdock/source-http";
import { z } from "zod";

export type Query = Readonly<Record<string, string | undefined>>;

/** Xero's Accounting API for one organisation. Answers are decoded by the caller's schema. */
export interface XeroClient {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** @throws {SourceProtocolError} any status but 200, or a body that does not fit */
  get<T>(request: ReadRequest<T>, signal: AbortSignal): Promise<T>;
  /**
   * Every page of a list, one after the other.
   * @param request.query without `page`, which this adds: only paged lists have line items
   */
  getAll<Row>(request: ListRequest<Row>, signal: AbortSignal): Promise<Row[]>;
  /** Sent once, or never when the token was refused. Statuses are left to the caller. */
  put(request: WriteRequest, signal: AbortSignal): Promise<SourceAnswer>;
  decode<T>(operation: string, answer: SourceAnswer, schema: z.ZodType<T>): T;
}

export type ReadRequest<T> = {
  readonly path: string;
  readonly query: Query;
  readonly schema: z.ZodType<T>;
  /** Only records changed after this second, UTC without a zone: `2026-11-21T08:15:30`. */
  readonly modifiedSince?: string;
};

export type ListRequest<Row> = {
  /** `/Invoices`: also the name of the array in the answer. */
  readonly path: string;
  readonly query: Query;
  readonly row: z.ZodType<Row>;
};

export type WriteRequest = {
  readonly path: string;
  readonly query: Query;
  readonly body: unknown;
  /** At most 128 characters. */
  readonly idempotencyKey: string;
};

export const MAX_PAGE_ROWS = 1_000;
/** A list that never ends is a bug of the source; stop instead of asking forever. */
const MAX_LIST_PAGES = 100;

const pagination = z.object({ pageCount: integerField });

export type XeroClientDeps = {
  readonly name: string;
  readonly api: SourceHttp;
  readonly tokens: TokenSource;
  readonly tenantId: string;
};

export function createXeroClient({ name, api, tokens, tenantId }: XeroClientDeps): XeroClient {
  const decode = <T>(operation: string, answer: SourceAnswer, schema: z.ZodType<T>): T => {
    const parsed = schema.safeParse(answer.json());
    if (parsed.success) return parsed.data;
    throw new SourceProtocolError(name, operation, z.prettifyError(parsed.error));
  };
  const call = async (request: SourceCall, signal: AbortSignal): Promise<SourceAnswer> => {
    const token = await tokens.get(signal);
    const answer = await api.call(withAccess(request, token, tenantId), signal);
    if (answer.status !== 401) return answer;
    // Refused at the door, so nothing was done: a token may have been revoked before its time.
    tokens.drop(token);
    const fresh = await tokens.get(signal);
    return api.call(withAccess(request, fresh, tenantId), signal);
  };
  const get: XeroClient["get"] = async ({ path, query, schema, modifiedSince }, signal) => {
    const operation = `GET ${operationOf(path)}`;
    const headers = modifiedSince === undefined ? {} : { "if-modified-since": modifiedSince };
    const answer = await call(
      { operation, method: "GET", path, query, headers, kind: "read" },
      signal,
    );
    if (answer.status !== 200) throw unexpected(name, operation, answer);
    return decode(operation, answer, schema);
  };

  return {
    name,
    get,
    decode,
    async getAll({ path, query, row }, signal) {
      const key = operationOf(path);
      const schema = z.object({ [key]: z.array(row), pagination });
      const rows: z.infer<typeof row>[] = [];
      for (let page = 1; page <= MAX_LIST_PAGES; page += 1) {
        const paged = { ...query, page: String(page), pageSize: String(MAX_PAGE_ROWS) };
        const body = await get({ path, query: paged, schema }, signal);
        rows.push(...(body[key] as z.infer<typeof row>[]));
        if (page >= (body["pagination"] as z.infer<typeof pagination>).pageCount) return rows;
      }
      throw new SourceProtocolError(name, `GET ${key}`, "the list does not end");
    },
    put({ path, query, body, idempotencyKey }, signal) {
      return call(
        {
          operation: `PUT ${operationOf(path)}`,
          method: "PUT",
          path,
          query,
          headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
          body: stringifyExactJson(body),
          kind: "write",
        },
        signal,
      );
    },
  };
}

function withAccess(call: SourceCall, token: string, tenantId: string): SourceCall {
  const access = { authorization: `Bearer ${token}`, "xero-tenant-id": tenantId };
  return { ...call, headers: { ...call.headers, ...access } };
}

/** `/Invoices/{id}` → `Invoices`: few names, whatever the number of documents. */
function operationOf(path: string): string {
  return path.split("/")[1] ?? path;
}
