import { runProgram } from "../program.ts";
import { anOrder, placeOrder, waitForStatus } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";
import { tamper } from "../tampering.ts";

const CUSTOMER = "C10010";
const ORDER_MS = 60_000;
/** Columns of a row as it was: what is put back. */
const KEEP = "create table kept_row as select * from audit_journal where sequence = 3";

/** An order is taken and done; then somebody who owns the database changes what the journal says of it. */
export function tamperedAuditSuite(open: () => Promise<Stack>): void {
  let stack: Stack;
  beforeAll(async () => {
    stack = await open();
    const portal = await stack.token("portal", CUSTOMER);
    const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
    await waitForStatus(stack, order, "ALLOCATED", portal, ORDER_MS);
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  /** What `npm run --silent ctl -- audit verify` says, and its exit code. */
  async function verify() {
    const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", ["audit", "verify"]);
    const { code } = await program.exited;
    return { code, stdout: program.stdout() };
  }
  const broken = (row: string, reason: string) => ({
    code: 1,
    stdout: expect.stringContaining(`the chain is BROKEN at row ${row}: ${reason}`) as string,
  });

  test("the journal of what was done holds", async () => {
    expect(await verify()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^audit journal: \d+ rows, the chain holds/) as string,
    });
  });

  test("one byte that was changed is found, with the row", async () => {
    await tamper(
      stack,
      KEEP,
      `update audit_journal set actor = chr(ascii(actor) + 1) || substr(actor, 2) where sequence = 3`,
    );
    expect(await verify()).toEqual(broken("3", "the row is not what was written"));
  });

  test("a row that was removed is found", async () => {
    await tamper(stack, "delete from audit_journal where sequence = 3");
    expect(await verify()).toEqual(broken("3", "the row is missing"));
  });

  test("with the row as it was the chain holds again, and a row that somebody appended is found", async () => {
    await tamper(stack, "insert into audit_journal select * from kept_row");
    expect(await verify()).toMatchObject({ code: 0 });
    await tamper(
      stack,
      `insert into audit_journal
        select sequence + 1000000, at, actor, step, command_id, command_type, outcome,
          correlation_id, payload_hash, hash from kept_row`,
    );
    expect(await verify()).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("never written by this program") as string,
    });
  });
}
