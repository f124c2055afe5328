/** What stands behind every contestant. */
export type ContestantPlace = {
  readonly supergraphFile: string;
  readonly subgraphs: readonly {
    readonly name: string;
    readonly url: string;
    readonly sdl: string;
  }[];
};

/** How this gateway is run: see `GatewayOptions`. */
export type CrossdockWay = {
  readonly executor: "compiled" | "stock";
  readonly directPath: boolean;
  readonly coalesce: boolean;
  /** Whether its clients show a token; without one they are answered what is public. */
  readonly hasToken: boolean;
};

export type Contestant = {
  readonly name: string;
  /** Its program, beside this file. */
  readonly file: string;
  /** Handed to it beside `ContestantPlace`. */
  readonly options: object;
};

/** In which all others are measured. */
export const REFERENCE = "@apollo/gateway";
/** The server that only looks the answers up. */
export const LIMIT = "node:http";

export const CONTESTANTS: readonly Contestant[] = [
  { name: REFERENCE, file: "workspace/rivals/apollo.js", options: {} },
  { name: "Hive", file: "workspace/rivals/hive.js", options: { planner: "js" } },
  {
    name: "Hive with Rust planner",
    file: "workspace/rivals/hive.js",
    options: { planner: "rust" },
  },
  { name: "Mercurius", file: "workspace/rivals/mercurius.js", options: { jit: 0 } },
  { name: "Mercurius with jit", file: "workspace/rivals/mercurius.js", options: { jit: 1 } },
  crossdock("Crossdock: stock executor", { executor: "stock" }),
  crossdock("Crossdock: compiled executor", { executor: "compiled" }),
  crossdock("Crossdock: direct path", { executor: "compiled", directPath: true }),
  crossdock("Crossdock: coalescing", { executor: "compiled", directPath: true, coalesce: true }),
  crossdock("Crossdock: no token", {
    executor: "compiled",
    directPath: true,
    coalesce: true,
    hasToken: false,
  }),
];

/** One step more each; what is left out is off. The one before the last is the product as it is delivered. */
function crossdock(
  name: string,
  way: Pick<CrossdockWay, "executor"> & Partial<CrossdockWay>,
): Contestant {
  const options: CrossdockWay = { directPath: false, coalesce: false, hasToken: true, ...way };
  return { name, file: "crossdock-gateway.ts", options };
}
