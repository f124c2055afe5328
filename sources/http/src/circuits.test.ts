import { createLogger } from "@crossdock/runtime";
import {
  SourceRateLimitedError,
  SourceUnavailableError,
  UnknownOutcomeError,
} from "@crossdock/source-contract";
import { createCircuits, type Circuits } from "./circuits.ts";

const logger = createLogger({ name: "test", level: "silent" });
const signal = new AbortController().signal;
const down = () => Promise.reject(new SourceUnavailableError("erp", "x", "refused"));
const answers = () => Promise.resolve("fine");
/** Longer than an open circuit waits before it lets one call through. */
const WAIT_MS = 2_100;

let circuits: Circuits;
beforeEach(() => {
  jest.useFakeTimers();
  circuits = createCircuits({ name: "erp", logger }, () => undefined);
});
afterEach(() => jest.useRealTimers());

async function fail(operation: string, times: number, send: () => Promise<unknown> = down) {
  for (let at = 0; at < times; at += 1) {
    await expect(circuits.run(operation, signal, send)).rejects.toThrow();
  }
}

test("an operation that fails five times in a row stops alone", async () => {
  await fail("prices", 5);
  expect(circuits.refusal("prices")).not.toBeNull();
  expect(circuits.refusal("orders")).toBeNull();
  await expect(circuits.run("orders", signal, answers)).resolves.toBe("fine");
  expect(circuits.state()).toBe("OPEN");
});

test("when several operations fail and none answers, nobody else has to find out", async () => {
  await fail("prices", 4);
  await fail("orders", 1);
  expect(circuits.refusal("customers")).not.toBeNull();
  jest.advanceTimersByTime(WAIT_MS);
  expect(circuits.refusal("customers")).toBeNull();
  await expect(circuits.run("customers", signal, answers)).resolves.toBe("fine");
  expect(circuits.state()).toBe("CLOSED");
  expect(circuits.refusal("prices")).toBeNull();
});

test("an answer of any operation says that somebody is there", async () => {
  await fail("prices", 3);
  await fail("orders", 1);
  await circuits.run("customers", signal, answers);
  await fail("prices", 1);
  expect(circuits.refusal("customers")).toBeNull();
});

test("one call finds out whether an open circuit may close; who comes meanwhile does not wait for it", async () => {
  await fail("prices", 5);
  jest.advanceTimersByTime(WAIT_MS);
  let answer: (text: string) => void = () => undefined;
  const probe = circuits.run(
    "prices",
    signal,
    () => new Promise<string>((done) => (answer = done)),
  );
  expect(circuits.state()).toBe("HALF_OPEN");
  let sent = false;
  await expect(
    circuits.run("prices", signal, () => {
      sent = true;
      return answers();
    }),
  ).rejects.toThrow();
  expect(sent).toBe(false);
  answer("back");
  await expect(probe).resolves.toBe("back");
  expect(circuits.state()).toBe("CLOSED");
});

test("a caller that leaves is no failure, and does not close a circuit either", async () => {
  const leaving = AbortSignal.abort(new Error("left"));
  const left = () => Promise.reject(new UnknownOutcomeError("erp", "x", "aborted"));
  for (let at = 0; at < 10; at += 1) {
    await expect(circuits.run("prices", leaving, left)).rejects.toBeInstanceOf(UnknownOutcomeError);
  }
  expect(circuits.state()).toBe("CLOSED");
  await fail("prices", 5);
  jest.advanceTimersByTime(WAIT_MS);
  await expect(circuits.run("prices", leaving, left)).rejects.toBeInstanceOf(UnknownOutcomeError);
  expect(circuits.state()).toBe("OPEN");
});

test("a refusal because of too many calls is no failure", async () => {
  await fail("prices", 10, () => Promise.reject(new SourceRateLimitedError("erp", "prices", 1)));
  expect(circuits.state()).toBe("CLOSED");
});
