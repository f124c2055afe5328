import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startHelper, type Helper } from "../kit/processes.ts";
import { LIMIT, REFERENCE, type Contestant, type ContestantPlace } from "./contestants.ts";
import type { Answered, Draw, Loaded, LoadRequest } from "./load.ts";
import { bodiesOf, type BenchOperation } from "./operations.ts";

/** One round of one contestant. */
export type Round = Loaded & {
  /** Of the contestant's process, for each request. */
  readonly cpuMs: number;
};

/** A contestant whose answers are those of the reference. */
export type Entrant = {
  readonly name: string;
  round(forMs: number, draw: Draw): Promise<Round>;
  /** Bytes, after garbage has gone. */
  memory(): Promise<{ readonly rssBytes: number; readonly heapBytes: number }>;
  /** What its process does meanwhile. */
  profile(forMs: number): Promise<unknown>;
};

/** Why a contestant does not take part in an operation. */
export type Excluded = { readonly name: string; readonly why: string };

export interface Contest {
  /** Lets all answer all of an operation's variables, and compares what they say with the reference. */
  enter(
    operation: BenchOperation,
  ): Promise<{ readonly entrants: readonly Entrant[]; readonly excluded: readonly Excluded[] }>;
  close(): Promise<void>;
}

type Hello = { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
type Runner = { readonly name: string; readonly helper: Helper<object, Hello> };

const HERE = import.meta.dirname;
/** As `npm start` has them; all contestants get the same. */
const FLAGS = [
  "--v8-pool-size=2",
  "--max-semi-space-size=64",
  "--import",
  pathToFileURL(join(HERE, "measured.js")).href,
];
const CALLERS = 8;
const OK = 200;

/**
 * Starts the shop, whoever asks, and the contestants, each in a process of its own.
 * @param contestants the reference among them
 */
export async function openContest(
  contestants: readonly Contestant[],
  operations: readonly BenchOperation[],
): Promise<Contest> {
  const folder = await mkdtemp(join(tmpdir(), "crossdock-bench-"));
  const supergraphFile = join(folder, "supergraph.graphql");
  const shop = await startHelper<object, ShopHello>(
    join(HERE, "workspace/shop/serve-shop.js"),
    [],
    FLAGS,
  );
  const { supergraphSdl, subgraphs } = shop.hello;
  await writeFile(supergraphFile, supergraphSdl);
  const place: ContestantPlace = { supergraphFile, subgraphs };
  const load = await startHelper<LoadRequest, object>(join(HERE, "load.ts"), []);

  const runners: Runner[] = [];
  for (const { name, file, options } of contestants) {
    const args = [JSON.stringify({ ...place, ...options })];
    runners.push({ name, helper: await startHelper<object, Hello>(join(HERE, file), args, FLAGS) });
  }
  const reference = runners.find(({ name }) => name === REFERENCE);
  if (reference === undefined) throw new Error(`${REFERENCE} is what all are measured in.`);
  const limit = await startLimit(reference);

  return {
    enter: async (operation) => {
      const bodies = bodiesOf(operation);
      const sound = await soundAnswersOf(reference, bodies);
      const expected = sound.map(({ text }) => fingerprintOf(text));
      const entrants: Entrant[] = [];
      const excluded: Excluded[] = [];
      for (const runner of [...runners, limit]) {
        const answers = await answersOf(runner, bodies);
        const why = differenceOf(answers, expected);
        if (why === null) entrants.push(entrantOf(runner, load, bodies, answers));
        else excluded.push({ name: runner.name, why });
      }
      return { entrants, excluded };
    },
    close: async () => {
      await load.stop();
      await Promise.all([...runners, limit].map(({ helper }) => helper.stop()));
      await shop.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function answersOf({ helper }: Runner, bodies: readonly string[]) {
    const { url, headers = {} } = helper.hello;
    return (await load.ask({ kind: "answers", url, headers, bodies })) as readonly Answered[];
  }

  /** @throws the shop does not answer as it should, and nothing could be compared */
  async function soundAnswersOf(runner: Runner, bodies: readonly string[]) {
    const answers = await answersOf(runner, bodies);
    const faulty = answers.find(({ text }) => "errors" in (JSON.parse(text) as object));
    if (faulty !== undefined) throw new Error(`${runner.name}: ${faulty.text}`);
    return answers;
  }

  async function startLimit(reference: Runner): Promise<Runner> {
    const file = join(folder, "answers.json");
    const pairs: [string, string][] = [];
    for (const bodies of operations.map(bodiesOf)) {
      const answers = await soundAnswersOf(reference, bodies);
      pairs.push(...bodies.map((body, at): [string, string] => [body, answers[at]?.text ?? ""]));
    }
    await writeFile(file, JSON.stringify(pairs));
    const helper = await startHelper<object, Hello>(join(HERE, "limit-server.ts"), [file], FLAGS);
    return { name: LIMIT, helper };
  }
}

type ShopHello = {
  readonly supergraphSdl: string;
  readonly subgraphs: ContestantPlace["subgraphs"];
};

function entrantOf(
  { name, helper }: Runner,
  load: Helper<LoadRequest, object>,
  bodies: readonly string[],
  answers: readonly Answered[],
): Entrant {
  const { url, headers = {} } = helper.hello;
  const lengths = answers.map(({ bytes }) => bytes);
  const cpuMs = async () => ((await helper.ask({ kind: "cpu" })) as { cpuMs: number }).cpuMs;
  const round = async (forMs: number, draw: Draw) => {
    const before = await cpuMs();
    const asked = { kind: "load", url, headers, bodies, lengths, callers: CALLERS, forMs, draw };
    const loaded = (await load.ask(asked as LoadRequest)) as Loaded;
    if (loaded.wrong > 0) throw new Error(`${name} gave ${String(loaded.wrong)} wrong answers.`);
    return { ...loaded, cpuMs: ((await cpuMs()) - before) / loaded.requests };
  };
  return {
    name,
    round,
    memory: () => helper.ask({ kind: "memory" }) as ReturnType<Entrant["memory"]>,
    profile: async (forMs) => {
      await helper.ask({ kind: "startProfile" });
      await round(forMs, "round-robin");
      return helper.ask({ kind: "stopProfile" });
    },
  };
}

/** @param expected one for each of the answers */
function differenceOf(answers: readonly Answered[], expected: readonly string[]): string | null {
  const at = answers.findIndex(
    ({ status, text }, place) => status !== OK || fingerprintOf(text) !== expected[place],
  );
  const other = answers[at];
  if (other === undefined) return null;
  const shown = other.text.slice(0, SHOWN_CHARACTERS);
  return `answer ${String(at + 1)} of ${String(answers.length)} is another one: status ${String(other.status)}, ${shown}`;
}

const SHOWN_CHARACTERS = 200;

/** Of data and errors, in the order in which they are told. Extensions are each gateway's own. */
function fingerprintOf(text: string): string {
  const { data, errors } = JSON.parse(text) as { readonly data?: unknown; errors?: unknown };
  return createHash("sha256")
    .update(JSON.stringify([data, errors ?? null]))
    .digest("hex");
}
