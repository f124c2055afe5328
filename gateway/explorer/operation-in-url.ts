/** What the explorer starts with. */
export type InitialOperation = {
  readonly initialQuery: string;
  readonly initialVariables: string;
  readonly initialHeaders: string;
};

/**
 * Reads `query`, `variables` and `headers` (both JSON) from a link. They may stand in the query
 * string or after the `#`, which the browser keeps to itself: the place for a token.
 * @returns `null` when the link names no query
 */
export function readOperation(link: {
  readonly search: string;
  readonly hash: string;
}): InitialOperation | null {
  const open = new URLSearchParams(link.search);
  const hidden = new URLSearchParams(link.hash.slice(1));
  const read = (name: string) => hidden.get(name) ?? open.get(name) ?? "";
  const initialQuery = read("query");
  if (initialQuery === "") return null;
  return { initialQuery, initialVariables: read("variables"), initialHeaders: read("headers") };
}
