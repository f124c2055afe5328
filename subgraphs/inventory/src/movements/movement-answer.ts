import type { CommandDefinition } from "@crossdock/commands";
import type { StockMovementDraft } from "@crossdock/domain";
import { commandView, type CommandAnswer } from "@crossdock/subgraph-kit";
import type { MovementAnswer } from "../models.ts";

/** @param definition of the command in the answer */
export function movementAnswer(
  { command, replayed, userErrors }: CommandAnswer,
  definition: Pick<CommandDefinition<StockMovementDraft>, "parse">,
): MovementAnswer {
  if (command === null) return { command: null, stock: null, replayed, userErrors };
  const stock = definition.parse(command.data);
  return { command: commandView(command), stock, replayed, userErrors };
}
