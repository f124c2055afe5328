import { SourceProtocolError } from "@crossdock/source-contract";
import {
  integerField,
  stringifyExactJson,
  type SourceAnswer,
  type SourceCall,
  type SourceHttp,
  type TokenSource,
  type Remembered,
} from "@crossdock/source-http";
import { z } from "zod";
import { createAuthorizedCall } from "./authorized-call.ts";
import type { Company } from "./company.ts";
import { decode, translate } from "./decode.ts";
import { chunk, MAX_BATCH_PARTS, type ODataChange, type ODataRead } from "./odata.ts";
import { refusedPart, unexpected } from "./refusals.ts";
import {
  requireNoFailureInside,
  requireTrusted,
  UntrustedAnswerError,
  untilTrusted,
  type Expected,
} from "./trusted-answer.ts";

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
   * An answer that is not one to the question is asked for again (see trusted-answer.ts).
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
   * @throws {UnknownOutcomeError} a success with a failure inside
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
    {
      pageSize,
      expected,
    }: { readonly pageSize: number | null; readonly expected: Expected | null },
    signal: AbortSignal,
  ): Promise<RowPage<unknown>> => {
    const prefer = pageSize === null ? {} : { prefer: `odata.maxpagesize=${String(pageSize)}` };
    const request = { operation, method: "GET", path: url, headers: prefer, kind: "read" } as const;
    return untilTrusted(async () => {
      const answer = await call(request, signal);
      if (answer.status !== 200) throw unexpected(name, operation, answer);
      const body = answer.json();
      requireTrusted(name, operation, body, expected);
      return toPage(name, operation, body);
    }, signal);
  };
  const expectedOf = async ({ only = {} }: Pick<ODataRead, "only">, signal: AbortSignal) => ({
    company: await company.get(signal),
    only,
  });
  const rest = async (
    operation: string,
    page: RowPage<unknown>,
    expected: Expected | null,
    signal: AbortSignal,
  ) => {
    const rows = [...page.rows];
    let { next } = page;
    for (let pages = 1; next !== null; pages += 1) {
      if (pages === MAX_PAGES) throw new SourceProtocolError(name, operation, "no last page");
      const following = await getPage(operation, next, { pageSize: null, expected }, signal);
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
    const expected = await Promise.all(reads.map((read) => expectedOf(read, signal)));
    const request = {
      operation,
      method: "POST",
      path: `${root === "api" ? deps.apiUrl : deps.odataUrl}/$batch`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ requests }),
      kind: "read",
    } as const;
    const pages = await untilTrusted(async () => {
      const answer = await call(request, signal);
      if (answer.status !== 200) throw unexpected(name, operation, answer);
      const body = answer.json();
      requireTrusted(name, operation, body, null);
      const { responses } = decode(name, operation, body, batchBody);
      const byId = new Map(responses.map((response) => [response.id, response]));
      return requests.map(({ id }, at) => {
        const part = byId.get(id);
        if (part !== undefined && part.status >= 500) {
          throw new UntrustedAnswerError(name, operation, `a part failed: ${detail(part.body)}`);
        }
        if (part?.status !== 200) throw refusedPart(name, operation, part);
        requireTrusted(name, operation, part.body, expected[at] ?? null);
        return toPage(name, operation, part.body);
      });
    }, signal);
    return Promise.all(
      pages.map((page, at) => rest(operation, page, expected[at] ?? null, signal)),
    );
  };
  const write = async (request: SourceCall, signal: AbortSignal): Promise<SourceAnswer> => {
    const answer = await call(request, signal);
    const body = answer.status < 300 && answer.text !== "" ? answer.json() : null;
    requireNoFailureInside(name, request.operation, { status: answer.status, body });
    return answer;
  };

  return {
    name,
    async readAll(root, reads, signal) {
      const [only] = reads;
      if (only === undefined) return [];
      if (reads.length === 1) {
        const operation = `GET ${only.set}`;
        const url = `${await rootUrl(root, signal)}/${only.set}?${encodeQuery(only.query)}`;
        const expected = await expectedOf(only, signal);
        const first = await getPage(operation, url, { pageSize: null, expected }, signal);
        return [await rest(operation, first, expected, signal)];
      }
      const batches = chunk(reads, MAX_BATCH_PARTS).map((part) => batch(root, part, signal));
      return (await Promise.all(batches)).flat();
    },
    async readPage(root, page, pageSize, signal) {
      const isNext = typeof page === "string";
      const expected = await expectedOf(isNext ? {} : page, signal);
      if (isNext) return getPage("GET page", page, { pageSize, expected }, signal);
      const url = `${await rootUrl(root, signal)}/${page.set}?${encodeQuery(page.query)}`;
      return getPage(`GET ${page.set}`, url, { pageSize, expected }, signal);
    },
    async send(method, path, body, signal, headers = {}) {
      const base = path.startsWith("/") ? deps.apiUrl : `${await rootUrl("api", signal)}/`;
      return write(
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
      const answer = await write(
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
      for (const part of responses) requireNoFailureInside(name, operation, part);
      const failed = responses.find(({ status }) => status >= 400);
      if (failed === undefined && responses.length === changes.length) return null;
      const { status, body } = failed ?? { status: 0, body: "parts without an answer" };
      return { ...answer, status, text: JSON.stringify(body), json: () => body };
    },
    async sendToPage(page, body, signal) {
      return write(
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
      const all = { pageSize: null, expected: null };
      const page = await getPage(operation, `${deps.apiUrl}${path}`, all, signal);
      return rest(operation, page, null, signal);
    },
    decode: (operation, value, schema) => decode(name, operation, value, schema),
    decodeAs: (operation, value, schema, toOurs) =>
      translate(name, operation, decode(name, operation, value, schema), toOurs),
  };
}

const detail = (body: unknown) => JSON.stringify(body) ?? "no body";

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
