import type { Viewer } from "@crossdock/domain";

/** Of what is counted by name. */
const MAX_NAMES = 200;
const MAX_NAME_CHARACTERS = 80;

/** By what name an operation is counted. */
export type OperationLabel = (operationName: string | undefined, viewer: Viewer | null) => string;

/**
 * Names are the clients' own, so only so many of them are told apart, first come: all others are `other`, as are
 * the names that somebody unknown sends, who could use up the room. An operation without a name is `anonymous`.
 */
export function createOperationLabel(maxNames = MAX_NAMES): OperationLabel {
  const names = new Set<string>();
  return (operationName, viewer) => {
    if (operationName === undefined) return "anonymous";
    if (names.has(operationName)) return operationName;
    const isKept =
      viewer !== null && names.size < maxNames && operationName.length <= MAX_NAME_CHARACTERS;
    if (!isKept) return "other";
    names.add(operationName);
    return operationName;
  };
}
