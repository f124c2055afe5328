import type { Command } from "commander";
import { z } from "zod";
import { askStack } from "./ask-stack.ts";
import { printRows, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";

const figure = z.object({
  name: z.string(),
  unit: z.enum(["COUNT", "SECONDS", "DAYS", "RATIO"]),
  value: z.number().nullable(),
  sample: z.number(),
});
type Figure = z.output<typeof figure>;

const QUERY = `query ($from: DateTime!, $to: DateTime!) {
  operatingFigures(from: $from, to: $to) { name unit value sample } }`;
const DEFAULT_DAYS = 30;
const MS_PER_DAY = 86_400_000;

/** `ctl roi`: how the business ran, from the books and journals. */
export function addRoiCommand(program: Command): void {
  withCommonFlags(program.command("roi"))
    .description(
      "How the business ran in a period: cycle times, what needed a person, accuracy of stock, prices and promises.",
    )
    .option("--from <instant>", "then or later; 30 days before --to when left out")
    .option("--to <instant>", "before; now when left out")
    .addHelpText(
      "after",
      `
docs/operators.md says how each figure is computed. A figure without a value had nothing to be computed from.

Examples:
  ctl roi
  ctl roi --from 2026-10-01T00:00:00Z --to 2026-11-01T00:00:00Z --json`,
    )
    .action(async (flags: CommonFlags & { readonly from?: string; readonly to?: string }) => {
      const to = flags.to ?? new Date().toISOString();
      const from = flags.from ?? new Date(Date.parse(to) - DEFAULT_DAYS * MS_PER_DAY).toISOString();
      const shape = z.object({ operatingFigures: z.array(figure) });
      const { operatingFigures } = await asOperator(flags, (address) =>
        askStack(address, { query: QUERY, variables: { from, to } }, shape),
      );
      printRows(
        operatingFigures,
        [
          { title: "figure", of: ({ name }) => name },
          { title: "value", of: valueOf },
          { title: "of", of: ({ sample }) => String(sample) },
        ],
        { json: flags.json },
      );
    });
}

const SECONDS_PER_HOUR = 3_600;
const SECONDS_PER_MINUTE = 60;

function valueOf({ unit, value }: Figure): string {
  if (value === null) return "-";
  if (unit === "RATIO") return `${(value * 100).toFixed(1)} %`;
  if (unit === "DAYS") return `${value.toFixed(1)} days`;
  if (unit === "COUNT") return String(value);
  if (value >= SECONDS_PER_HOUR) return `${(value / SECONDS_PER_HOUR).toFixed(1)} h`;
  if (value >= SECONDS_PER_MINUTE) return `${(value / SECONDS_PER_MINUTE).toFixed(1)} min`;
  return `${value.toFixed(1)} s`;
}
