import { type Sku } from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { ReturnDraft, ReturnReader, ReturnWriter } from "../returns.ts";

/** How the suite works on a warehouse. */
export type ReturnWriterSetup = {
  readonly returns: ReturnWriter & ReturnReader;
  /** A parcel of that name with two pieces of an item without lots. */
  draft(parcel: string): ReturnDraft;
  /** How many documents the warehouse has under the name. */
  count(parcel: string): Promise<number>;
  /** People there take the box in, or look into it and put its goods back on the shelf. */
  move(parcel: string, to: "received" | "inspected"): Promise<void>;
  /** The next announcement is done, and its answer never comes. */
  loseNextAnswer(): Promise<void>;
};

/** Every warehouse's ReturnWriter and ReturnReader pass it. */
export function returnWriterContract(name: string, setUp: () => Promise<ReturnWriterSetup>): void {
  describe(`${name} takes returns`, () => {
    let setup: ReturnWriterSetup;
    beforeAll(async () => {
      setup = await setUp();
    });
    const signal = () => AbortSignal.timeout(5_000);
    let serial = 0;
    const announced = async () => {
      serial += 1;
      const draft = setup.draft(`RMA-${String(serial).padStart(7, "0")}-1`);
      const outcome = await setup.returns.announceReturn(draft, signal());
      return { draft, outcome };
    };
    const read = async (parcel: string) =>
      (await setup.returns.readReturns([parcel], signal()))[0] ?? null;

    test("an announced parcel is awaited, and found by its name", async () => {
      const { draft, outcome } = await announced();
      expect(outcome).toMatchObject({
        kind: "done",
        document: { parcel: draft.parcel, report: { status: "AWAITED" } },
      });
      expect(await setup.returns.findReturn(draft.parcel, signal())).toMatchObject({
        parcel: draft.parcel,
      });
      expect(await setup.returns.findReturn("RMA-9999999-9", signal())).toBeNull();
    });

    test("announced again, it is there once", async () => {
      const { draft } = await announced();
      expect(await setup.returns.announceReturn(draft, signal())).toMatchObject({ kind: "done" });
      expect(await setup.count(draft.parcel)).toBe(1);
    });

    test("an announcement whose answer is lost is found by its name", async () => {
      await setup.loseNextAnswer();
      const draft = setup.draft("RMA-0000900-1");
      await expect(setup.returns.announceReturn(draft, signal())).rejects.toThrow(
        UnknownOutcomeError,
      );
      expect(await setup.returns.findReturn(draft.parcel, signal())).toMatchObject({
        report: { status: "AWAITED" },
      });
      expect(await setup.count(draft.parcel)).toBe(1);
    });

    test("what is read tells arrival, and after inspection what was found and what becomes of it", async () => {
      const { draft } = await announced();
      await setup.move(draft.parcel, "received");
      expect((await read(draft.parcel))?.report).toEqual({ status: "ARRIVED", goods: [] });
      await setup.move(draft.parcel, "inspected");
      const [line] = draft.lines;
      expect((await read(draft.parcel))?.report).toEqual({
        status: "INSPECTED",
        goods: [{ sku: line?.sku, quantity: line?.quantity, lot: null, disposition: "RESTOCK" }],
      });
      expect((await read(draft.parcel))?.changedAt).toMatch(/Z$/);
    });

    test("what is read is in the order of the names, with null for a name that it does not know", async () => {
      const { draft } = await announced();
      const found = await setup.returns.readReturns(["RMA-9999999-9", draft.parcel], signal());
      expect(found.map((one) => one?.parcel ?? null)).toEqual([null, draft.parcel]);
    });

    test("a parcel that has not arrived is withdrawn; again, and one that it never knew, is the same", async () => {
      const { draft } = await announced();
      expect(await setup.returns.findWithdrawnReturn(draft.parcel, signal())).toBeNull();
      for (const parcel of [draft.parcel, draft.parcel, "RMA-9999999-9"]) {
        expect(await setup.returns.withdrawReturn(parcel, signal())).toEqual({
          kind: "done",
          document: { parcel },
        });
        expect(await setup.returns.findWithdrawnReturn(parcel, signal())).toEqual({ parcel });
      }
      expect((await read(draft.parcel))?.report.status).toBe("CANCELLED");
    });

    test("a parcel that has arrived is not withdrawn", async () => {
      const { draft } = await announced();
      await setup.move(draft.parcel, "received");
      expect(await setup.returns.withdrawReturn(draft.parcel, signal())).toMatchObject({
        kind: "refused",
        code: "NOT_CANCELLABLE",
      });
    });

    test("an item that the warehouse does not keep is refused", async () => {
      const draft = setup.draft("RMA-0000901-1");
      const lines = draft.lines.map((line) => ({ ...line, sku: "NO-SUCH-ITEM" as Sku }));
      expect(await setup.returns.announceReturn({ ...draft, lines }, signal())).toMatchObject({
        kind: "refused",
        code: "UNKNOWN_SKU",
      });
    });
  });
}
