import type { Ledger } from "@crossdock/ledger";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandsBusyError } from "../errors.ts";
import { NO_LANE } from "../lane.ts";
import { openStand, putDocument } from "./stand.ts";
import type { Stand } from "./stand.ts";

const MAX_BACKLOG = 5;
/** Longer than from one count of the backlog to the next. */
const NEXT_COUNT_MS = 1_100;

/** How many commands are let in, whatever the store. */
export function admissionSuite(ledgerOf: () => Ledger): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), null, { maxBacklogPerLane: MAX_BACKLOG });
  });
  afterEach(() => stand.close());

  const fill = async (count: number): Promise<string[]> => {
    const accepted = Array.from({ length: count }, (_none, at) =>
      stand.accept({ document: "D", order: String(at) }),
    );
    return (await Promise.all(accepted)).map(({ command }) => command.id);
  };
  const admit = (count: number) => stand.log.admit(putDocument, count);
  const refused = async (count: number): Promise<unknown> => {
    const error = await admit(count).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandsBusyError);
    return (error as CommandsBusyError).extensions;
  };

  test("so many are let in as the lane has room for, and what was accepted since the last count is in it", async () => {
    await admit(MAX_BACKLOG);
    await refused(MAX_BACKLOG + 1);
    await fill(MAX_BACKLOG - 1);
    await admit(1);
    await refused(2);
    await fill(1);
    await refused(1);
  });

  test("a lane that does not drain is asked about again after five minutes", async () => {
    await fill(MAX_BACKLOG);
    expect(await refused(1)).toEqual({ retryAfterSeconds: 300 });
  });

  test("when to come again follows from the rate of the last minute, and there is room once it has drained", async () => {
    const ids = await fill(MAX_BACKLOG + 30);
    for (const id of ids.slice(0, 30)) {
      await stand.log.cancel(id, "not wanted");
    }
    // 30 in the last minute are one in two seconds; two have no room.
    expect(await refused(2)).toEqual({ retryAfterSeconds: 4 });
    await stand.log.cancel(ids[30] ?? "", "not wanted");
    await sleep(NEXT_COUNT_MS);
    await admit(1);
    expect(await refused(2)).toEqual({ retryAfterSeconds: 2 });
  });

  test("a lane that is full refuses nothing for another one, nor what is done in our own ledger", async () => {
    await fill(MAX_BACKLOG);
    await refused(1);
    await stand.log.admit({ lane: "wms" }, MAX_BACKLOG);
    await stand.log.admit({ lane: NO_LANE }, 1_000);
  });
}
