import { InvalidValueError } from "@crossdock/domain";
import { MAX_FIGURE_DAYS, type OperatingFigure } from "@crossdock/processes";
import type { QueryoperatingFiguresArgs } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";

const MS_PER_DAY = 86_400_000;

/** @throws {InvalidValueError} a period that is none, or longer than 92 days */
export async function readOperatingFigures(
  { from: rawFrom, to: rawTo }: QueryoperatingFiguresArgs,
  { deps }: Context,
): Promise<OperatingFigure[]> {
  const [from, to] = [new Date(rawFrom), new Date(rawTo)];
  const days = (to.getTime() - from.getTime()) / MS_PER_DAY;
  if (days <= 0 || days > MAX_FIGURE_DAYS) {
    const expected = `after \`from\`, by at most ${String(MAX_FIGURE_DAYS)} days`;
    throw new InvalidValueError("to", rawTo, expected);
  }
  return [...(await deps.figureBook.readFigures({ from, to }))];
}
