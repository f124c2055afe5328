import { DomainError } from "@crossdock/domain";

/** An id that cannot be one is the id of nothing: a look-up by it finds `null`. */
export function idOrNull<Id>(parse: (raw: string) => Id, raw: unknown): Id | null {
  // A reference of another subgraph is not checked against the schema on its way.
  if (typeof raw !== "string") return null;
  try {
    return parse(raw);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
