import type { Viewer } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { isNonNullType, type GraphQLResolveInfo, type OperationDefinitionNode } from "graphql";
import type { Owned } from "./access-decisions.ts";
import type { AccessJournal, AccessKind, AccessOutcome } from "@crossdock/audit";
import { NotFoundError } from "./errors.ts";

/** What the gate knows of a request. */
export type Caller = {
  readonly viewer: Viewer | null;
  readonly correlationId: string;
  /** One object for the whole request, whichever subgraphs it visits. */
  readonly reads?: object;
  readonly accesses?: AccessJournal;
};

type Place = Pick<GraphQLResolveInfo, "operation" | "parentType" | "fieldName">;

/**
 * The last door of a subgraph: whatever the resolvers have let through by mistake stops here, and what leaves is
 * written down. An object that the viewer may not see is dropped from a list, and is `null` elsewhere.
 * @throws {NotFoundError} where neither is possible, as for what does not exist any more
 */
export function passGate(
  decision: Owned,
  result: unknown,
  caller: Caller,
  info: GraphQLResolveInfo,
  logger: Logger,
): unknown {
  if (result instanceof Promise) {
    return result.then((value) => passGate(decision, value, caller, info, logger));
  }
  const judge = (object: unknown): unknown => {
    if (object instanceof Promise) return object.then(judge);
    if (object === null || object === undefined || object instanceof Error) return object;
    if (isVisible(decision, object, caller)) {
      const access = info.parentType === info.schema.getMutationType() ? "CHANGE" : "READ";
      noteAccess(caller, info, { access, outcome: "OK", subject: subjectOf(decision, object) });
      return object;
    }
    const { correlationId } = caller;
    const field = `${info.parentType.name}.${info.fieldName}`;
    logger.error({ correlationId, field }, "an object of another account was stopped at the gate");
    return null;
  };
  if (Array.isArray(result)) {
    return result
      .map(judge)
      .filter((judged, at) => judged !== null || result[at] === null || result[at] === undefined);
  }
  const judged = judge(result);
  if (judged === null && result !== null && isNonNullType(info.returnType)) {
    throw new NotFoundError("This is not there any more.");
  }
  return judged;
}

/** The same for an object that is asked for by its name from another subgraph. */
export function passReference(
  decision: Owned,
  object: unknown,
  caller: Caller,
  info: GraphQLResolveInfo,
): unknown {
  if (object === null || object === undefined || object instanceof Error) return object;
  if (!isVisible(decision, object, caller)) return null;
  const subject = subjectOf(decision, object);
  noteAccess(caller, info, { access: "READ", outcome: "OK", subject });
  return object;
}

/** @param told what is known of it besides who asks for what */
export function noteAccess(
  { viewer, correlationId, reads, accesses }: Caller,
  place: Place,
  told: {
    readonly access: AccessKind;
    readonly outcome: AccessOutcome;
    readonly subject: string | null;
  },
): void {
  if (accesses === undefined || reads === undefined || viewer === null) return;
  const operation = operationOf(place);
  accesses.note({ request: reads, viewer, correlationId, operation, ...told });
}

function isVisible(decision: Owned, object: unknown, { viewer }: Caller): boolean {
  return viewer !== null && decision.maySee(viewer, object as never);
}

function subjectOf(decision: Owned, object: unknown): string {
  return decision.subjectOf(object as never);
}

/** The gateway sends a part of an operation under the operation's name, with the subgraph and a number behind it. */
const PART_OF_OPERATION = /__[A-Za-z0-9_]+__\d+$/;

/** An answer may have thousands of objects, and one operation. */
const names = new WeakMap<OperationDefinitionNode, string>();

function operationOf({ operation, parentType, fieldName }: Place): string {
  const known = names.get(operation);
  const name = known ?? operation.name?.value.replace(PART_OF_OPERATION, "") ?? "";
  if (known === undefined) names.set(operation, name);
  return name === "" ? `${parentType.name}.${fieldName}` : name;
}
