import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

const SHOW = `query ($id: ID!) { command(id: $id) {
  id type status idempotencyKey acceptedAt completedAt attempts nextAttemptAt
  error { class code message retryable } subject { typename id } } }`;
const command = z.looseObject({ id: z.string(), type: z.string(), status: z.string() });
export type ToldCommand = z.output<typeof command>;

/** @throws {Error} there is none */
export async function showCommand(address: StackAddress, id: string): Promise<ToldCommand> {
  const shape = z.object({ command: command.nullable() });
  const { command: found } = await askStack(address, { query: SHOW, variables: { id } }, shape);
  if (found === null) throw new Error(`There is no command ${id}.`);
  return found;
}

/** What may be done to a command; each throws {Error} with the stack's sentence when it cannot be done now. */
export const retryCommand = (address: StackAddress, id: string) =>
  change(address, "retryCommand", "$id: ID!", { id });

export const cancelCommand = (
  address: StackAddress,
  given: { readonly id: string; readonly reason: string },
) => change(address, "cancelCommand", "$id: ID!, $reason: String!", given);

export const skipCommand = (
  address: StackAddress,
  given: { readonly id: string; readonly note: string },
) => change(address, "skipCommand", "$id: ID!, $note: String!", given);

/** @param given.changes merged into what the command asks for */
export const editCommand = (
  address: StackAddress,
  given: { readonly id: string; readonly changes: unknown; readonly note: string },
) => change(address, "editAndRetryCommand", "$id: ID!, $changes: JSON!, $note: String!", given);

async function change(
  address: StackAddress,
  field: string,
  declared: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<ToldCommand> {
  const handed = Object.keys(variables).map((name) => `${name}: $${name}`);
  const query = `mutation (${declared}) { ${field}(${handed.join(", ")}) { id type status } }`;
  const told = await askStack(address, { query, variables }, z.record(z.string(), command));
  const [changed] = Object.values(told);
  if (changed === undefined) throw new Error("The stack does not say what came of it.");
  return changed;
}
