import { basename } from "node:path";

/** What the inspector of V8 tells, as far as it is read here. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
};

export type Cost = {
  /** The function and where it is. */
  readonly name: string;
  /** Of the time that the process was not idle, spent in it and not in what it calls. */
  readonly own: number;
  /** Of the same time, with what it calls. */
  readonly whole: number;
};

type Frame = CpuProfile["nodes"][number]["callFrame"];

/** Waiting, and what V8 does to make the profile. */
const NOT_WORK = new Set(["(idle)", "(root)", "dispatch"]);

/** By which the time is summed up. */
export type Grouping = "function" | "module";

/**
 * The functions, or the modules, that take most of the time that is not idle.
 * @param count of those that are told; those that take most themselves come first
 */
export function costsOf(profile: CpuProfile, by: Grouping, count: number): readonly Cost[] {
  const nameOf = by === "function" ? functionOf : moduleOf;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const own = new Map<string, number>();
  const whole = new Map<string, number>();
  let busyUs = 0;
  profile.samples.forEach((id, at) => {
    const leaf = nodes.get(id);
    if (leaf === undefined || isNoWork(leaf.callFrame)) return;
    const tookUs = profile.timeDeltas[at] ?? 0;
    busyUs += tookUs;
    add(own, nameOf(leaf.callFrame), tookUs);
    const seen = new Set<string>();
    for (let on: number | undefined = id; on !== undefined; on = parents.get(on)) {
      const frame = nodes.get(on)?.callFrame;
      if (frame === undefined || isNoWork(frame)) continue;
      const name = nameOf(frame);
      if (!seen.has(name)) add(whole, name, tookUs); // a function that calls itself counts once
      seen.add(name);
    }
  });
  return [...own]
    .sort(([, left], [, right]) => right - left)
    .slice(0, count)
    .map(([name, tookUs]) => ({
      name,
      own: tookUs / busyUs,
      whole: (whole.get(name) ?? 0) / busyUs,
    }));
}

function add(sums: Map<string, number>, name: string, more: number): void {
  sums.set(name, (sums.get(name) ?? 0) + more);
}

function isNoWork({ functionName, url }: Frame): boolean {
  return url === "" && NOT_WORK.has(functionName);
}

function functionOf({ functionName, url, lineNumber }: Frame): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  return url === "" ? name : `${name} ${basename(url)}:${String(lineNumber + 1)}`;
}

/** A package, a module of Node, or a file of ours. */
function moduleOf({ functionName, url }: Frame): string {
  if (url === "") return functionName === "" ? "(native)" : functionName;
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (installed !== undefined) return installed;
  return url.startsWith("node:") ? url : url.split("/").slice(-SHOWN_FOLDERS).join("/");
}

const SHOWN_FOLDERS = 3;
