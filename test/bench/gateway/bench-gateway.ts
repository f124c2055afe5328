import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderSection, type Section } from "../kit/section.ts";
import { openContest, type Entrant, type Excluded, type Round } from "./contest.ts";
import { CONTESTANTS, REFERENCE } from "./contestants.ts";
import type { Draw } from "./load.ts";
import { OPERATIONS, type BenchOperation } from "./operations.ts";
import { costsOf, type Cost, type CpuProfile } from "./profile-summary.ts";
import { rowsOf, sectionOf, type Measured } from "./report.ts";

/**
 * `npm run bench:gateway`: this gateway beside others over the same subgraphs, as ratios to a bare @apollo/gateway.
 *
 * - `--install`: installs what it is compared with, which is no part of the product, and ends.
 * - `--rounds N` of `--seconds S` for each contestant, in turn: 5 and 2.
 * - `--warm-up N`: requests to each contestant before that, 3,000, and three seconds at least: V8 has to
 *   have compiled what is hot.
 * - `--only A,B`: contestants whose name has one of these in it, beside the reference.
 * - `--operations orders,small,changes`; `--draw round-robin|zipf`: in which order the pool of variables is asked for.
 * - `--profile A,B`: instead of measuring, what the processes of these contestants do under each operation.
 * - `--json`: figures to be read by programs.
 */
const { values } = parseArgs({
  options: {
    install: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    "warm-up": { type: "string", default: "3000" },
    only: { type: "string" },
    operations: { type: "string" },
    draw: { type: "string", default: "round-robin" },
    profile: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const WORKSPACE = join(import.meta.dirname, "workspace");
const WARM_UP_ROUND_MS = 1_000;
const MIN_WARM_UP_ROUNDS = 3;
const MAX_WARM_UP_ROUNDS = 60;
const MS_PER_SECOND = 1_000;
const SHOWN_COSTS = 40;
const WRONG_USE = 2;

if (values.install) process.exit(install());
if (!existsSync(join(WORKSPACE, "node_modules"))) {
  process.stderr.write(
    "What this gateway is compared with is not installed: npm run bench:gateway -- --install\n",
  );
  process.exit(WRONG_USE);
}

const rounds = positive("rounds", values.rounds);
const forMs = positive("seconds", values.seconds) * MS_PER_SECOND;
const warmUpRequests = positive("warm-up", values["warm-up"]);
const draw = oneOf<Draw>("draw", values.draw, ["round-robin", "zipf"]);
const operations = (values.operations?.split(",") ?? OPERATIONS.map(({ name }) => name)).map(
  (name) => {
    oneOf(
      "operations",
      name,
      OPERATIONS.map((each) => each.name),
    );
    return OPERATIONS.find((each) => each.name === name) as BenchOperation;
  },
);
const isWanted = (contestant: string, asked: string | undefined) =>
  asked?.split(",").some((part) => contestant.includes(part)) ?? true;
const contestants = CONTESTANTS.filter(
  ({ name }) => name === REFERENCE || isWanted(name, values.profile ?? values.only),
);

// As a service is run, for all processes that follow; and nobody outside is told of it.
process.env["NODE_ENV"] = "production";
process.env["APOLLO_TELEMETRY_DISABLED"] = "true";

const contest = await openContest(contestants, operations);
const figures: object[] = [];
for (const operation of operations) {
  const { entrants, excluded } = await contest.enter(operation);
  if (values.profile === undefined) await measure(operation, entrants, excluded);
  else await showProfile(operation, entrants);
}
await contest.close();
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
process.exit(0);

async function measure(
  operation: BenchOperation,
  entrants: readonly Entrant[],
  excluded: readonly Excluded[],
): Promise<void> {
  for (const entrant of entrants) await warmUp(entrant);
  const told = new Map(entrants.map(({ name }) => [name, [] as Round[]]));
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`${operation.name}, round ${String(round)} of ${String(rounds)}\n`);
    for (const entrant of entrants) {
      told.get(entrant.name)?.push(await entrant.round(forMs, draw));
    }
  }
  const measured: Measured[] = [];
  for (const { name, memory } of entrants) {
    measured.push({ name, rounds: told.get(name) ?? [], ...(await memory()) });
  }
  const rows = rowsOf(measured);
  figures.push({ operation: operation.name, draw, rows, excluded });
  if (values.json) return;
  process.stdout.write(
    `${renderSection(
      sectionOf(`${operation.name}: ${operation.about}`, rows, excluded, notesOf(operation)),
    )}\n`,
  );
}

async function warmUp(entrant: Entrant): Promise<void> {
  let requests = 0;
  for (let round = 1; round <= MAX_WARM_UP_ROUNDS; round += 1) {
    requests += (await entrant.round(WARM_UP_ROUND_MS, draw)).requests;
    if (round >= MIN_WARM_UP_ROUNDS && requests >= warmUpRequests) return;
  }
}

function notesOf(operation: BenchOperation): string[] {
  return [
    `×: how many times better than ${REFERENCE}, the median of each round's own ratio over ${String(rounds)} rounds of ${values.seconds} s, in turn`,
    `8 callers with a connection each, ${String(operation.variables.length)} variables drawn by ${draw}; all answers were compared before`,
    `before the rounds ${values["warm-up"]} requests to each at least`,
    "CPU: of the contestant's process for each request; asking: the cores that the callers' process takes",
    `${String(availableParallelism())} cores for all processes, load average ${loadavg()[0]?.toFixed(1) ?? "?"}`,
  ];
}

async function showProfile({ name }: BenchOperation, entrants: readonly Entrant[]): Promise<void> {
  for (const entrant of entrants.filter((each) => isWanted(each.name, values.profile))) {
    await warmUp(entrant);
    const profile = (await entrant.profile(forMs)) as CpuProfile;
    const costs = {
      modules: costsOf(profile, "module", SHOWN_COSTS),
      functions: costsOf(profile, "function", SHOWN_COSTS),
    };
    figures.push({ operation: name, contestant: entrant.name, ...costs });
    if (values.json) continue;
    for (const [of, told] of Object.entries(costs)) {
      process.stdout.write(
        `${renderSection(costsSection(`${entrant.name}, ${name}: ${of}`, told))}\n`,
      );
    }
  }
}

function costsSection(title: string, costs: readonly Cost[]): Section {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return {
    title,
    columns: ["of the time that is not idle", "itself", "with what it calls"],
    rows: costs.map(({ name, own, whole }) => [name, percent(own), percent(whole)]),
    notes: [],
  };
}

/** Some of the rivals' packages ask for a later Node and do without; the product's own have to fit, and npm hands that on. */
function install(): number {
  const { status } = spawnSync("npm", ["ci", "--engine-strict=false", "--loglevel=error"], {
    cwd: WORKSPACE,
    stdio: "inherit",
  });
  return status ?? 1;
}

function positive(name: string, raw: string): number {
  const value = Number(raw);
  if (!(value > 0)) throw new Error(`--${name} is a number above zero, not ${raw}.`);
  return value;
}

function oneOf<Word extends string>(name: string, raw: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === raw);
  if (word === undefined) throw new Error(`--${name} is ${words.join(" or ")}, not ${raw}.`);
  return word;
}
