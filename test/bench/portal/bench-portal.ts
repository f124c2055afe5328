import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startHelper } from "../kit/processes.ts";
import { renderSection, type Section } from "../kit/section.ts";
import { createComparison } from "./comparison.ts";
import type { LoadRequest } from "./load-client.ts";
import { MEASURED, refuseUnknownKind } from "./looks.ts";
import { openPortalStack, type PortalStack } from "./portal-stack.ts";
import { summarize } from "./rooms.ts";
import { variantsNamed, type Variant } from "./variants.ts";

/**
 * `npm run bench:portal`: what an operation of a portal costs the whole product, on the embedded stack with warm caches,
 * in each variant of the gateway. Each variant is up together with the first one and nothing else, both just started, and
 * they take turns within a round; ratios are medians of those of the rounds. All variants are printed at the end, operation by
 * operation; one that does not start is told there, and the program ends with 1. With five rounds it takes half an hour.
 *
 * - `--seconds S` of each variant in a round, 5; `--rounds N`, 3; `--users N` who ask at once, 16.
 * - `--variants stock,compiled`: some of them; `--only prices,mix`: some operations.
 * - `--looks N` different ones of each kind, 200; `--seed N`.
 * - `--smoke`: one round of a second with few looks, to see that it runs; its figures mean nothing.
 * - `--cpu-prof DIR`: writes a profile of each variant under the mix there, and prints where its time went.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    rounds: { type: "string" },
    users: { type: "string" },
    looks: { type: "string" },
    seed: { type: "string", default: "1" },
    smoke: { type: "boolean", default: false },
    variants: { type: "string" },
    only: { type: "string" },
    "cpu-prof": { type: "string" },
  },
});
const AS_MEASURED = { seconds: 5, rounds: 3, users: 16, looks: 200 };
const AS_SMOKE = { seconds: 1, rounds: 1, users: 4, looks: 20 };
/** A machine that is busy with something else may not have a program ready in time. */
const START_TRIES = 3;
const PROFILE_SECONDS = 10;

const usual = values.smoke ? AS_SMOKE : AS_MEASURED;
const [seconds, rounds, users, looks] = (["seconds", "rounds", "users", "looks"] as const).map(
  (name) => readPositive(name, values[name] ?? String(usual[name])),
) as [number, number, number, number];
const seed = readPositive("seed", values.seed);
const kinds = values.only === undefined ? MEASURED : values.only.split(",").map(refuseUnknownKind);
const variants = variantsNamed(values.variants);
const profileDirectory = values["cpu-prof"];

const client = await startHelper<LoadRequest, object>(
  join(import.meta.dirname, "load-client.ts"),
  [],
);
const comparison = createComparison(variants, { seconds, rounds, users });
const profiles: Section[] = [];
try {
  const [first, ...others] = variants;
  if (first !== undefined && others.length === 0) await measure([first]);
  for (const other of others) if (first !== undefined) await measure([first, other]);
} finally {
  await client.stop();
  print(...kinds.map(comparison.sectionOf), comparison.memory(), ...profiles);
}
if (comparison.failed().length > 0) process.exitCode = 1;

/** @param together the variants that are up at once */
async function measure(together: readonly Variant[]): Promise<void> {
  const stacks: PortalStack[] = [];
  try {
    for (const variant of together) stacks.push(await openPatiently(variant));
    for (const kind of kinds) {
      // An answer with an error spoils one operation, and not what was measured before and is to come.
      await comparison.measure(kind, stacks, say).catch((error: unknown) => {
        note(`${kind} of ${namesOf(together)}`, error);
      });
    }
    for (const stack of stacks) await comparison.noteMemory(stack);
    // Of the one that all are compared with there is one profile as well.
    const unprofiled = stacks.filter(({ variant }) => !isProfiled(variant));
    for (const stack of unprofiled) await profile(stack);
  } catch (error) {
    note(namesOf(together), error);
  } finally {
    for (const stack of stacks) await stack[Symbol.asyncDispose]();
  }
}

function note(what: string, error: unknown): void {
  say(`${what} could not be measured: ${String(error)}`);
  comparison.noteFailure(what);
}

function namesOf(together: readonly Variant[]): string {
  return together.map(({ name }) => name).join(" beside ");
}

async function openPatiently(variant: Variant): Promise<PortalStack> {
  for (let tries = 1; ; tries += 1) {
    say(`${variant.name}: starting`);
    try {
      const load = { seed, looks, users };
      return await openPortalStack(variant, client, load, profileDirectory !== undefined);
    } catch (error) {
      say(`${variant.name} did not start: ${String(error)}`);
      if (tries === START_TRIES) throw error;
    }
  }
}

function isProfiled({ name }: Variant): boolean {
  return profiles.some(({ title }) => title === titleOf(name));
}

function titleOf(name: string): string {
  return `By function, ${name}`;
}

async function profile(stack: PortalStack): Promise<void> {
  if (profileDirectory === undefined) return;
  await mkdir(profileDirectory, { recursive: true });
  const { name } = stack.variant;
  say(`${name}: profile`);
  const [kind = "mix"] = values.only === undefined ? ["mix" as const] : kinds;
  const taken = await stack.profile(kind, PROFILE_SECONDS);
  const file = join(profileDirectory, `portal-${name}-${kind}.cpuprofile`);
  await writeFile(file, JSON.stringify(taken));
  const { rooms, functions, busy } = summarize(taken);
  const rowsOf = (shares: typeof rooms) =>
    shares.map((one) => [one.name, (one.share * 100).toFixed(1)]);
  profiles.push(
    {
      title: `Where the main thread's time goes, ${name}, ${kind}`,
      columns: ["room", "% of busy"],
      rows: rowsOf(rooms),
      notes: [`busy ${(busy * 100).toFixed(0)} % of ${String(PROFILE_SECONDS)} s`, file],
    },
    {
      title: titleOf(name),
      columns: ["function", "% of busy"],
      rows: rowsOf(functions),
      notes: [],
    },
  );
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
