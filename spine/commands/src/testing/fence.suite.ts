import type { Ledger } from "@crossdock/ledger";
import type { Claim, ClaimOptions, FailedAttempt } from "../fence.ts";
import { succeed } from "../handler.ts";
import { openStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

const MINUTE_MS = 60_000;
const lease = (leaseMs: number, settleMs = 0): ClaimOptions => ({
  leaseMs,
  settleMsOf: () => settleMs,
  signal: new AbortController().signal,
});
const failed = (message: string): FailedAttempt => ({
  error: { class: "TECHNICAL", code: "SOURCE_UNAVAILABLE", message, retryable: true },
  lastAnswer: null,
  inDoubt: false,
});
const outcome = succeed({ typename: "Document", id: "D", effects: null });

/** Who may send a command, whatever jobs a queue hands out. */
export function fenceSuite(ledgerOf: () => Ledger): void {
  let stand: Stand;
  beforeEach(async () => {
    stand = await openStand(ledgerOf(), null);
  });
  afterEach(() => stand.close());

  const accept = async (order: string) => (await stand.accept({ document: "D", order })).command.id;
  const claim = (id: string, options = lease(MINUTE_MS)) => stand.log.fence.claim(id, options);

  /** Claims as soon as the lease before has ended. */
  async function claimWhenDue(id: string): Promise<Claim> {
    for (;;) {
      const claimed = await claim(id);
      if (claimed !== null) return claimed;
    }
  }

  test("of many claims of one command at the same moment one is given", async () => {
    const id = await accept("A");
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(id)));
    expect(claims.filter((each) => each !== null)).toHaveLength(1);
    expect(await stand.log.read([id])).toMatchObject([{ status: "RUNNING", attempts: 1 }]);
  });

  test("of many claims on one subject at the same moment the oldest command's is given", async () => {
    const ids = [await accept("A"), await accept("A"), await accept("A"), await accept("A")];
    const claims = await Promise.all([...ids].reverse().map((id) => claim(id)));
    expect(claims.flatMap((each) => (each === null ? [] : [each.command.id]))).toEqual([ids[0]]);
  });

  test("a command waits for an older one of its subject that is to be tried again", async () => {
    const [older, younger] = [await accept("A"), await accept("A")];
    const first = await claimWhenDue(older);
    const failure = failed("Later.");
    const later = { ...failure, delayMs: MINUTE_MS, isFree: false };
    await stand.log.fence.retryLater(first, later);
    expect(await claim(younger)).toBeNull();
    await stand.log.cancel(older, "not wanted");
    expect(await claim(younger)).not.toBeNull();
  });

  test("whoever lost the lease can write nothing down any more", async () => {
    const id = await accept("A");
    const overtaken = await claim(id, lease(1));
    if (overtaken === null) throw new Error("not claimed");
    const holder = await claimWhenDue(id);
    expect(holder).toMatchObject({ inDoubt: true, command: { attempts: 2 } });
    const failure = failed("Too late.");
    const later = { ...failure, delayMs: 0, isFree: false };
    const { fence } = stand.log;
    expect(await fence.finish(overtaken, outcome)).toBeNull();
    expect(await fence.retryLater(overtaken, later)).toBeNull();
    expect(await fence.deadLetter(overtaken, failure)).toBeNull();
    expect(await fence.withdraw(overtaken, failure.error)).toBeNull();
    expect(await stand.log.read([id])).toEqual([holder.command]);
    expect(stand.finished).toEqual([]);
    expect(await fence.finish(holder, outcome)).toMatchObject({ status: "SUCCEEDED" });
  });

  test("when no worker lives, leases end at once, and the next one looks before it sends", async () => {
    const id = await accept("A");
    const dead = await claim(id);
    if (dead === null) throw new Error("not claimed");
    expect(await claim(id)).toBeNull();
    await stand.log.fence.reclaim(() => 0);
    const heir = await claimWhenDue(id);
    expect(heir).toMatchObject({ inDoubt: true, command: { attempts: 2 } });
    expect(await stand.log.fence.finish(dead, outcome)).toBeNull();
  });

  test("what a dead worker sent settles before it is taken up", async () => {
    const id = await accept("A");
    await claim(id);
    await stand.log.fence.reclaim(() => MINUTE_MS);
    expect(await claim(id)).toBeNull();
  });

  test("a finished command cannot be claimed, nor finished once more", async () => {
    const id = await accept("A");
    const claimed = await claimWhenDue(id);
    await stand.log.fence.finish(claimed, outcome);
    expect(await stand.log.fence.finish(claimed, outcome)).toBeNull();
    expect(await claim(id)).toBeNull();
    expect(stand.finished).toEqual([outcome]);
  });

  test("after a lease the settle window is waited out too", async () => {
    const id = await accept("A");
    await claim(id, lease(1, MINUTE_MS));
    const { rows } = await ledgerOf().pool.query<{ left: number }>(
      'select extract(epoch from due_at - clock_timestamp())::float8 * 1000 as "left" from commands',
    );
    expect(rows[0]?.left).toBeGreaterThan(MINUTE_MS / 2);
    expect(await claim(id)).toBeNull();
  });

  test("a worker that cannot do a command leaves it alone", async () => {
    const id = await accept("A");
    expect(await claim(id, { ...lease(MINUTE_MS), settleMsOf: () => null })).toBeNull();
    expect(await stand.log.read([id])).toMatchObject([{ status: "ACCEPTED", attempts: 0 }]);
  });

  test("what was done and undone is marked as compensated", async () => {
    const id = await accept("A");
    const mark = () => ledgerOf().transaction((trx) => stand.log.markCompensated(trx, id));
    expect(await mark()).toMatchObject({ kind: "refused", command: { status: "ACCEPTED" } });
    await stand.log.fence.finish(await claimWhenDue(id), outcome);
    expect(await mark()).toMatchObject({ kind: "done", command: { status: "COMPENSATED" } });
  });
}
