import { SourceProtocolError } from "@crossdock/source-contract";
import {
  integerField,
  stringifyExactJson,
  type SourceAnswer,
  type SourceHttp,
  type TokenSource,
  type Remembered,
} from "@crossdock/source-http";
import { z } from "zod";
import { createAuthorizedCall } from "./access.ts";
import type { Company } from "./company.ts";
import { decode, translate } from "./decode.ts";
import { chunk, MAX_BATCH_PARTS, type ODataChange, type ODataRead } from "./odata.ts";
import { refusedPart, unexpected } from "./refusals.ts";

/** The standard API, or the pages that the tenant published as web services. */
export type Root = "api" | "pages";

export type RowPage<Row> = {
  readonly rows: Row[];
  /** The address of the next page; `null` on the last. */
  readonly next: string | null;
};

/** OData v4 of one Business Central company. Rows are decoded by the caller's schema. */
export interface BusinessCentralClient {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /**
   * Every row of every read, in their order. One read is a GET, more are one `$batch` (per hundred).
   * @throws {SourceProtocolError} any refusal: these are reads that must work
   */
  readAll(root: Root, reads: readonly ODataRead[], signal: AbortSignal): Promise<unknown[][]>;
  /** One page. @param page a list to start, or the `next` of the page before */
  readPage(
    root: Root,
    page: ODataRead | string,
    pageSize: number,
    signal: AbortSignal,
  ): Promise<RowPage<unknown>>;
  /**
   * Sent once; the answer's status is left to the caller.
   * @param path below the company, or below the service when it starts with a slash
   */
  send(
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body: unknown,
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<SourceAnswer>;
  /**
   * All of it in one transaction of the source, or nothing.
   * @param changes 1 to `MAX_BATCH_PARTS`, in order
   * @returns the answer that undid it; `null` when all of it is done
   */
  sendTogether(changes: readonly ODataChange[], signal: AbortSignal): Promise<SourceAnswer | null>;
  /** Adds a record to a published page: `send` below the pages' root. */
  sendToPage(page: string, body: unknown, signal: AbortSignal): Promise<SourceAnswer>;
  /** A list of the service itself, such as its subscriptions. */
  readService(path: string, signal: AbortSignal): Promise<unknown[]>;
  decode<T>(operation: string, value: unknown, schema: z.ZodType<T>): T;
  /**
   * What was read as our own nouns.
   * @throws {SourceProtocolError} it does not fit, or a value in it is none of ours
   */
  decodeAs<Wire, Ours>(
    operation: string,
    value: unknown,
    schema: z.ZodType<Wire>,
    toOurs: (wire: Wire) => Ours,
  ): Ours;
}

export type ClientDeps = {
  readonly name: string;
  readonly http: SourceHttp;
  readonly access: TokenSource;
  readonly apiUrl: string;
  readonly odataUrl: string;
  readonly company: Remembered<Company>;
};

/** A list that never ends is a bug of the source; stop instead of asking forever. */
const MAX_PAGES = 500;

const JSON_BODY = { "content-type": "application/json" } as const;

const listBody = z.object({
  value: z.array(z.unknown()),
  "@odata.nextLink": z.string().optional(),
});
const batchBody = z.object({
  responses: z.array(
    z.object({ id: z.string(), status: integerField, body: z.unknown().optional() }),
  ),
});

export function createClient(deps: ClientDeps): BusinessCentralClient {
  const { name, company } = deps;
  const call = createAuthorizedCall(deps);

  const rootUrl = async (root: Root, signal: AbortSignal): Promise<string> => {
    const { id, name: companyName } = await company.get(signal);
    return root === "api"
      ? `${deps.apiUrl}/companies(${id})`
      : `${deps.odataUrl}/Company('${encodeURIComponent(companyName.replaceAll("'", "''"))}')`;
  };
  const getPage = async (
    operation: string,
    url: string,
    pageSize: number | null,
    signal: AbortSignal,
  ): Promise<RowPage<unknown>> => {
    const prefer = pageSize === null ? {} : { prefer: `odata.maxpagesize=${String(pageSize)}` };
    const answer = await call(
      { operation, method: "GET", path: url, headers: prefer, kind: "read" },
      signal,
    );
    if (answer.status !== 200) throw unexpected(name, operation, answer);
    return toPage(name, operation, answer.json());
  };
  const rest = async (operation: string, page: RowPage<unknown>, signal: AbortSignal) => {
    const rows = [...page.rows];
    let { next } = page;
    for (let pages = 1; next !== null; pages += 1) {
      if (pages === MAX_PAGES) throw new SourceProtocolError(name, operation, "no last page");
      const following = await getPage(operation, next, null, signal);
      rows.push(...following.rows);
      next = following.next;
    }
    return rows;
  };
  const batch = async (root: Root, reads: readonly ODataRead[], signal: AbortSignal) => {
    const operation = `$batch ${reads[0]?.set ?? ""}`;
    const base = await rootUrl(root, signal);
    const requests = reads.map(({ set, query }, at) => ({
      id: String(at),
      method: "GET",
      url: `${base}/${set}?${encodeQuery(query)}`,
    }));
    const answer = await call(
      {
        operation,
        method: "POST",
        path: `${root === "api" ? deps.apiUrl : deps.odataUrl}/$batch`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ requests }),
        kind: "read",
      },
      signal,
    );
    if (answer.status !== 200) throw unexpected(name, operation, answer);
    const { responses } = decode(name, operation, answer.json(), batchBody);
    const byId = new Map(responses.map((response) => [response.id, response]));
    return Promise.all(
      requests.map(async ({ id }) => {
        const part = byId.get(id);
        if (part?.status !== 200) throw refusedPart(name, operation, part);
        return rest(operation, toPage(name, operation, part.body), signal);
      }),
    );
  };

  return {
    name,
    async readAll(root, reads, signal) {
      const [only] = reads;
      if (only === undefined) return [];
      if (reads.length === 1) {
        const operation = `GET ${only.set}`;
        const url = `${await rootUrl(root, signal)}/${only.set}?${encodeQuery(only.query)}`;
        return [await rest(operation, await getPage(operation, url, null, signal), signal)];
      }
      const batches = chunk(reads, MAX_BATCH_PARTS).map((part) => batch(root, part, signal));
      return (await Promise.all(batches)).flat();
    },
    async readPage(root, page, pageSize, signal) {
      if (typeof page === "string") return getPage("GET page", page, pageSize, signal);
      const url = `${await rootUrl(root, signal)}/${page.set}?${encodeQuery(page.query)}`;
      return getPage(`GET ${page.set}`, url, pageSize, signal);
    },
    async send(method, path, body, signal, headers = {}) {
      const base = path.startsWith("/") ? deps.apiUrl : `${await rootUrl("api", signal)}/`;
      return call(
        {
          operation: `${method} ${operationOf(path)}`,
          method,
          path: `${base}${path}`,
          headers: { ...(body === undefined ? {} : JSON_BODY), ...headers },
          ...(body === undefined ? {} : { body: stringifyExactJson(body) }),
          kind: "write",
        },
        signal,
      );
    },
    async sendTogether(changes, signal) {
      const base = await rootUrl("api", signal);
      const [first] = changes;
      const operation = `${first?.method ?? "no"} $batch ${operationOf(first?.path ?? "")}`;
      const requests = changes.map(({ method, path, body, etag }, at) => ({
        id: String(at),
        method,
        url: `${base}/${path}`,
        headers: {
          ...(body === null ? {} : JSON_BODY),
          ...(etag === null ? {} : { "if-match": etag }),
        },
        ...(body === null ? {} : { body }),
      }));
      const answer = await call(
        {
          operation,
          method: "POST",
          path: `${deps.apiUrl}/$batch`,
          headers: { ...JSON_BODY, isolation: "snapshot" },
          body: stringifyExactJson({ requests }),
          kind: "write",
        },
        signal,
      );
      if (answer.status !== 200) throw unexpected(name, operation, answer);
      const { responses } = decode(name, operation, answer.json(), batchBody);
      const failed = responses.find(({ status }) => status >= 400);
      if (failed === undefined && responses.length === changes.length) return null;
      const { status, body } = failed ?? { status: 0, body: "parts without an answer" };
      return { ...answer, status, text: JSON.stringify(body), json: () => body };
    },
    async sendToPage(page, body, signal) {
      return call(
        {
          operation: `POST ${page}`,
          method: "POST",
          path: `${await rootUrl("pages", signal)}/${page}`,
          headers: JSON_BODY,
          body: stringifyExactJson(body),
          kind: "write",
        },
        signal,
      );
    },
    async readService(path, signal) {
      const operation = `GET ${operationOf(path)}`;
      const page = await getPage(operation, `${deps.apiUrl}${path}`, null, signal);
      return rest(operation, page, signal);
    },
    decode: (operation, value, schema) => decode(name, operation, value, schema),
    decodeAs: (operation, value, schema, toOurs) =>
      translate(name, operation, decode(name, operation, value, schema), toOurs),
  };
}

function toPage(name: string, operation: string, value: unknown): RowPage<unknown> {
  const body = decode(name, operation, value, listBody);
  return { rows: body.value, next: body["@odata.nextLink"] ?? null };
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([option, value]) => `${option}=${encodeURIComponent(value)}`)
    .join("&");
}

/** `/subscriptions('f3')` → `subscriptions`: few names, whatever the number of records. */
function operationOf(path: string): string {
  return path.replace(/^\//, "").replace(/[?(].*$/, "");
}
