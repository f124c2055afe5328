import { DomainError } from "@crossdock/domain";
import { requireViewer, type CommandView } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { answerTo, NotAllowedNowError, requireCommand } from "./intervene.ts";
import { parseNote } from "./parse-note.ts";

/** What a person wants to change of a command cannot be changed so; the sentence says what and why. */
class InvalidEditError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";
}

/**
 * @param edit.changes see `editData`
 * @throws {NotFoundError} no such command, or not the viewer's to see
 * @throws {NotAllowedNowError} it does not wait for a person, or its source has what was sent before
 * @throws {InvalidEditError} changes that cannot be made
 * @throws {InvalidValueError} a note that is empty or too long
 * @throws {DomainError} its source has to be asked and does not answer
 */
export async function editAndRetryCommand(
  id: string,
  edit: { readonly changes: unknown; readonly note: string },
  context: Context,
): Promise<CommandView> {
  const note = parseNote("note", edit.note);
  await requireCommand(id, context);
  const { commandLog, isAtSource } = context.deps;
  const by = requireViewer(context).id;
  const edited = await commandLog.editAndRetry(id, { changes: edit.changes, by, note }, (command) =>
    isAtSource(command, context.signal),
  );
  switch (edited.kind) {
    case "invalid": {
      const problems = edited.problems.map(({ path, reason }) =>
        path === "" ? reason : `${path}: ${reason}`,
      );
      throw new InvalidEditError(problems.join(" "));
    }
    case "atSource":
      throw new NotAllowedNowError(
        `Command ${id} has reached its source: retry it, and what is there is taken for its answer.`,
      );
    case "settling":
      throw new NotAllowedNowError(
        `Command ${id} may still be under way at its source: try again in a minute.`,
      );
    default:
      return answerTo(id, edited, () => "Only a command that is DEAD_LETTERED can be edited.");
  }
}
