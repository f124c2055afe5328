import { instantOf } from "@crossdock/domain";
import { cancelExpiry, expireAt } from "./expiry.ts";

const FAR_MS = 40 * 24 * 3_600_000;

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

test("all that expires at one instant does so then, once, but not who was taken out before", () => {
  const expired: string[] = [];
  const [first, second, gone] = ["first", "second", "gone"].map((name) => ({
    expire: () => void expired.push(name),
  })) as [{ expire(): void }, { expire(): void }, { expire(): void }];
  const instant = instantOf(new Date(1_005_000));
  for (const each of [first, second, gone]) expireAt(instant, each);
  expect(jest.getTimerCount()).toBe(1);
  cancelExpiry(instant, gone);
  jest.advanceTimersByTime(4_999);
  expect(expired).toEqual([]);
  jest.advanceTimersByTime(10_000);
  expect(expired).toEqual(["first", "second"]);
});

test("what is past expires at once, and what is farther away than a timer reaches does in its time", () => {
  const expire = jest.fn();
  expireAt(instantOf(new Date(999_000)), { expire });
  jest.advanceTimersByTime(1);
  expect(expire).toHaveBeenCalledTimes(1);
  expireAt(instantOf(new Date(1_000_001 + FAR_MS)), { expire });
  jest.advanceTimersByTime(FAR_MS - 1);
  expect(expire).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(2);
  expect(expire).toHaveBeenCalledTimes(2);
});

test("no timer is left when the last one is taken out", () => {
  const instant = instantOf(new Date(1_005_000));
  const expiring = { expire: () => undefined };
  expireAt(instant, expiring);
  cancelExpiry(instant, expiring);
  expect(jest.getTimerCount()).toBe(0);
});
