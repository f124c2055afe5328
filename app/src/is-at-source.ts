import type { CommandHandler, CommandRecord } from "@crossdock/commands";

/**
 * Asks the source of a command, by our reference, whether an earlier attempt at it did something there. Changes nothing.
 * What a source cannot be asked for counts as done: nobody may send it twice.
 */
export function createIsAtSource(
  handlers: readonly CommandHandler[],
): (command: CommandRecord, signal: AbortSignal) => Promise<boolean> {
  return async (command, signal) => {
    const handler = handlers.find(
      ({ definition }) =>
        definition.type === command.type && definition.version === command.version,
    );
    if (handler?.canLookUp !== true) return true;
    return (await handler.lookUp(command, signal)) !== null;
  };
}
