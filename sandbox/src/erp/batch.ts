import type { ErpDatabase } from "./data/database.ts";
import { badRequest, errorAnswer } from "./odata/error.ts";
import type { ServiceAnswer, ServiceRequest } from "./service.ts";

export const MAX_BATCH_OPERATIONS = 100;

type Part = {
  readonly id: string | null;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};
type PartAnswer = ServiceAnswer & { readonly id: string | null };

/** Thrown to take a snapshot batch back; carries what the client is told all the same. */
class RolledBack extends Error {
  readonly responses: readonly PartAnswer[];
  constructor(responses: readonly PartAnswer[]) {
    super("A part of the batch failed.");
    this.responses = responses;
  }
}

/**
 * A JSON `$batch`. Parts run in order, each on its own, and the first that fails is the last that
 * runs, unless the client prefers `odata.continue-on-error`. With `Isolation: snapshot` they are
 * one transaction: a failure leaves nothing behind, though the earlier parts read as done.
 */
export function serveBatch(
  database: ErpDatabase,
  headers: ServiceRequest["headers"],
  body: unknown,
  rootPath: string,
  run: (request: ServiceRequest) => ServiceAnswer,
): ServiceAnswer {
  const parts = readParts(body);
  const snapshot = headers.isolation?.toLowerCase() === "snapshot";
  const continues = !snapshot && (headers.prefer ?? "").includes("continue-on-error");
  const runAll = (): PartAnswer[] => {
    const responses: PartAnswer[] = [];
    for (const part of parts) {
      const response = runPart(part, headers, rootPath, run);
      responses.push(response);
      if (response.status < 400) continue;
      if (snapshot) throw new RolledBack(responses);
      if (!continues) break;
    }
    return responses;
  };
  const responses = snapshot ? inOneTransaction(database, runAll) : runAll();
  return { status: 200, headers: { "content-type": "application/json" }, body: { responses } };
}

/** What a batch is about, for the call counter: `salesOrders`, `ItemCard+items`. */
export function nameBatch(body: unknown): string {
  const requests = (body as { requests?: unknown } | null)?.requests;
  if (!Array.isArray(requests)) return "";
  const sets = requests.map((part: { url?: unknown }) => entitySetOf(String(part.url)));
  return [...new Set(sets)].sort().join("+");
}

/** The last name of a path before its keys and query. */
function entitySetOf(url: string): string {
  const [path = ""] = url.split("?");
  return /([A-Za-z]+)(?:\([^)]*\))?\/?$/.exec(path)?.[1] ?? "";
}

function inOneTransaction(
  database: ErpDatabase,
  work: () => readonly PartAnswer[],
): readonly PartAnswer[] {
  try {
    return database.transaction(work);
  } catch (error) {
    if (error instanceof RolledBack) return error.responses;
    throw error;
  }
}

function runPart(
  { id, method, url, headers, body }: Part,
  outer: ServiceRequest["headers"],
  rootPath: string,
  run: (request: ServiceRequest) => ServiceAnswer,
): PartAnswer {
  try {
    const { pathname, search } = new URL(url, `http://batch${rootPath}/`);
    const root = pathname.indexOf(rootPath);
    const path = root === -1 ? pathname : pathname.slice(root + rootPath.length);
    const query = new URLSearchParams(search);
    const inherited = { company: outer.company, "accept-language": outer["accept-language"] };
    const answer = run({ method, path, query, headers: { ...inherited, ...headers }, body });
    return { id, ...answer };
  } catch (error) {
    const { status, body: problem } = errorAnswer(error);
    const contentType = "application/json; odata.metadata=minimal";
    return { id, status, headers: { "content-type": contentType }, body: problem };
  }
}

function readParts(body: unknown): Part[] {
  const requests = (body as { requests?: unknown } | null)?.requests;
  if (!Array.isArray(requests)) throw badRequest("The batch must have an array 'requests'.");
  if (requests.length > MAX_BATCH_OPERATIONS) {
    const limit = String(MAX_BATCH_OPERATIONS);
    throw badRequest(`The batch has more than the ${limit} operations that are allowed.`);
  }
  return requests.map((request: Partial<Record<string, unknown>>) => {
    const { id, method, url, headers, body: partBody } = request;
    if (typeof method !== "string" || typeof url !== "string") {
      throw badRequest("A part of the batch must have a 'method' and a 'url'.");
    }
    const given = Object.entries((headers ?? {}) as Record<string, unknown>);
    return {
      id: typeof id === "string" ? id : null,
      method: method.toUpperCase(),
      url,
      headers: Object.fromEntries(given.map(([name, text]) => [name.toLowerCase(), String(text)])),
      body: partBody,
    };
  });
}
