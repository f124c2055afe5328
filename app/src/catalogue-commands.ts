import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { ChangeImpact } from "./catalogue/impact.ts";
import type { PortfolioEntry } from "./catalogue/portfolio.ts";
import {
  EXIT_CODES,
  fail,
  printRows,
  withCommonFlags,
  type Column,
  type CommonFlags,
} from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";

/** It reads the definitions of every room, which no other command needs. */
const catalogueModule = () => import("./catalogue/catalogue.ts");

/** Of a checkout, where `ctl` runs. */
const ROOT = process.cwd();
const PAGE = "index.html";
const DEFAULT_DAYS = 30;

/** `ctl catalog …`, `ctl owners …` and `ctl impact`: what others build on, and who answers for it. */
export function addCatalogueCommands(program: Command): void {
  const catalog = program
    .command("catalog")
    .description("Operations, events, commands and sources, with who answers for each.");

  catalog
    .command("build")
    .description("Writes the catalogue as one page; the same sources give the same page.")
    .option("--out <folder>", "where", "docs/catalogue")
    .option("--check", "writes nothing, and exits with 1 when the page is out of date")
    .addHelpText(
      "after",
      "\nExamples:\n  ctl catalog build --out docs/catalogue\n  ctl catalog build --check",
    )
    .action(async ({ out, check = false }: { readonly out: string; readonly check?: boolean }) => {
      const { readCatalogue } = await catalogueModule();
      const { renderCatalogue } = await import("./catalogue/render-catalogue.ts");
      const page = renderCatalogue(await readCatalogue(ROOT));
      const file = join(out, PAGE);
      if (!check) {
        await mkdir(out, { recursive: true });
        await writeFile(file, page);
        process.stdout.write(`${file} is written.\n`);
        return;
      }
      const kept = await readFile(file, "utf8").catch(() => "");
      if (kept !== page) fail(`${file} is out of date: run ctl catalog build.`, EXIT_CODES.no);
    });

  withCommonFlags(catalog.command("report"))
    .description(
      "Each source by how critical it is, how fast it has to be and is, how often it fails, and who answers for it.",
    )
    .addHelpText(
      "after",
      "\nWhat failed and how long it took are the running stack's own figures since it started.",
    )
    .action(async (flags: CommonFlags) => {
      const { readCatalogue } = await catalogueModule();
      const { readPortfolio } = await import("./catalogue/portfolio.ts");
      const catalogue = await readCatalogue(ROOT);
      const entries = await asOperator(flags, (address) => readPortfolio(address, catalogue));
      printRows(entries, PORTFOLIO, { json: flags.json });
    });

  program
    .command("owners")
    .description("Who answers for what: schema/owners.yaml.")
    .command("check")
    .description("Exits with 1 when something has no owner, or names one that nobody knows.")
    .action(async () => {
      const { findCatalogueOwnerFaults, readCatalogue } = await catalogueModule();
      const faults = findCatalogueOwnerFaults(await readCatalogue(ROOT));
      for (const fault of faults) process.stderr.write(`${fault}\n`);
      if (faults.length > 0) process.exitCode = EXIT_CODES.no;
      else process.stdout.write("Everything has an owner.\n");
    });

  withCommonFlags(program.command("impact"))
    .description(
      "What a change of the schema would do to clients and to flows; exits with 1 when somebody breaks.",
    )
    .argument("[file]", "supergraph.yaml, a composed supergraph, or a folder", "supergraph.yaml")
    .addHelpText("after", "\nExamples:\n  ctl impact\n  ctl impact next.graphql --json")
    .action(async (file: string, flags: CommonFlags) => {
      const { readCatalogue } = await catalogueModule();
      const { impactOf } = await import("./catalogue/impact.ts");
      const { checkAgainstStack } = await import("./schema-desk.ts");
      const choice = { file, glossary: "schema/glossary.yaml", days: DEFAULT_DAYS };
      const catalogue = await readCatalogue(ROOT);
      const check = await asOperator(flags, (address) => checkAgainstStack(address, choice));
      const whenEmpty = "Nothing changes.";
      printRows(impactOf(check, catalogue), IMPACT, { json: flags.json, whenEmpty });
      if (!check.isOk) process.exitCode = EXIT_CODES.no;
    });
}

const IMPACT: readonly Column<ChangeImpact>[] = [
  { title: "place", of: ({ place }) => place },
  { title: "verdict", of: ({ verdict }) => verdict },
  { title: "change", of: ({ message }) => message },
  { title: "clients", of: ({ clients }) => clients.join(", ") },
  { title: "owner", of: ({ owner }) => owner },
  {
    title: "flows",
    of: ({ flows }) =>
      flows
        .map(({ event, consumers }) => `${event} → ${consumers.join(", ") || "none"}`)
        .join("; "),
  },
];

const PORTFOLIO: readonly Column<PortfolioEntry>[] = [
  { title: "source", of: ({ source }) => source },
  { title: "system", of: ({ system }) => system },
  { title: "owner", of: ({ owner }) => owner },
  { title: "criticality", of: ({ criticality }) => criticality },
  { title: "latency need", of: ({ latencyNeed }) => latencyNeed },
  { title: "p99 ms", of: ({ latencyP99Ms }) => latencyP99Ms?.toFixed(0) ?? "" },
  { title: "state", of: ({ state }) => state },
  { title: "commands", of: ({ commandTypes }) => String(commandTypes) },
  { title: "done", of: ({ settled }) => String(settled) },
  { title: "failed", of: ({ failureRatio }) => percentOf(failureRatio) },
];

function percentOf(ratio: number | null): string {
  return ratio === null ? "" : `${(ratio * 100).toFixed(1)} %`;
}
