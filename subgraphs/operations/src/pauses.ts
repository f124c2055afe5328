import { ForbiddenError } from "@crossdock/domain";
import type { Pause, PauseTarget } from "@crossdock/processes";
import { NotFoundError, requireViewer } from "@crossdock/subgraph-kit";
import type { PauseInput, ResumeInput } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import { parseNote } from "./parse-note.ts";

/** `waiting` is counted when it is asked for. */
export type PauseView = Pause;

/**
 * Stops something until it is resumed; see `PauseBook`.
 * @throws {ForbiddenError} the viewer works for some accounts only
 * @throws {InvalidValueError} there is no such system, or a reason that is empty or too long
 */
export async function pause(input: PauseInput, context: Context): Promise<Pause> {
  requireAllAccounts(context);
  const { pauseBook, refreshPauses } = context.deps;
  const reason = parseNote("reason", input.reason);
  const paused = await pauseBook.pause(targetOf(input), reason, byOf(context));
  await refreshPauses();
  return paused;
}

/** @throws {ForbiddenError} the viewer works for some accounts only @throws {NotFoundError} it was never paused */
export async function resume(input: ResumeInput, context: Context): Promise<Pause> {
  requireAllAccounts(context);
  const { pauseBook, refreshPauses } = context.deps;
  const resumed = await pauseBook.resume(targetOf(input), byOf(context));
  if (resumed === null) throw new NotFoundError(`${input.scope} ${input.name} was never paused.`);
  await refreshPauses();
  return resumed;
}

/** A pause stops the work of all accounts. */
function requireAllAccounts(context: Context): void {
  if (requireViewer(context).customers === "all") return;
  throw new ForbiddenError(null);
}

function targetOf({ scope, name }: ResumeInput): PauseTarget {
  return { scope, name: name.trim() };
}

function byOf(context: Context) {
  return { actor: requireViewer(context).id, correlationId: context.correlationId };
}
