import { compareDecimals, ZERO } from "@crossdock/domain";
import type { ParcelDraft } from "../carrier.ts";
import { SourceRateLimitedError, SourceUnavailableError } from "../errors.ts";
import type { CarrierSystem } from "../systems.ts";

export type SeededCarrier = {
  readonly carrier: Pick<CarrierSystem, "rates" | "charges" | "tracking">;
  /** One parcel that several services take, and two of its kind. */
  readonly one: ParcelDraft;
  readonly two: ParcelDraft;
  /** Where no carrier goes. */
  readonly nowhere: ParcelDraft;
  /** Hands over and delivers a parcel. @returns its number */
  readonly delivered: () => Promise<string>;
  /** The carrier has weighed it, and bills it. */
  readonly bill: (trackingNumber: string) => Promise<void>;
  readonly refuseForLoad: () => Promise<void>;
  readonly takeAway: () => Promise<void>;
  /** Everything is well again. */
  readonly mend: () => Promise<void>;
};

/** Every CarrierSystem passes it. */
export function carrierContract(name: string, seeded: () => Promise<SeededCarrier>): void {
  const signal = () => AbortSignal.timeout(10_000);

  test(`${name} quotes every service, cheapest first`, async () => {
    const { carrier, one } = await seeded();
    const options = await carrier.rates.quote(one, signal());
    expect(options.length).toBeGreaterThan(1);
    const prices = options.map(({ price }) => price.amount);
    expect(prices).toEqual([...prices].sort(compareDecimals));
    expect(compareDecimals(prices[0] ?? ZERO, ZERO)).toBeGreaterThan(0);
  });

  test(`${name} asks more for two parcels than for one`, async () => {
    const { carrier, one, two } = await seeded();
    const [cheap] = await carrier.rates.quote(one, signal());
    const more = await carrier.rates.quote(two, signal());
    const same = more.find(({ service }) => service === cheap?.service);
    if (cheap === undefined || same === undefined) throw new Error("Nobody carries them.");
    expect(compareDecimals(same.price.amount, cheap.price.amount)).toBeGreaterThan(0);
  });

  test(`${name} has no way to where nobody goes`, async () => {
    const { carrier, nowhere } = await seeded();
    expect(await carrier.rates.quote(nowhere, signal())).toEqual([]);
  });

  test(`${name} tells what a parcel costs, which is final once it is billed`, async () => {
    const { carrier, delivered, bill } = await seeded();
    const trackingNumber = await delivered();
    const [before, unknown] = await carrier.charges.readCharges(
      [trackingNumber, "NO-SUCH-PARCEL"],
      signal(),
    );
    expect(before).toMatchObject({ trackingNumber, isFinal: false });
    expect(unknown).toBeNull();
    await bill(trackingNumber);
    const [after] = await carrier.charges.readCharges([trackingNumber], signal());
    expect(after).toMatchObject({ trackingNumber, isFinal: true });
  });

  test(`${name} tells where parcels are, in the order of the question`, async () => {
    const { carrier, delivered } = await seeded();
    const [first, second] = [await delivered(), await delivered()];
    const found = await carrier.tracking.readTracking([second, "NO-SUCH-PARCEL", first], signal());
    expect(found.map((one) => one?.trackingNumber ?? null)).toEqual([second, null, first]);
    expect(found[0]?.status).toBe("DELIVERED");
    const milestones = found[0]?.milestones ?? [];
    expect(milestones.at(-1)?.type).toBe("DELIVERED");
    const times = milestones.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
  });

  test(`${name} says how long to wait when it takes no more calls`, async () => {
    const { carrier, one, refuseForLoad, mend } = await seeded();
    await refuseForLoad();
    const quote = carrier.rates.quote(one, signal());
    await expect(quote).rejects.toBeInstanceOf(SourceRateLimitedError);
    await mend();
  });

  test(`${name} quotes nothing while the source is away`, async () => {
    const { carrier, one, takeAway, mend } = await seeded();
    await takeAway();
    const quote = carrier.rates.quote(one, signal());
    await expect(quote).rejects.toBeInstanceOf(SourceUnavailableError);
    await mend();
  });
}
