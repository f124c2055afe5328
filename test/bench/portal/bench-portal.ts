import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../commands/median.ts";
import { startHelper } from "../kit/processes.ts";
import { renderSection, type Section } from "../kit/section.ts";
import type { LoadRequest } from "./load-client.ts";
import { MEASURED, refuseUnknownKind, type Measured } from "./looks.ts";
import { openPortalStack, type PortalStack, type Round } from "./portal-stack.ts";
import { summarize } from "./rooms.ts";
import { variantsNamed } from "./variants.ts";

/**
 * `npm run bench:portal`: what an operation of a portal costs the whole product, on the embedded stack with warm caches,
 * in each variant of the gateway. Variants take turns within a round; ratios are medians of those of the rounds.
 *
 * - `--seconds S` of each variant in a round, 5; `--rounds N`, 3; `--users N` who ask at once, 16.
 * - `--variants stock,compiled`: some of them; `--only prices,mix`: some operations.
 * - `--looks N` different ones of each kind, 200; `--seed N`.
 * - `--cpu-prof DIR`: writes a profile of each variant under the mix there, and prints where its time went.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    users: { type: "string", default: "16" },
    looks: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    variants: { type: "string" },
    only: { type: "string" },
    "cpu-prof": { type: "string" },
  },
});
const PROFILE_SECONDS = 10;
const BYTES_PER_KB = 1_000;
const BYTES_PER_MB = 1_000_000;
const MS_PER_SECOND = 1_000;
const [seconds, rounds, users, looks, seed] = (
  ["seconds", "rounds", "users", "looks", "seed"] as const
).map((name) => readPositive(name, values[name])) as [number, number, number, number, number];
const kinds = values.only === undefined ? MEASURED : values.only.split(",").map(refuseUnknownKind);
const profileDirectory = values["cpu-prof"];

const client = await startHelper<LoadRequest, object>(
  join(import.meta.dirname, "load-client.ts"),
  [],
);
const opened: PortalStack[] = [];
try {
  for (const variant of variantsNamed(values.variants)) {
    say(`${variant.name}: starting`);
    const load = { seed, looks, users };
    const isProfiled = profileDirectory !== undefined;
    opened.push(await openPortalStack(variant, client, load, isProfiled));
  }
  for (const kind of kinds) print(await compare(kind));
  print(await memory());
  if (profileDirectory !== undefined) {
    await mkdir(profileDirectory, { recursive: true });
    for (const stack of opened) print(...(await profiled(stack, profileDirectory)));
  }
} finally {
  await Promise.all(opened.map((stack) => stack[Symbol.asyncDispose]()));
  await client.stop();
}

async function compare(kind: Measured): Promise<Section> {
  for (const stack of opened) await stack.measure(kind, seconds);
  const measured: (readonly Round[])[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`${kind}: round ${String(round + 1)}`);
    const ofRound: Round[] = [];
    for (const stack of opened) ofRound.push(await stack.measure(kind, seconds));
    measured.push(ofRound);
  }
  return {
    title: `Portal: ${kind}`,
    columns: [
      "gateway",
      "operations /s",
      "ratio",
      "CPU ms each",
      "ratio",
      "p50 ms",
      "p99 ms",
      "KB each",
      "cached each",
      "source calls",
    ],
    rows: opened.map(({ variant }, at) => {
      const all = measured.map((ofRound) => ofRound[at]).filter((one) => one !== undefined);
      const of = (value: (one: Round) => number) => median(all.map(value));
      const ratio = (value: (one: Round) => number) =>
        median(
          measured.flatMap((ofRound) => {
            const [first, one] = [ofRound[0], ofRound[at]];
            return first === undefined || one === undefined ? [] : [value(one) / value(first)];
          }),
        ).toFixed(2);
      return [
        variant.name,
        of(perSecond).toFixed(0),
        ratio(perSecond),
        of(({ cpuMsEach }) => cpuMsEach).toFixed(2),
        ratio(({ cpuMsEach }) => 1 / cpuMsEach),
        of(({ tally }) => tally.p50Ms).toFixed(1),
        of(({ tally }) => tally.p99Ms).toFixed(1),
        of(({ bytes, tally }) => bytes / tally.asked / BYTES_PER_KB).toFixed(1),
        of(({ cached, tally }) => cached / tally.asked).toFixed(1),
        of(({ sourceCalls }) => sourceCalls).toFixed(0),
      ];
    }),
    notes: [
      `medians of ${String(rounds)} rounds of ${String(seconds)} s in turn, ${String(users)} users; ratios are to the first, higher is better`,
      "CPU is of the whole program with its embedded ledger, less what it takes while nobody asks",
      `the program, its sandbox and the users share ${String(availableParallelism())} cores; load average ${loadavg()
        .map((load) => load.toFixed(1))
        .join(", ")}`,
    ],
  };
}

function perSecond({ tally, tookMs }: Round): number {
  return (tally.asked * MS_PER_SECOND) / tookMs;
}

async function memory(): Promise<Section> {
  return {
    title: "Memory after that",
    columns: ["gateway", "resident MB"],
    rows: await Promise.all(
      opened.map(async (stack) => [
        stack.variant.name,
        ((await stack.residentBytes()) / BYTES_PER_MB).toFixed(0),
      ]),
    ),
    notes: [],
  };
}

async function profiled(stack: PortalStack, directory: string): Promise<readonly Section[]> {
  const { name } = stack.variant;
  say(`${name}: profile`);
  const [kind = "mix"] = values.only === undefined ? ["mix" as const] : kinds;
  const profile = await stack.profile(kind, PROFILE_SECONDS);
  const file = join(directory, `portal-${name}-${kind}.cpuprofile`);
  await writeFile(file, JSON.stringify(profile));
  const { rooms, functions, busy } = summarize(profile);
  const rowsOf = (shares: typeof rooms) =>
    shares.map((one) => [one.name, (one.share * 100).toFixed(1)]);
  return [
    {
      title: `Where the main thread's time goes, ${name}, ${kind}`,
      columns: ["room", "% of busy"],
      rows: rowsOf(rooms),
      notes: [`busy ${(busy * 100).toFixed(0)} % of ${String(PROFILE_SECONDS)} s`, file],
    },
    {
      title: `By function, ${name}`,
      columns: ["function", "% of busy"],
      rows: rowsOf(functions),
      notes: [],
    },
  ];
}

function print(...sections: readonly Section[]): void {
  process.stdout.write(`${sections.map(renderSection).join("\n")}\n`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function readPositive(name: string, raw: string): number {
  const value = Number(raw);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is not a whole number above zero: ${raw}`);
}
