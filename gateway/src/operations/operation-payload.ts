/** An operation as a client sends it, whichever way; nothing of it is checked yet. */
export type OperationPayload = {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
};

/** @param body of a request, as it was parsed */
export function payloadOfBody(body: unknown): OperationPayload {
  return isRecord(body) ? body : {};
}

/** @param search from the `?` on; variables and extensions are JSON there. Of what is given twice the first counts. */
export function payloadOfSearch(search: string): OperationPayload {
  const given = new URLSearchParams(search);
  return {
    query: given.get("query") ?? undefined,
    operationName: given.get("operationName") ?? undefined,
    variables: parsedJson(given.get("variables")),
    extensions: parsedJson(given.get("extensions")),
  };
}

/** Of a request's URL: from the `?` on, or nothing. */
export function searchOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at);
}

/** The same operation in a URL, from the `?` on. */
export function searchOfPayload(payload: OperationPayload): string {
  const { query, operationName, variables, extensions } = payload;
  const texts = {
    query,
    operationName,
    variables: variables === undefined ? undefined : JSON.stringify(variables),
    extensions: extensions === undefined ? undefined : JSON.stringify(extensions),
  };
  const given = Object.entries(texts).filter(([, text]) => typeof text === "string");
  return `?${new URLSearchParams(given as [string, string][]).toString()}`;
}

/** What is no JSON stays text, which is refused where an object is wanted. */
function parsedJson(value: string | null): unknown {
  if (value === null || value === "") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
