import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";
import { EXIT_CODES, printRows, withCommonFlags, type CommonFlags } from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";

/** One thing that has to be so before a period's books are closed. */
export type ClosingCheck = {
  readonly check: string;
  readonly isMet: boolean;
  /** What is in the way, or since when it is so. */
  readonly detail: string;
};

const count = z.object({ totalCount: z.number().nullable() });
const point = z.array(
  z.object({ finishedAt: z.string(), mismatches: z.number(), repaired: z.number() }),
);
const facts = z.object({
  exceptions: count,
  posting: count,
  unbilled: count,
  billing: point,
  totals: point,
});
export type ClosingFacts = z.output<typeof facts>;

const QUERY = `query ($until: DateTime!) {
  exceptions(filter: { open: true, owner: "finance" }, first: 1) { totalCount }
  posting: commands(
    filter: { status: [ACCEPTED, RUNNING, RETRYING, DEAD_LETTERED], type: "billing.raiseInvoice", to: $until }
    first: 1
  ) { totalCount }
  unbilled: workList(kind: SHIPPED_NOT_INVOICED, first: 1) { totalCount }
  billing: reconciliationTrend(scope: SHIPPED_NOT_INVOICED, first: 1) { finishedAt mismatches repaired }
  totals: reconciliationTrend(scope: INVOICE_TOTALS, first: 1) { finishedAt mismatches repaired }
}`;

/** `ctl close-check`: whether a month can be closed, as far as what we know of goes. */
export function addCloseCheckCommand(program: Command): void {
  withCommonFlags(program.command("close-check"))
    .description(
      "Whether a month can be closed: nothing unposted, nothing in exception, bills compared and the same; exits with 1 if not.",
    )
    .argument("<month>", "e.g. 2026-05", parseMonth)
    .addHelpText(
      "after",
      `
Compare first: ctl reconcile billing && ctl reconcile totals

Examples:
  ctl close-check 2026-05
  ctl close-check 2026-05 --json | jq '.[] | select(.isMet | not)'`,
    )
    .action(async (until: string, flags: CommonFlags) => {
      const known = await asOperator(flags, (address) => readFacts(address, until));
      const checks = judgeClose(known, until);
      printRows(
        checks,
        [
          { title: "", of: ({ isMet }) => (isMet ? "ok" : "NO") },
          { title: "check", of: ({ check }) => check },
          { title: "detail", of: ({ detail }) => detail },
        ],
        { json: flags.json },
      );
      if (checks.some(({ isMet }) => !isMet)) process.exitCode = EXIT_CODES.no;
    });
}

function readFacts(address: StackAddress, until: string): Promise<ClosingFacts> {
  return askStack(address, { query: QUERY, variables: { until } }, facts);
}

/** @param until the first moment after the period, UTC */
export function judgeClose(known: ClosingFacts, until: string): readonly ClosingCheck[] {
  return [
    none("No exception waits for finance", known.exceptions, "open"),
    none("No bill of the period is on its way", known.posting, "not posted"),
    none("Nothing has left and waits for its bill for too long", known.unbilled, "waiting"),
    compared("What left is what was billed", known.billing, until),
    compared("Bills are what was agreed", known.totals, until),
  ];
}

function none(check: string, { totalCount }: z.output<typeof count>, word: string): ClosingCheck {
  const many = totalCount === null ? "more than can be counted" : String(totalCount);
  return { check, isMet: totalCount === 0, detail: totalCount === 0 ? "" : `${many} ${word}` };
}

function compared(check: string, [last]: z.output<typeof point>, until: string): ClosingCheck {
  if (last === undefined) return { check, isMet: false, detail: "never compared" };
  const { finishedAt, mismatches, repaired } = last;
  if (finishedAt < until) {
    return { check, isMet: false, detail: `compared at ${finishedAt}, before the period ended` };
  }
  const left = mismatches - repaired;
  const detail = left === 0 ? `compared at ${finishedAt}` : `${String(left)} are not the same`;
  return { check, isMet: left === 0, detail };
}

/** @returns the first moment after the month, UTC */
function parseMonth(raw: string): string {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(raw) ?? [];
  if (year === undefined) throw new InvalidArgumentError("It is no month such as 2026-05.");
  return new Date(Date.UTC(Number(year), Number(month), 1)).toISOString();
}
