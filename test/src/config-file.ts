import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { ROOT } from "./program.ts";

export type Pace = {
  /** How many times faster than life the warehouse works. */
  readonly speed?: number;
  /** From one look for changes at a source to the next. */
  readonly sweepSeconds?: number;
  /** So long a source may be silent before an operator has to know; as crossdock.yaml has it when left out. */
  readonly silentSeconds?: number;
  /** What each source but the ERP allows; as their vendors publish when left out. */
  readonly callsPerMinute?: number;
  /** How far back the event log goes; as crossdock.yaml has it when left out. */
  readonly events?: { readonly keepDays: number; readonly keepAtLeast: number };
  /** Rows of the journal of accesses that may wait; as crossdock.yaml has it when left out. */
  readonly maxAccessesWaiting?: number;
  /** Calls a minute that the carriers allow; as crossdock.yaml has it when left out. */
  readonly carrierCallsPerMinute?: number;
  /** Whose tokens are believed; as crossdock.yaml has it when left out. */
  readonly identity?: object;
  /** How people sign in to the operators' page; with a token when left out. */
  readonly tower?: object;
  /** What each user may use of the gateway in a minute; a load of many, who are one user here, when left out. */
  readonly pointsPerMinute?: number;
  /** What the distributor has decided, by section; what is left out is as crossdock.yaml has it. */
  readonly policies?: Readonly<Record<string, object>>;
  /** What the operators agreed among themselves, by section; what is left out is as crossdock.yaml has it. */
  readonly operations?: Readonly<Record<string, object>>;
  /** How the gateway runs; as crossdock.yaml has it when left out. */
  readonly gateway?: object;
  /** Orders that the sandbox knows of from before: a short history when left out, or all that the demo has. */
  readonly pastOrders?: number | "all";
  /** The program starts no sandbox: somebody else runs it on `SANDBOX_PORT`. */
  readonly isSandboxElsewhere?: boolean;
};

/** At this speed an order that was released stays where it is for weeks: nothing moves by itself. */
export const STANDING_STILL = 0.001;
/** Orders of a history that is read in a second: the demo's takes a core for twenty. */
export const SHORT_HISTORY = 300;
/** No look for changes but the first one, of master data neither. */
export const NO_SWEEPS_SECONDS = 86_400;

/** Has every operation go through the general pipeline, so that any suite can be run over that one as well. */
const HAS_NO_DIRECT_PATH = process.env["CROSSDOCK_DIRECT_PATH"] === "off";

const POINTS_OF_MANY = 100_000_000;
const OPERATIONS_OF_MANY = 10_000;

const SOURCES = ["erp", "wms", "finance"] as const;

/** crossdock.yaml at another pace, in `directory`. @returns its path */
export async function writeConfig(directory: string, pace: Pace): Promise<string> {
  const document = parseDocument(await readFile(join(ROOT, "crossdock.yaml"), "utf8"));
  if (pace.speed !== undefined) document.setIn(["sandbox", "speed"], pace.speed);
  if (pace.sweepSeconds !== undefined) {
    for (const source of [...SOURCES, "carrier"]) {
      document.setIn(["sources", source, "sweepSeconds"], pace.sweepSeconds);
    }
  }
  if (pace.sweepSeconds === NO_SWEEPS_SECONDS) {
    document.set("masterData", {
      deltaSeconds: NO_SWEEPS_SECONDS,
      priceSeconds: NO_SWEEPS_SECONDS,
    });
  }
  if (pace.silentSeconds !== undefined) {
    for (const source of SOURCES) {
      document.setIn(["sources", source, "silentSeconds"], pace.silentSeconds);
    }
  }
  for (const [name, policy] of Object.entries(pace.policies ?? {})) {
    document.setIn(["policies", name], policy);
  }
  for (const [name, setting] of Object.entries(pace.operations ?? {})) {
    document.setIn(["operations", name], setting);
  }
  if (pace.callsPerMinute !== undefined) {
    for (const source of ["wms", "finance", "tax", "carrier"]) {
      document.setIn(["sources", source, "budget", "callsPerMinute"], pace.callsPerMinute);
    }
    document.setIn(["sandbox", "callsPerMinute"], pace.callsPerMinute);
  }
  const { pastOrders = SHORT_HISTORY } = pace;
  if (pastOrders !== "all") document.setIn(["sandbox", "pastOrders"], pastOrders);
  if (pace.events !== undefined) document.set("events", pace.events);
  if (pace.maxAccessesWaiting !== undefined) {
    document.setIn(["accesses", "maxWaiting"], pace.maxAccessesWaiting);
  }
  if (pace.carrierCallsPerMinute !== undefined) {
    document.setIn(["sources", "carrier", "budget", "callsPerMinute"], pace.carrierCallsPerMinute);
  }
  if (pace.identity !== undefined) document.set("identity", pace.identity);
  if (pace.tower !== undefined) document.set("tower", pace.tower);
  const gateway = HAS_NO_DIRECT_PATH ? { ...pace.gateway, directPath: false } : pace.gateway;
  if (gateway !== undefined) document.set("gateway", gateway);
  document.setIn(["limits", "pointsPerMinute"], pace.pointsPerMinute ?? POINTS_OF_MANY);
  document.setIn(["limits", "concurrentOperations"], OPERATIONS_OF_MANY);
  if (pace.isSandboxElsewhere === true) document.delete("sandbox");
  const file = join(directory, "crossdock.yaml");
  await writeFile(file, document.toString());
  return file;
}
