import type { GraphQLResolveInfo } from "graphql";
import type { RootDecision } from "./access-decisions.ts";
import { noteAccess, type Caller } from "./gate.ts";
import type { CommandView } from "./command.ts";

type Payload = {
  readonly command?: CommandView | null;
  readonly userErrors?: readonly unknown[];
};

/**
 * What a root field's answer tells that no object in it does: that nothing was found, that an intent was taken or refused.
 * @param value what the resolver answers, before the gate
 */
export function noteRoot(
  decision: RootDecision,
  value: unknown,
  caller: Caller,
  info: GraphQLResolveInfo,
): void {
  if (caller.accesses === undefined) return;
  if (decision === "judged" && (value === null || value === undefined)) {
    noteAccess(caller, info, { access: "READ", outcome: "NOT_FOUND", subject: null });
  }
  if (info.parentType !== info.schema.getMutationType()) return;
  for (const answer of Array.isArray(value) ? value : [value]) noteAnswer(answer, caller, info);
}

function noteAnswer(answer: unknown, caller: Caller, info: GraphQLResolveInfo): void {
  if (typeof answer !== "object" || answer === null || !("userErrors" in answer)) return;
  const { command = null, userErrors = [] } = answer as Payload;
  if (command !== null) {
    noteAccess(caller, info, { access: "CHANGE", outcome: "OK", subject: command.about });
  } else if (userErrors.length > 0) {
    noteAccess(caller, info, { access: "CHANGE", outcome: "REFUSED", subject: null });
  }
}

/** @param code of the error that the root field answers with */
export function noteFailure(code: unknown, caller: Caller, info: GraphQLResolveInfo): void {
  if (typeof code !== "string") return;
  const isChange = info.parentType === info.schema.getMutationType();
  noteAccess(caller, info, {
    access: isChange ? "CHANGE" : "READ",
    outcome: code,
    subject: null,
  });
}
