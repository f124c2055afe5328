import type { SandboxClock } from "../../kit/clock.ts";
import type { ProfileBoard } from "../../kit/profiles.ts";
import type { Patience } from "../limits.ts";
import { invalidCredentials, ODataError, PlainError, tooManyRequests } from "../odata/error.ts";

const CLOUD_A_WAIT_MS = 60_000;
const CLOUD_B_WAIT_MS = 8 * 60_000;

/** @returns how long a call may wait for its place, in the sandbox's own time; `null`: as long as it takes */
export function patienceOf(profiles: ProfileBoard, clock: SandboxClock): Patience | null {
  if (profiles.has("cloud-a")) {
    return { waitMs: clock.scaled(CLOUD_A_WAIT_MS), refusal: () => overloaded(profiles) };
  }
  if (profiles.has("cloud-b")) {
    return {
      waitMs: clock.scaled(CLOUD_B_WAIT_MS),
      refusal: () => {
        profiles.noteDisturbed("cloud-b");
        return new ODataError(503, "Unknown", "The request waited too long in the queue.");
      },
    };
  }
  return null;
}

/** One and the same trouble in three disguises; the last one lies: nothing is wrong with the token. */
function overloaded(profiles: ProfileBoard): Error {
  profiles.noteDisturbed("cloud-a");
  const disguises = [
    () => tooManyRequests(1, 1),
    () => new PlainError(400, "Too many concurrent requests. Retry your request later."),
    invalidCredentials,
  ];
  const at = Math.floor(profiles.roll("cloud-a disguise") * disguises.length);
  return (disguises[at] ?? invalidCredentials)();
}
