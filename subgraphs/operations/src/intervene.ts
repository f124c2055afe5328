import { SKIPPED, type CommandRecord, type Intervention } from "@crossdock/commands";
import {
  DomainError,
  InvalidValueError,
  readSubject,
  type ExceptionResolution,
} from "@crossdock/domain";
import {
  assignException as assign,
  resolveException,
  type ExceptionRecord,
} from "@crossdock/processes";
import {
  commandView,
  maySeeCommand,
  NotFoundError,
  requireViewer,
  type CommandView,
} from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { exceptionView, type ExceptionView } from "./exception.ts";
import { parseNote } from "./parse-note.ts";
import { visibleException } from "./visible-exception.ts";

const MAX_ASSIGNEE_LENGTH = 100;

/** What was asked for is not possible as things stand; the sentence says how they stand. */
export class NotAllowedNowError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";
}

/**
 * @throws {NotFoundError} no such command, or not the viewer's to see
 * @throws {NotAllowedNowError} it does not wait for a person
 */
export async function retryCommand(id: string, context: Context): Promise<CommandView> {
  await requireCommand(id, context);
  const intervention = await context.deps.commandLog.retry(id, requireViewer(context).id);
  return answerTo(id, intervention, () => "Only a command that is DEAD_LETTERED can be retried.");
}

/**
 * @throws {NotFoundError} no such command, or not the viewer's to see
 * @throws {NotAllowedNowError} a source may have received it, or it is over
 * @throws {InvalidValueError} a reason that is empty or too long
 */
export async function cancelCommand(
  id: string,
  rawReason: string,
  context: Context,
): Promise<CommandView> {
  const reason = parseNote("reason", rawReason);
  const command = await requireCommand(id, context);
  if (command.status === "CANCELLED") return commandView(command);
  const by = requireViewer(context).id;
  const intervention = await context.deps.commandLog.cancel(id, reason, by);
  return answerTo(id, intervention, ({ status }) =>
    status === "DEAD_LETTERED" || status === "RETRYING"
      ? "A source may have received it: look there, then resolve its exception."
      : "Only a command that has not been sent can be cancelled.",
  );
}

/**
 * @throws {NotFoundError} no such command, or not the viewer's to see
 * @throws {NotAllowedNowError} it does not wait for a person, or cannot be left out: it says why
 * @throws {InvalidValueError} a note that is empty or too long
 */
export async function skipCommand(
  id: string,
  rawNote: string,
  context: Context,
): Promise<CommandView> {
  const note = parseNote("note", rawNote);
  const command = await requireCommand(id, context);
  if (command.status === "CANCELLED" && command.error?.code === SKIPPED)
    return commandView(command);
  const by = requireViewer(context).id;
  const decision = { by, resolution: "SKIPPED", note } as const;
  const skipped = await context.deps.commandLog.resolve(id, decision);
  return answerTo(
    id,
    skipped,
    (now) => whyNotSkipped(now, context) ?? "Only a command that is DEAD_LETTERED can be skipped.",
  );
}

async function whyNotLeftOut(
  { commandId, closed }: ExceptionRecord,
  context: Context,
): Promise<string | null> {
  if (commandId === null || closed !== null) return null;
  return whyNotSkipped(await requireCommand(commandId, context), context);
}

/** @returns `null` when it can be left out, or does not wait for a person */
function whyNotSkipped({ status, type, version }: CommandRecord, { deps }: Context): string | null {
  if (status !== "DEAD_LETTERED") return null;
  return deps.commandLog.registry.find(type, version)?.whyNotSkipped ?? null;
}

/**
 * @throws {NotFoundError} no such exception, or not the viewer's to see
 * @throws {NotAllowedNowError} it is closed
 * @throws {InvalidValueError} a name that is empty or too long
 */
export async function assignException(
  id: string,
  rawAssignee: string | null,
  context: Context,
): Promise<ExceptionView> {
  const assignee = rawAssignee === null ? null : parseAssignee(rawAssignee);
  const by = requireViewer(context).id;
  const waiting = await visibleException(id, context);
  const assigned =
    waiting === null
      ? ({ kind: "absent" } as const)
      : await assign(id, { assignee, by }, context.deps);
  switch (assigned.kind) {
    case "done":
      return exceptionView(assigned.exception);
    case "refused":
      throw new NotAllowedNowError(`Exception ${id} ${stateOf(assigned.exception)}.`);
    case "absent":
      throw new NotFoundError(`There is no exception ${id}.`);
  }
}

function parseAssignee(raw: string): string {
  const assignee = raw.trim();
  if (assignee === "" || assignee.length > MAX_ASSIGNEE_LENGTH) {
    throw new InvalidValueError("assignee", raw, `1 to ${String(MAX_ASSIGNEE_LENGTH)} characters`);
  }
  return assignee;
}

/**
 * @throws {NotFoundError} no such exception, or not the viewer's to see
 * @throws {NotAllowedNowError} it was closed in another way, or closes by itself
 * @throws {InvalidValueError} a note that is empty or too long
 */
export async function decideException(
  id: string,
  decision: { readonly resolution: ExceptionResolution; readonly note: string },
  context: Context,
): Promise<ExceptionView> {
  const note = parseNote("note", decision.note);
  const waiting = await visibleException(id, context);
  const by = requireViewer(context).id;
  const { resolution } = decision;
  const decided =
    waiting === null
      ? ({ kind: "absent" } as const)
      : await resolveException(id, { by, resolution, note }, context.deps);
  switch (decided.kind) {
    case "done":
      return exceptionView(decided.exception);
    case "refused": {
      const reason =
        resolution === "SKIPPED" ? await whyNotLeftOut(decided.exception, context) : null;
      throw new NotAllowedNowError(reason ?? `Exception ${id} ${stateOf(decided.exception)}.`);
    }
    case "absent":
      throw new NotFoundError(`There is no exception ${id}.`);
  }
}

function stateOf({ closed, commandId, subject }: ExceptionRecord): string {
  if (closed !== null) return `was resolved as ${closed.resolution} at ${closed.at}`;
  if (commandId === null) {
    return readSubject(subject)?.kind === "feed"
      ? "closes by itself when its feed is heard again"
      : "has no command that could be tried again: resolve it as CORRECTED, IGNORED or COMPENSATED";
  }
  return `cannot be resolved now: command ${commandId} is under way`;
}

export async function requireCommand(id: string, context: Context): Promise<CommandRecord> {
  const command = await context.loaders.command.load(id);
  if (command === null || !maySeeCommand(requireViewer(context), command)) {
    throw new NotFoundError(`There is no command ${id}.`);
  }
  return command;
}

export function answerTo(
  id: string,
  intervention: Intervention,
  reasonOf: (command: CommandRecord) => string,
): CommandView {
  if (intervention.kind === "absent") throw new NotFoundError(`There is no command ${id}.`);
  const { kind, command } = intervention;
  if (kind === "done") return commandView(command);
  throw new NotAllowedNowError(`Command ${id} is ${command.status}. ${reasonOf(command)}`);
}
