import type { CommandRecord, Intervention } from "@crossdock/commands";
import {
  DomainError,
  InvalidValueError,
  readSubject,
  type ExceptionResolution,
} from "@crossdock/domain";
import { resolveException, type ExceptionRecord } from "@crossdock/processes";
import {
  commandView,
  maySeeCommand,
  NotFoundError,
  requireViewer,
  type CommandView,
} from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { exceptionView, type ExceptionView } from "./exception.ts";
import { visibleException } from "./visible-exception.ts";

const MAX_NOTE_LENGTH = 500;

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
    case "refused":
      throw new NotAllowedNowError(`Exception ${id} ${stateOf(decided.exception)}.`);
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

async function requireCommand(id: string, context: Context): Promise<CommandRecord> {
  const command = await context.loaders.command.load(id);
  if (command === null || !maySeeCommand(requireViewer(context), command)) {
    throw new NotFoundError(`There is no command ${id}.`);
  }
  return command;
}

function answerTo(
  id: string,
  intervention: Intervention,
  reasonOf: (command: CommandRecord) => string,
): CommandView {
  if (intervention.kind === "absent") throw new NotFoundError(`There is no command ${id}.`);
  const { kind, command } = intervention;
  if (kind === "done") return commandView(command);
  throw new NotAllowedNowError(`Command ${id} is ${command.status}. ${reasonOf(command)}`);
}

function parseNote(field: string, raw: string): string {
  const note = raw.trim();
  if (note === "" || note.length > MAX_NOTE_LENGTH) {
    throw new InvalidValueError(field, raw, `1 to ${String(MAX_NOTE_LENGTH)} characters`);
  }
  return note;
}
