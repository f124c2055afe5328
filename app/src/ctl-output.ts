import cliProgress from "cli-progress";
import Table from "cli-table3";
import type { Command } from "commander";
import { ctlEnvironment } from "./ctl-environment.ts";

/**
 * What `ctl` ends with, for scripts: `done`; `no`, the answer is "no": a check failed, or something waits; `usage`,
 * it was called wrongly; `unreachable`, nobody answers where the stack should be; `refused`, the stack says no.
 */
export const EXIT_CODES = { done: 0, no: 1, usage: 2, unreachable: 3, refused: 4 } as const;

/** What every command that asks the stack takes. */
export type CommonFlags = { readonly url: string; readonly json?: boolean };

/** Adds `--json` and `--url` to a command whose action takes {@link CommonFlags}. */
export function withCommonFlags(command: Command): Command {
  return command
    .option("--json", "prints the answer as JSON")
    .option("--url <url>", "where the stack is", ctlEnvironment.url);
}

/** One column of a table. */
export type Column<Row> = { readonly title: string; readonly of: (row: Row) => string };

/**
 * Prints rows as a table, or as one JSON array of the same rows.
 * @param options.whenEmpty said instead of a table without rows
 */
export function printRows<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: { readonly json?: boolean | undefined; readonly whenEmpty?: string },
): void {
  if (options.json === true) {
    printJson(rows);
    return;
  }
  if (rows.length === 0) {
    printText(options.whenEmpty ?? "There is nothing.");
    return;
  }
  const table = new Table({
    head: columns.map(({ title }) => title),
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
  });
  for (const row of rows) table.push(columns.map((column) => column.of(row)));
  printText(table.toString().replace(/ +$/gm, ""));
}

/** Prints what a command did: a sentence, or the answer as JSON. */
export function printAnswer(
  answer: unknown,
  text: string,
  options: { readonly json?: boolean | undefined },
): void {
  if (options.json === true) printJson(answer);
  else printText(text);
}

/**
 * Shows on a terminal how far long work has come; silent where nobody watches. It is shown on stderr, so that what
 * is printed can be piped.
 * @param total steps, 1 or more
 * @param work is given what to call after each step
 */
export async function withProgress<Result>(
  label: string,
  total: number,
  work: (advance: () => void) => Promise<Result>,
): Promise<Result> {
  if (!process.stderr.isTTY) return work(() => undefined);
  const bar = new cliProgress.SingleBar(
    { format: `${label} {bar} {value}/{total}`, stream: process.stderr, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  try {
    return await work(() => {
      bar.increment();
    });
  } finally {
    bar.stop();
  }
}

/** Ends the program with a sentence on stderr. @param exitCode one of {@link EXIT_CODES} */
export function fail(message: string, exitCode: number): never {
  process.stderr.write(`error: ${message}\n`);
  process.exit(exitCode);
}

function printJson(answer: unknown): void {
  printText(JSON.stringify(answer, null, 2));
}

function printText(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Columns are told apart by the room between them: what is printed can be cut and searched. */
const NO_LINES = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left"],
    ...["bottom-right", "left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((part) => [part, ""]),
);
