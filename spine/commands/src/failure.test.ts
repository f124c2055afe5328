import { AnswerError, BusyError, NotThereYetError } from "./testing/outcomes.ts";
import { failureOf } from "./failure.ts";

const sending = { isSending: true, interrupted: false, isStopping: false };
const looking = { ...sending, isSending: false };

test.each([
  ["the source is away", new AnswerError("TECHNICAL"), sending, "TECHNICAL", true, false],
  ["one call too many", new AnswerError("RATE_LIMIT"), sending, "RATE_LIMIT", true, false],
  [
    "its answer was lost",
    new AnswerError("UNKNOWN_OUTCOME"),
    sending,
    "UNKNOWN_OUTCOME",
    false,
    true,
  ],
  ["it does not say what it did", new BusyError(), sending, "TECHNICAL", false, true],
  ["a bug", new TypeError("x"), sending, "TECHNICAL", false, true],
  ["a bug before it is sent", new TypeError("x"), looking, "TECHNICAL", false, false],
  [
    "a look-up that takes too long",
    new Error("aborted"),
    { ...looking, interrupted: true },
    "TECHNICAL",
    true,
    false,
  ],
  [
    "a call that takes too long",
    new Error("aborted"),
    { ...sending, interrupted: true },
    "UNKNOWN_OUTCOME",
    false,
    true,
  ],
  [
    "a worker that has to stop",
    new Error("aborted"),
    { ...sending, interrupted: true, isStopping: true },
    "UNKNOWN_OUTCOME",
    true,
    true,
  ],
] as const)("%s", (_what, error, moment, errorClass, isFree, maySend) => {
  expect(failureOf(error, moment)).toMatchObject({ class: errorClass, isFree, maySend });
});

test("what is not there yet is no failure of the source, and is tried again", () => {
  const awaited = { class: "TECHNICAL", code: "AWAITED", retryable: true, isFree: true };
  expect(failureOf(new NotThereYetError(), looking)).toMatchObject(awaited);
});

test("what was broken off is tried again, and says so in plain words", () => {
  const failure = failureOf(new Error("aborted"), { ...sending, interrupted: true });
  expect(failure).toMatchObject({
    code: "SOURCE_UNAVAILABLE",
    message: "There was no answer in time.",
    retryable: true,
  });
});
