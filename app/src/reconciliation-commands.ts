import { readFile } from "node:fs/promises";
import { Argument, InvalidArgumentError, type Command } from "commander";
import { compareBalances, countBunches, readBalances, type Balance } from "./balance-file.ts";
import { SCOPE_NAMES, type ScopeName } from "./config/scope-names.ts";
import {
  EXIT_CODES,
  fail,
  printAnswer,
  printRows,
  withCommonFlags,
  withProgress,
  type CommonFlags,
} from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  compareNow,
  listFound,
  listRuns,
  repairFound,
  type FoundMismatch,
  type Repaired,
  type Run,
} from "./reconciliation-desk.ts";

const NAMES = Object.keys(SCOPE_NAMES) as ScopeName[];
const DEFAULT_RUNS = 20;
const MAX_RUNS = 100;
/** Steps of the bar: how much there is to compare is known only after the start. */
const STEPS = 100;

type CompareFlags = CommonFlags & { readonly repair?: boolean; readonly file?: string };
type HistoryFlags = CommonFlags & { readonly scope?: ScopeName; readonly first: number };

/** `ctl reconcile …`: whether the systems say the same. */
export function addReconciliationCommands(program: Command): void {
  const reconcile = program
    .command("reconcile")
    .description("Whether the systems behind us say the same, and what to do where they do not.");

  for (const name of NAMES) addComparison(reconcile, name);

  withCommonFlags(reconcile.command("history"))
    .description("Prints what was compared and found, newest first.")
    .addArgument(new Argument("[what]", "only this").choices(NAMES))
    .option("--first <number>", "how many runs", parseCount, DEFAULT_RUNS)
    .action(async (name: ScopeName | undefined, { first, ...flags }: HistoryFlags) => {
      const scope = name === undefined ? null : SCOPE_NAMES[name];
      const runs = await asOperator(flags, (address) => listRuns(address, { scope, first }));
      printRows(
        runs,
        [
          { title: "started", of: ({ startedAt }) => startedAt },
          { title: "what", of: ({ scope: compared }) => nameOf(compared) },
          { title: "by", of: ({ startedBy }) => startedBy },
          { title: "state", of: ({ status }) => status },
          { title: "compared", of: ({ compared }) => String(compared) },
          { title: "mismatches", of: ({ mismatchCount }) => String(mismatchCount) },
          { title: "unsettled", of: ({ unsettled }) => String(unsettled) },
          { title: "run", of: ({ id }) => id },
        ],
        { json: flags.json, whenEmpty: "Nothing was compared yet." },
      );
    });
}

const WORDS: Readonly<Record<ScopeName, string>> = {
  inventory: "The ERP's stock ledger, the warehouse's shelves and our stock book",
  billing: "What has left the warehouses, and what finance has billed",
  totals: "Finance's bills, and what was agreed and shipped",
  status: "How far each order is in the ERP, in the warehouse and here",
};

function addComparison(reconcile: Command, name: ScopeName): void {
  const command = withCommonFlags(reconcile.command(name))
    .description(`${WORDS[name]}; exits with 1 when something is not the same.`)
    .option("--repair", "repairs what is safe: our books are read again, nothing is written")
    .addHelpText("after", examplesOf(name));
  if (name === "inventory") {
    command.option(
      "--file <csv>",
      "compares a balance file (sku,warehouse,quantity) with the shelves instead",
    );
  }
  command.action(async ({ file, repair = false, ...flags }: CompareFlags) => {
    if (file === undefined) await compare(name, repair, flags);
    else await compareFile(file, flags);
  });
}

function examplesOf(name: ScopeName): string {
  const file = `\n  ctl reconcile inventory --file balances.csv   # a nightly file of another system`;
  return `
Examples:
  ctl reconcile ${name}
  ctl reconcile ${name} --repair --json | jq '.mismatches[].summary'${name === "inventory" ? file : ""}`;
}

async function compare(name: ScopeName, repair: boolean, flags: CommonFlags): Promise<void> {
  const { run, mismatches, repaired } = await asOperator(flags, async (address) => {
    const ended = await withProgress(name, STEPS, (advance) => {
      let shown = 0;
      return compareNow(address, SCOPE_NAMES[name], ({ compared, of }) => {
        const part = of === null || of === 0 ? 0 : Math.min(compared / of, 1);
        for (; shown < Math.floor(part * STEPS); shown += 1) advance();
      });
    });
    const outcome = repair && ended.mismatchCount > 0 ? await repairFound(address, ended.id) : null;
    return { run: ended, repaired: outcome, mismatches: await listFound(address, ended.id) };
  });
  if (flags.json === true) printAnswer({ ...run, mismatches, repaired }, "", flags);
  else print(run, mismatches, repaired);
  const isLeft = mismatches.some(({ repairedAt }) => repairedAt === null);
  if (isLeft || run.status !== "DONE") process.exitCode = EXIT_CODES.no;
}

function print(run: Run, mismatches: readonly FoundMismatch[], repaired: Repaired | null): void {
  if (mismatches.length > 0) {
    printRows(
      mismatches,
      [
        { title: "what", of: ({ code }) => code },
        { title: "repair", of: ({ repair, repairedAt }) => stateOf(repair, repairedAt) },
        { title: "", of: ({ summary }) => summary },
      ],
      {},
    );
  }
  const compared = `${String(run.compared)} compared, ${String(run.mismatchCount)} not the same`;
  const unsettled =
    run.unsettled === 0 ? "" : `, ${String(run.unsettled)} moved all the time and were not judged`;
  const done = repaired === null ? "" : `, ${String(repaired.done)} repaired`;
  printAnswer({}, `${compared}${unsettled}${done}.`, {});
}

function stateOf(repair: FoundMismatch["repair"], repairedAt: string | null): string {
  if (repairedAt !== null) return "repaired";
  return repair === null ? "a person" : "safe";
}

async function compareFile(file: string, flags: CommonFlags): Promise<void> {
  const balances = await readFileOf(file);
  const differences = await asOperator(flags, (address) =>
    withProgress("balances", Math.max(1, countBunches(balances)), (advance) =>
      compareBalances(address, balances, advance),
    ),
  );
  printRows(
    differences,
    [
      { title: "sku", of: ({ sku }) => sku },
      { title: "warehouse", of: ({ warehouse }) => warehouse },
      { title: "file", of: ({ fileSays }) => fileSays },
      { title: "on hand", of: ({ warehouseHas }) => warehouseHas ?? "unknown there" },
      { title: "difference", of: ({ difference }) => difference },
    ],
    {
      json: flags.json,
      whenEmpty: `All ${String(balances.length)} balances are as the warehouses have them.`,
    },
  );
  if (differences.length > 0) process.exitCode = EXIT_CODES.no;
}

async function readFileOf(file: string): Promise<readonly Balance[]> {
  try {
    return readBalances(await readFile(file, "utf8"));
  } catch (error) {
    return fail(
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      EXIT_CODES.usage,
    );
  }
}

function nameOf(scope: string): string {
  return NAMES.find((name) => SCOPE_NAMES[name] === scope) ?? scope;
}

function parseCount(raw: string): number {
  const count = Number(raw);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_RUNS) return count;
  throw new InvalidArgumentError(`It is not a whole number from 1 to ${String(MAX_RUNS)}.`);
}
